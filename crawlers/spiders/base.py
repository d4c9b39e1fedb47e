"""What every spider does: an answer becomes exactly one outcome of its URL, in one transaction with all that follows from it."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from twisted.python.failure import Failure

from crawlers.article import NotAnArticle
from crawlers.comments import BadAnswer
from crawlers.frontier import RETRY, Discovery, Visit
from crawlers.lists import BadFeed
from crawlers.page import Page
from crawlers.politeness import HostAsksToWait
from crawlers.robots import RobotsDenied, RobotsUnreachable
from crawlers.sitemaps import BadSitemap, archive_addresses
from crawlers.source_run import SourceRun, give_up
from crawlers.sources import Entrance
from crawlers.thread import next_page
from crawlers.time_limit import TooSlow
from crawlers.walls import is_blocked
from langnghe.clock import vietnam_day
from langnghe.errors import LangngheError
from langnghe.record.ledger import Outcome

log = logging.getLogger(__name__)

GONE, REFUSED = frozenset({404, 410}), frozenset({401, 402, 403, 407, 451})
REVISIT_REFUSED = timedelta(days=1)


class Unreadable(ValueError):
    """An index page (feed, list, comment service) is not what it should be."""


def headers_of(response: Response) -> dict[str, str | None]:
    """What the next visit's conditional request needs."""

    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    return {"etag": header("ETag"), "last_modified": header("Last-Modified")}


def first_page_of(entrance: Entrance) -> Discovery:
    """The first page of a section or a forum's list."""
    hint = {"template": entrance.url, "page": 1, "on_topic": entrance.on_topic}
    return Discovery(entrance.url.replace("{page}", "1"), "listing", hint)


def read_before(visit: Visit) -> int:
    """The run in which the list that a page belongs to was read before; what was found later is new to it."""
    return int(visit.hint.get("after" if visit.hint.get("page", 1) > 1 else "read_in") or 0)


