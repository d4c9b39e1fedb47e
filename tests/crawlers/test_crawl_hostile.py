"""Hosts that mean harm or let nobody in: each answer ends in a counted outcome, and the rest of the crawl goes on."""

import gzip
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from crawlers.addresses import is_public, names_private
from crawlers.sources import Source
from langnghe.clock import FixedClock
from langnghe.privacy import Privacy
from tests.crawlers import made_pages as made
from tests.crawlers.crawling import NOW, Crawling, Round, crawling
from tests.crawlers.local_site import Answer, Site

HOST = "http://xau.example"
CHALLENGE = "<html><title>Just a moment...</title><span id='challenge-error-text'>Enable JavaScript</span></html>"
NAMES = ("bom", "nho-giot", "vong", "chan", "chan-503", "may-chu", "sang-bao-khac", "cut", "tot")
BOMB, DRIP, LOOP, WALL, WALL_503, FORBIDDEN, ELSEWHERE, CUT, GOOD = (
    f"{HOST}/{name}-20261119080000{n:02}.htm" for n, name in enumerate(NAMES)
)
TIMEOUT = 8.0
"""Seconds; on a busy machine an honest answer takes some of them."""


def source(host: str, home: str, *feeds: str) -> Source:
    return Source(id=host, name=host, kind="feed", homepage=home, feeds=list(feeds), structure="tuoitre_cms")


