"""A crawl that is killed or runs out of disk loses nothing and doubles nothing: all discovered URLs stand in the record."""

import os
import random
import resource
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawlers.crawl import balance, crawl
from crawlers.sources import Source
from langnghe.actor import SYSTEM
from langnghe.clock import FixedClock
from langnghe.errors import Unavailable
from langnghe.privacy import Privacy
from langnghe.record.schema import CrawlRun, DocumentRow, DocumentVersion, FrontierUrl, UrlOutcome
from tests.crawlers import made_pages as made
from tests.crawlers.crawling import NOW, Crawling, crawling

PAGES, KILLS = 1_500, 20
ROOM = 300_000
"""Bytes of a file that the crawling process may write once its disk is full."""
FEW = 300
"""Pages of the crawl that runs out of disk."""
HOME = "http://bao.example"


def url_of(number: int) -> str:
    return f"{HOME}/bai-ve-bhxh-20261119{number:08}.htm"


def newspaper() -> Source:
    return Source(
        id="bao", name="Báo", kind="listing", homepage=f"{HOME}/", listings=[f"{HOME}/muc/trang-{{page}}.htm"], structure="tuoitre_cms",
        selectors={"links": ["h3 a"]}, max_pages=100,
    )  # fmt: skip


def article(number: int) -> str:
    """An article that is unlike all others, as those of a newspaper are."""
    chance = random.Random(number)
    words = " ".join(f"từ{chance.randrange(10_000)}" for _ in range(60))
    title = f'<h1 data-role="title">Bài số {number} về BHXH</h1>'
    return f'<html lang="vi"><head><meta charset="utf-8"></head><body>{title}<div data-role="content"><p>{words}</p></div></body></html>'


@pytest.fixture
def paper(request, tmp_path) -> Iterator[Crawling]:
    """A newspaper whose section pages lead to so many articles, twenty each."""
    with crawling(tmp_path, FixedClock(NOW), Privacy(b"a key of the tests")) as crawls:
        for first in range(0, request.param, 20):
            crawls.site.put(f"{HOME}/muc/trang-{first // 20 + 1}.htm", made.section(*map(url_of, range(first, first + 20))))
        for number in range(request.param):
            crawls.site.put(url_of(number), article(number))
        yield crawls


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(number) for path in listed for number in path.read_text().split()}


class Killer:
    """Kills the crawling process once so many more requests have been answered and a moment has passed."""

    def __init__(self, crawls: Crawling, chance: random.Random) -> None:
        self.crawls, self.chance, self.kills = crawls, chance, 0

    def _strike(self, before: set[int], requests: int, stop: threading.Event) -> None:
        while len(self.crawls.site.requests) < requests:
            if stop.wait(0.002):
                return
        time.sleep(self.chance.random() * 0.05)
        for worker in children() - before:
            os.kill(worker, signal.SIGKILL)
            self.kills += 1

    def crawl(self) -> None:
        """Crawl until it is killed, or ends by itself."""
        stop, until = threading.Event(), len(self.crawls.site.requests) + self.chance.randrange(5, 120)
        striker = threading.Thread(target=self._strike, args=(children(), until, stop))
        striker.start()
        try:
            crawl(self.crawls.record, self.crawls.settings, [newspaper()], self.crawls.clock, self.crawls.privacy, SYSTEM)
        except Unavailable:
            pass
        finally:
            stop.set()
            striker.join()


def number_of(crawls: Crawling, table: type) -> int:
    with crawls.record.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def assert_whole(crawls: Crawling, pages: int) -> None:
    """Every page stands in the record exactly once, every URL of every run is accounted for, and nothing is left over."""
    assert number_of(crawls, DocumentRow) == number_of(crawls, DocumentVersion) == pages
    with crawls.record.reading() as session:
        assert session.scalar(select(func.count(func.distinct(DocumentRow.url)))) == pages
        stored = select(UrlOutcome.url_hash, func.count()).where(UrlOutcome.outcome == "stored").group_by(UrlOutcome.url_hash)
        assert [number for _, number in session.execute(stored)] == [1] * pages
        assert all(balance(session, run_id).lost == 0 for run_id in session.scalars(select(CrawlRun.id)))
        assert not list(session.scalars(select(FrontierUrl.url).where(FrontierUrl.state == "leased")))


@pytest.mark.timeout(900)  # a process is started 21 times: a minute on two free cores, longer on busy ones
@pytest.mark.parametrize("paper", [PAGES], indirect=True)
def test_a_crawl_killed_at_twenty_random_moments_has_every_page_exactly_once(paper):
    killer = Killer(paper, random.Random(20261126))
    while killer.kills < KILLS and number_of(paper, DocumentRow) < PAGES:
        killer.crawl()
    assert killer.kills == KILLS, "all was read before the last kill: let it strike earlier"
    killed_at = number_of(paper, DocumentRow)
    assert 0 < killed_at < PAGES
    paper.round(newspaper())
    assert_whole(paper, PAGES)


@pytest.mark.parametrize("paper", [FEW], indirect=True)
def test_a_crawl_that_runs_out_of_disk_goes_on_where_it_was(paper):
    """From its hundredth page on the crawling process may write no larger file than a part of what the record is by then."""
    before, once = children(), threading.Lock()
    good = paper.site.answers[url_of(100)]

    def fill() -> object:
        if once.acquire(blocking=False):
            for worker in children() - before:
                resource.prlimit(worker, resource.RLIMIT_FSIZE, (ROOM, ROOM))
        return good

    paper.site.answers[url_of(100)] = fill
    with pytest.raises(Unavailable, match="start the crawl again"):
        crawl(paper.record, paper.settings, [newspaper()], paper.clock, paper.privacy, SYSTEM)
    assert 0 < number_of(paper, DocumentRow) < FEW
    paper.clock.advance(hours=2)
    paper.round(newspaper())
    assert_whole(paper, FEW)
