"""How the crawler behaves towards hosts, and what a crawl that is killed leaves behind."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from crawlers.crawl import balance, crawl
from crawlers.politeness import wanted_wait
from crawlers.sources import Source
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.clock import FixedClock
from langnghe.errors import NotAllowed, Unavailable
from langnghe.privacy import Privacy
from langnghe.record.schema import CrawlRun, DocumentRow, UrlOutcome
from tests.crawlers import made_pages as made
from tests.crawlers.crawling import NOW, Crawling, Round, crawling
from tests.crawlers.local_site import Answer, Site


def url_of(host: str, number: int) -> str:
    return f"http://{host}.example/bai-ve-bhxh-20261119{number:08}.htm"


def newspaper(host: str = "bao") -> Source:
    home = f"http://{host}.example/"
    return Source(id=host, name=f"Báo {host}", kind="feed", homepage=home, feeds=[f"{home}rss/tin.rss"], structure="tuoitre_cms")


def put_articles(site: Site, host: str, number: int) -> None:
    urls = [url_of(host, each) for each in range(number)]
    site.put(f"http://{host}.example/rss/tin.rss", made.feed(*urls))
    for each, url in enumerate(urls):
        site.put(url, made.article(url, f"Bài số {each} về BHXH", f"Nội dung riêng của bài {each} ở {host}, không giống bài nào."))


def put_busy(site: Site, asked: list[float]) -> None:
    """The first article of ``ban`` is given at the second try only, two seconds after the first."""

    def busy_at_first() -> Answer:
        asked.append(time.monotonic())
        if len(asked) == 1:
            return Answer(b"slow down", 429, {"Retry-After": "2"})
        return Answer(made.article(url_of("ban", 0), "Bài về BHXH", "Nội dung của bài đầu.").encode())

    site.answers[url_of("ban", 0)] = busy_at_first


def put_broken(site: Site, largest: int) -> None:
    site.put(url_of("hong", 0), "x" * (largest + 1))
    site.put(url_of("hong", 1), "", 302, Location=url_of("hong", 1) + "?again=1")
    site.put(url_of("hong", 1) + "?again=1", "", 302, Location=url_of("hong", 1))
    broken = Answer(b"\x1f\x8b broken gzip", 200, {"Content-Encoding": "gzip", "Content-Type": "text/html"})
    site.answers[url_of("hong", 2)] = broken


@pytest.fixture(scope="module")
def asked() -> list[float]:
    """When the busy host was asked for the article that it gives at the second try only."""
    return []


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, asked) -> Iterator[Crawling]:
    """Hosts of all manners, crawled once together."""
    hosts = {"im": 2, "khong": 2, "ban": 3, "lau": 2, "hong": 4}
    with crawling(tmp_path_factory.mktemp("manners"), FixedClock(NOW), Privacy(b"a key of the tests")) as crawls:
        for host, articles in hosts.items():
            put_articles(crawls.site, host, articles)
        crawls.site.put("http://im.example/robots.txt", "overloaded", 500)
        put_busy(crawls.site, asked)
        crawls.site.put(url_of("lau", 0), "later", 503, Retry_After="7200")
        put_broken(crawls.site, crawls.settings.crawl.max_bytes)
        crawls.round(*map(newspaper, hosts))
        yield crawls


@pytest.fixture
def seen(crawled) -> dict[str, Round]:
    return crawled.rounds[0]


def test_a_host_whose_robots_txt_does_not_answer_is_left_alone(seen):
    silent = seen["im"]
    assert silent.counts == {"failed": 1}
    assert {url for url, _ in silent.requests} == {"http://im.example/robots.txt"}
    assert [row.state for row in silent.frontier.values()] == ["waiting"]
    assert "robots.txt does not answer" in (silent.problem or "")


def test_a_host_without_robots_txt_allows_all_and_sees_who_asks(seen, crawled):
    assert seen["khong"].counts == {"stored": 2, "read": 2}
    assert {headers["User-Agent"] for _, headers in seen["khong"].requests} == {crawled.settings.crawl.user_agent}


def test_retry_after_is_kept_for_the_whole_host(seen, asked):
    assert seen["ban"].counts["stored"] == 3
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 2


def test_a_host_that_wants_hours_gets_them_and_the_url_waits(seen):
    patient = seen["lau"]
    assert patient.counts["stored"] == 1
    assert patient.asked(url_of("lau", 0)) == 1
    row = patient.row(url_of("lau", 0))
    assert row.state == "waiting"
    assert (row.next_visit - NOW).total_seconds() == 7200


def test_what_is_too_large_loops_or_is_cut_off_fails_alone(seen):
    counts = seen["hong"].counts
    assert counts["stored"] == 1
    assert counts["failed"] == 3


def test_a_url_whose_outcome_is_missing_is_lost(crawled, seen):
    run_id = seen["khong"].run_id
    with crawled.record.reading() as session:
        assert balance(session, run_id).adds_up
        session.execute(delete(UrlOutcome).where(UrlOutcome.run_id == run_id, UrlOutcome.url == "http://khong.example/rss/tin.rss"))
        account = balance(session, run_id)
    assert (account.lost, account.adds_up) == (1, False)


def test_with_a_clock_that_stands_still_a_later_run_takes_nothing_from_the_account_of_the_first(rounds):
    assert rounds.rounds[0]["bao"].frontier[next(iter(rounds.rounds[0]["bao"].frontier))].discovered == NOW
    runs = [seen[source].run_id for seen in rounds.rounds for source in seen]
    with rounds.record.reading() as session:
        accounts = [balance(session, run_id) for run_id in runs]
    assert all(account.lost == 0 and account.adds_up for account in accounts)
    assert sum(account.waiting for account in accounts[: len(rounds.rounds[0])]) > 0


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(number) for path in listed for number in path.read_text().split()}


def test_a_killed_crawl_loses_nothing_and_doubles_nothing(run, site, record, crawl_settings, clock, privacy):
    put_articles(site, "bao", 60)
    before, hits, lock = children(), [0], threading.Lock()
    good = site.answers[url_of("bao", 30)]

    def kill_at_first() -> Answer:
        with lock:
            hits[0] += 1
            if hits[0] == 1:
                for worker in children() - before:
                    os.kill(worker, signal.SIGKILL)
        return good

    site.answers[url_of("bao", 30)] = kill_at_first
    with pytest.raises(Unavailable, match="start the crawl again"):
        crawl(record, crawl_settings, [newspaper()], clock, privacy, SYSTEM)
    with record.reading() as session:
        broken_off = session.scalars(select(CrawlRun)).one()
        assert broken_off.finished is not None
        assert "status -9" in (broken_off.problem or "")
        already = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
    assert already < 60
    counts = run(newspaper())
    assert counts["stored"] == 60 - already
    with record.reading() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 60
        assert all(balance(session, run_id).lost == 0 for run_id in session.scalars(select(CrawlRun.id)))


def test_only_an_administrator_may_crawl(record, crawl_settings, clock, privacy):
    with pytest.raises(NotAllowed):
        crawl(record, crawl_settings, [newspaper()], clock, privacy, Actor("lan", Role.officer))


@pytest.mark.parametrize(
    ("header", "least", "most"), [("3", 3, 3), (None, 10, 10), ("soon", 10, 10), ("Mon, 01 Jan 2024 00:00:00 GMT", 0, 0)]
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, least, most):
    assert least <= wanted_wait(header, tried=1) <= most