def put_hostile(site: Site) -> None:
    site.put(f"{HOST}/rss.xml", made.feed(BOMB, DRIP, LOOP, WALL, WALL_503, FORBIDDEN, ELSEWHERE, CUT, GOOD))
    bomb = gzip.compress(b"<p>BHXH</p>" * 3_000_000)
    site.answers[BOMB] = Answer(bomb, 200, {"Content-Encoding": "gzip", "Content-Type": "text/html"})
    site.answers[DRIP] = Answer(b"<html>" + b"x" * 3000, 200, {"Content-Type": "text/html"}, byte_every=0.1)
    hops = [LOOP, *(f"{HOST}/chang-{hop}" for hop in range(8))]
    for here, there in pairwise(hops):
        site.put(here, "", 302, Location=there)
    site.put(WALL, CHALLENGE, 403)
    site.put(WALL_503, CHALLENGE, 503)
    site.put(FORBIDDEN, "Forbidden", 403)
    site.put(ELSEWHERE, "", 301, Location="http://khac.example/bhxh-2026111908000099.htm")
    other = "http://khac.example/bhxh-2026111908000099.htm"
    site.put(other, made.article(other, "Sổ BHXH của báo khác", "Bài của một báo khác."))
    whole = gzip.compress(made.article(CUT, "Bài về BHXH bị cắt", "Nửa sau không bao giờ tới.").encode())
    site.answers[CUT] = Answer(whole[: len(whole) // 2], 200, {"Content-Encoding": "gzip", "Content-Type": "text/html"})
    site.put(GOOD, made.article(GOOD, "Bài về BHXH", "Bài tử tế duy nhất ở đây."))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Iterator[tuple[Round, float]]:
    """The hostile host's run, and the seconds that it took."""
    with crawling(tmp_path_factory.mktemp("hostile"), FixedClock(NOW), Privacy(b"a key of the tests")) as crawls:
        put_hostile(crawls.site)
        crawls.settings.crawl.timeout = TIMEOUT
        began = time.monotonic()
        yield crawls.round(source("xau", HOST, f"{HOST}/rss.xml"))["xau"], time.monotonic() - began


@pytest.mark.parametrize(
    ("url", "outcome", "reason"),
    [
        (BOMB, "failed", "during decompression"),
        (DRIP, "failed", "took longer than 8"),
        (LOOP, "failed", "max redirections"),
        (WALL, "blocked", "challenge (status 403)"),
        (WALL_503, "blocked", "challenge (status 503)"),
        (FORBIDDEN, "blocked", "status 403"),
        (ELSEWHERE, "not_article", "another site"),
        (CUT, "failed", "the body was cut"),
        (GOOD, "stored", ""),
    ],
)
def test_each_hostile_answer_ends_in_its_outcome(hostile, url, outcome, reason):
    seen, _ = hostile
    assert seen.outcome(url) == outcome
    assert reason in seen.reason(url)


def test_what_drips_is_cut_off_once_and_not_tried_again_at_once(hostile):
    seen, seconds = hostile
    assert seen.asked(DRIP) == 1
    assert seconds < 240, "the whole answer takes five minutes"


def test_a_redirect_is_followed_five_times_and_no_further(hostile):
    seen, _ = hostile
    assert [seen.asked(f"{HOST}/chang-{hop}") for hop in range(6)] == [1, 1, 1, 1, 1, 0]


def test_nothing_but_the_good_page_is_stored(hostile):
    seen, _ = hostile
    assert set(seen.documents) == {GOOD}


@pytest.fixture(scope="module")
def unguarded_proxy(tmp_path_factory) -> Iterator[tuple[Crawling, dict[str, Round]]]:
    """Sources behind a proxy that is not known to replay recordings: one redirects into the private net, one stands there."""
    with crawling(tmp_path_factory.mktemp("private"), FixedClock(NOW), Privacy(b"a key of the tests")) as crawls:
        crawls.settings.crawl.ca_file, crawls.settings.crawl.min_delay = None, 5.0
        crawls.site.put("http://ra.example/rss.xml", "", 302, Location="http://169.254.169.254/latest/meta-data")
        sources = [
            source("ra", "http://ra.example/", "http://ra.example/rss.xml"),
            source("trong", "http://10.0.0.1/", "http://10.0.0.1/rss.xml"),
            source("nha", "http://router.lan/", "http://router.lan/rss.xml"),
        ]
        yield crawls, crawls.round(*sources)


def test_private_hosts_are_refused_on_every_hop(unguarded_proxy):
    crawls, seen = unguarded_proxy
    assert seen["ra"].asked("http://ra.example/rss.xml") == 1
    assert "169.254.169.254 is not on the public net" in seen["ra"].reason("http://ra.example/rss.xml")
    assert seen["trong"].counts == seen["nha"].counts == {"failed": 1}
    assert crawls.hosts_asked == {"ra.example"}


def test_a_name_that_leads_to_this_machine_is_refused_before_anything_is_sent(tmp_path):
    """Without a proxy; the names are real ones of this machine, and a real server listens there."""
    with crawling(tmp_path, FixedClock(NOW), Privacy(b"a key of the tests")) as crawls:
        port = crawls.site.url.rpartition(":")[2]
        crawls.settings.crawl.proxy, crawls.settings.crawl.ca_file, crawls.settings.crawl.min_delay = None, None, 5.0
        hosts = {"so": f"http://127.0.0.1:{port}", "ten": f"http://ip6-localhost:{port}", "ngan": f"http://127.1:{port}"}
        seen = crawls.round(*(source(name, home, f"{home}/rss.xml") for name, home in hosts.items()))
        assert not crawls.site.requests
    assert [each.counts for each in seen.values()] == [{"failed": 1}] * 3
    assert "127.1 leads to 127.0.0.1" in seen["ngan"].reason(f"{hosts['ngan']}/rss.xml")
    for name, home in hosts.items():
        assert "not on the public net" in seen[name].reason(f"{home}/rss.xml")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1",
     "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_an_address_of_a_private_net_is_known(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "203.162.4.190", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_an_address_of_the_public_net_is_known(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "private"),
    [("localhost", True), ("a.localhost", True), ("nas.local", True), ("intranet", True), ("::1", True), ("bao.vn", False)],
)
def test_a_host_is_private_by_its_name(host, private):
    assert names_private(host) is private