class SourceSpider(Spider, ABC):
    """Base of the spiders; ``run`` is the source's run."""

    name = "source"

    def __init__(self, run: SourceRun, **kwargs: Any) -> None:
        super().__init__(name=run.source.id, **kwargs)
        self.run = run
        self.listed: dict[str, set[str]] = {}

    async def start(self) -> Any:
        """Nothing: the scheduler takes all from the frontier."""
        return
        yield

    @abstractmethod
    def seeds(self) -> Iterable[Discovery]:
        """Feeds and lists that each run begins with."""

    def archives(self) -> Iterable[Discovery]:
        """Sitemaps of the past, where a run is to reach back."""
        if self.run.since is not None:
            for template in self.run.source.archives:
                for url in archive_addresses(template, self.run.since, vietnam_day(self.run.now)):
                    yield Discovery(url, "sitemap", {"archive": True}, mark=f"run {self.run.run_id}")

    @abstractmethod
    def read(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        """Deal with a page of status 200 and end its visit."""

    def next_listing(self, visit: Visit, page: Page, links: list[str]) -> Iterator[Discovery]:
        """The page of a list after this one: by the address's number, or by the page's own link."""
        number, template = int(visit.hint.get("page", 1)) + 1, str(visit.hint.get("template", ""))
        url = template.replace("{page}", str(number)) if "{page}" in template else next_page(page, links)
        if url and number <= self.run.most_pages and self.run.source.owns(url):
            hint = {"template": template, "page": number, "on_topic": visit.hint.get("on_topic"), "after": read_before(visit)}
            yield Discovery(url, "listing", hint, mark=f"run {self.run.run_id}")

    def brings_new(self, session: Session, visit: Visit, found: list[Discovery]) -> bool:
        """Enter what a page of a list names; gives whether there is anything that neither the list's pages before nor earlier runs had."""
        named = self.listed.setdefault(str(visit.hint.get("template")), set())
        unseen = [each for each in found if each.url not in named]
        named.update(each.url for each in unseen)
        new = self.run.discover(session, unseen, after=read_before(visit))
        return bool(unseen) if self.run.since else new > 0

    def end_listing(self, session: Session, visit: Visit, response: Response) -> None:
        """A page of a list was read; it remembers in which run."""
        self.run.frontier.finish(session, visit, hint={"read_in": self.run.run_id}, headers=headers_of(response))
        self.run.end(session, visit, Outcome.read)

    def unchanged(self, session: Session, visit: Visit) -> None:
        """Deal with a page that has not changed since the last visit."""
        self.run.frontier.finish(session, visit)
        self.run.end(session, visit, Outcome.unchanged)

    def gone(self, session: Session, visit: Visit) -> None:
        """Deal with a page that is no longer there: what was stored of it is removed."""
        document_id = self.run.remove(session, visit.hint["ref"]) if "ref" in visit.hint else None
        self.run.frontier.finish(session, visit)
        self.run.end(session, visit, Outcome.deleted, document_id=document_id)

    def missed(self, session: Session, visit: Visit) -> None:
        """Called when a URL was not read, after its outcome; nothing by default."""

    def answered(self, response: Response) -> None:
        """Scrapy's callback."""
        visit: Visit = response.meta["visit"]
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        page = Page(response.url, response.body, self.run.now, content_type, response.status)
        self._in_one_transaction(visit, lambda session: self._by_status(session, visit, page, response))

    def _by_status(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        if page.status == 200:
            self._readable(session, visit, page, response)
        elif page.status == 304:
            self.unchanged(session, visit)
        else:
            self._refused(session, visit, page)
            self.missed(session, visit)

    def _refused(self, session: Session, visit: Visit, page: Page) -> None:
        wall = is_blocked(page)
        if page.status in GONE:
            self.gone(session, visit)
        elif wall or page.status in REFUSED:
            self._blocked(session, visit, f"{wall} (status {page.status})" if wall else f"status {page.status}")
        else:
            self.run.end_failed(session, visit, f"status {page.status}")

    def _readable(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        try:
            if visit.role in {"article", "thread"} and not self.run.source.owns(page.url):
                raise NotAnArticle("leads to another site")
            self.read(session, visit, page, response)
        except NotAnArticle as refusal:
            self._not_an_article(session, visit, refusal, response)
            self.missed(session, visit)
        except (Unreadable, TooSlow, BadAnswer, BadFeed, BadSitemap) as error:
            self.run.end_failed(session, visit, str(error))

    def _not_an_article(self, session: Session, visit: Visit, refusal: NotAnArticle, response: Response) -> None:
        if refusal.blocked:
            self._blocked(session, visit, refusal.reason)
        else:
            self.run.frontier.finish(session, visit, headers=headers_of(response))
            self.run.end(session, visit, Outcome.not_article, refusal.reason)

    def _blocked(self, session: Session, visit: Visit, reason: str) -> None:
        self.run.frontier.finish(session, visit, next_visit=self.run.now + REVISIT_REFUSED)
        self.run.end(session, visit, Outcome.blocked, reason)

    def unanswered(self, failure: Failure) -> None:
        """Scrapy's errback."""
        visit: Visit = failure.request.meta["visit"]  # type: ignore[attr-defined]

        def work(session: Session) -> None:
            self._by_failure(session, visit, failure.value)
            self.missed(session, visit)

        self._in_one_transaction(visit, work)

    def _by_failure(self, session: Session, visit: Visit, error: BaseException | None) -> None:
        if isinstance(error, RobotsDenied):
            self.run.frontier.finish(session, visit, next_visit=self.run.now + REVISIT_REFUSED)
            self.run.end(session, visit, Outcome.robots, str(error))
        elif isinstance(error, RobotsUnreachable):
            self.run.put_off(session, visit, RETRY, str(error))
        elif isinstance(error, HostAsksToWait):
            self.run.put_off(session, visit, timedelta(seconds=error.seconds), str(error))
        else:
            self.run.end_failed(session, visit, f"{type(error).__name__}: {error}"[:300])

    def _in_one_transaction(self, visit: Visit, work: Any) -> None:
        """Run ``work``; where the program itself fails on a page, the page is counted as failed and the crawl goes on."""
        try:
            with self.run.record.session() as session:
                work(session)
        except Exception as error:
            log.exception("%s: %s", self.name, visit.url)
            self.run.ended.discard(visit.url_hash)
            reason = error.problem if isinstance(error, LangngheError) else f"{type(error).__name__}: {error}"
            self._fail(visit, reason[:300])

    def _fail(self, visit: Visit, reason: str) -> None:
        try:
            with self.run.record.session() as session:
                self.run.end_failed(session, visit, reason)
        except OperationalError as error:
            give_up(error)

    def note_robots(self, url: str, problem: str | None) -> None:
        """Count a robots.txt that was read, or why it was not."""
        with self.run.record.session() as session:
            self.run.note(session, url, Outcome.failed if problem else Outcome.read, problem)

    def closed(self, reason: str) -> None:
        """Scrapy's end of the spider."""
        if reason != "finished":
            self.run.problem = self.run.problem or f"the crawl ended with {reason}"
        self.run.close()
