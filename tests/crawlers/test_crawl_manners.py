"""How the crawler behaves towards hosts, and what a crawl that is killed leaves behind."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawlers.crawl import balance, crawl
from crawlers.politeness import wanted_wait
from crawlers.sources import Source
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.errors import NotAllowed, Unavailable
from langnghe.record.schema import CrawlRun, DocumentRow, FrontierUrl
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Answer

HOME = "http://bao.example"
FEED = f"{HOME}/rss/tin.rss"


def url_of(number: int) -> str:
    return f"{HOME}/bai-ve-bhxh-20261119{number:08}.htm"


@pytest.fixture
def newspaper() -> Source:
    return Source(id="bao", name="Báo Thử", kind="feed", homepage=f"{HOME}/", feeds=[FEED], structure="tuoitre_cms")


def put_articles(site, number: int) -> None:
    site.put(FEED, made.feed(*map(url_of, range(number))))
    for each in range(number):
        site.put(url_of(each), made.article(url_of(each), f"Bài số {each} về BHXH", f"Nội dung riêng của bài {each}, không giống bài nào."))


def waiting(record) -> int:
    with record.reading() as session:
        return session.scalar(select(func.count()).where(FrontierUrl.state == "waiting")) or 0


def test_a_host_whose_robots_txt_does_not_answer_is_left_alone(run, site, newspaper, record):
    put_articles(site, 2)
    site.put(f"{HOME}/robots.txt", "overloaded", 500)
    assert run(newspaper) == {"failed": 1}
    assert {url for url, _ in site.requests} == {f"{HOME}/robots.txt"}
    assert waiting(record) == 1
    with record.reading() as session:
        assert "robots.txt does not answer" in (session.scalar(select(CrawlRun.problem)) or "")


def test_a_host_without_robots_txt_allows_all_and_sees_who_asks(run, site, newspaper, crawl_settings):
    put_articles(site, 2)
    assert run(newspaper) == {"stored": 2, "read": 2}
    assert {headers["User-Agent"] for _, headers in site.requests} == {crawl_settings.crawl.user_agent}


def test_retry_after_is_kept_for_the_whole_host(run, site, newspaper):
    put_articles(site, 3)
    asked: list[float] = []

    def busy_at_first() -> Answer:
        asked.append(time.monotonic())
        if len(asked) == 1:
            return Answer(b"slow down", 429, {"Retry-After": "2"})
        return Answer(made.article(url_of(0), "Bài về BHXH", "Nội dung của bài đầu.").encode())

    site.answers[url_of(0)] = busy_at_first
    assert run(newspaper)["stored"] == 3
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 2


def test_a_host_that_wants_hours_gets_them_and_the_url_waits(run, site, newspaper, record, clock):
    put_articles(site, 2)
    site.put(url_of(0), "later", 503, Retry_After="7200")
    assert run(newspaper)["stored"] == 1
    assert site.asked(url_of(0)) == 1
    with record.reading() as session:
        row = session.scalars(select(FrontierUrl).where(FrontierUrl.url == url_of(0))).one()
        assert row.state == "waiting"
        assert (row.next_visit - clock.now()).total_seconds() == 7200


def test_what_is_too_large_loops_or_is_cut_off_fails_alone(run, site, newspaper, record, crawl_settings):
    put_articles(site, 4)
    site.put(url_of(0), "x" * (crawl_settings.crawl.max_bytes + 1))
    site.put(url_of(1), "", 302, Location=url_of(1) + "?again=1")
    site.put(url_of(1) + "?again=1", "", 302, Location=url_of(1))
    site.answers[url_of(2)] = lambda: Answer(b"\x1f\x8b broken gzip", 200, {"Content-Encoding": "gzip", "Content-Type": "text/html"})
    counts = run(newspaper)
    assert counts["stored"] == 1
    assert counts["failed"] + counts.get("not_article", 0) == 3


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(number) for path in listed for number in path.read_text().split()}


def test_a_killed_crawl_loses_nothing_and_doubles_nothing(run, site, newspaper, record, crawl_settings, clock, privacy):
    put_articles(site, 60)
    before, hits, lock = children(), [0], threading.Lock()
    good = site.answers[url_of(30)]

    def kill_at_twentieth() -> Answer:
        with lock:
            hits[0] += 1
            if hits[0] == 1:
                for worker in children() - before:
                    os.kill(worker, signal.SIGKILL)
        return good

    site.answers[url_of(30)] = kill_at_twentieth
    with pytest.raises(Unavailable, match="start the crawl again"):
        crawl(record, crawl_settings, [newspaper], clock, privacy, SYSTEM)
    with record.reading() as session:
        broken_off = session.scalars(select(CrawlRun)).one()
        assert broken_off.finished is not None
        assert "status -9" in (broken_off.problem or "")
        already = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
    assert already < 60
    counts = run(newspaper)
    assert counts["stored"] == 60 - already
    with record.reading() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 60
        assert all(balance(session, run_id).lost == 0 for run_id in session.scalars(select(CrawlRun.id)))


def test_only_an_administrator_may_crawl(record, crawl_settings, newspaper, clock, privacy):
    with pytest.raises(NotAllowed):
        crawl(record, crawl_settings, [newspaper], clock, privacy, Actor("lan", Role.officer))


@pytest.mark.parametrize(
    ("header", "least", "most"), [("3", 3, 3), (None, 10, 10), ("soon", 10, 10), ("Mon, 01 Jan 2024 00:00:00 GMT", 0, 0)]
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, least, most):
    assert least <= wanted_wait(header, tried=1) <= most
