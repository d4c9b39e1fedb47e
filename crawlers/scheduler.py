"""Scrapy's scheduler on top of the frontier: what is to be fetched is leased from the record, never only held in memory."""

from collections import deque
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawlers.frontier import Visit

if TYPE_CHECKING:
    from crawlers.spiders.base import SourceSpider

BATCH = 16
"""URLs taken at once: few transactions, and little that waits for its lease to end after a crash."""


LISTS = frozenset({"feed", "sitemap", "listing"})
"""What is read anew where a run is to reach back, unchanged or not: it is followed further."""


class FrontierScheduler(BaseScheduler):
    """Gives leased URLs as requests; keeps in memory only what a middleware sends again (redirects, retries)."""

    def __init__(self) -> None:
        self.again: deque[Request] = deque()
        self.leased: deque[Visit] = deque()
        self.spider: SourceSpider | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 - Scrapy's way to make a scheduler
        """Scrapy's way to make a scheduler."""
        return cls()

    def open(self, spider: Spider) -> None:
        """Enter the spider's seeds."""
        self.spider = cast("SourceSpider", spider)  # the worker starts no others
        self.spider.run.begin(self.spider.seeds())

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch."""
        return bool(self.again or self.leased) or self._run.has_due()

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request that a middleware sends again."""
        self.again.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request, or None while nothing is due."""
        if self.again:
            return self.again.popleft()
        if not self.leased:
            self.leased.extend(self._run.lease(BATCH))
        return self._request(self.leased.popleft()) if self.leased else None

    @property
    def _run(self) -> Any:
        assert self.spider is not None  # noqa: S101 - Scrapy opens a scheduler before it asks for requests
        return self.spider.run

    def _request(self, visit: Visit) -> Request:
        assert self.spider is not None  # noqa: S101 - as above
        wanted_anyway = self._run.since is not None and visit.role in LISTS
        conditions = {} if wanted_anyway else {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return Request(
            visit.url, self.spider.answered, errback=self.spider.unanswered, headers=headers, meta={"visit": visit}, dont_filter=True
        )
