"""robots.txt as RFC 9309 wants it: what is not there allows all, what does not answer defers all; Crawl-delay is kept."""

import asyncio
from typing import Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.addresses import PrivateAddress
from crawlers.page import decode

LONGEST = 512_000
"""Bytes of robots.txt that are read (RFC 9309, 2.5)."""


class RobotsDenied(IgnoreRequest):
    """robots.txt refuses the URL."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt does not answer, so nothing of the host is fetched for now."""


class RobotsMiddleware:
    """Asks each host's robots.txt once a run, before the first request to it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = str(crawler.settings["USER_AGENT"])
        self.rules: dict[str, Protego | None] = {}
        self.locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise :class:`RobotsDenied`, :class:`RobotsUnreachable` or :class:`PrivateAddress`."""
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        async with self.locks.setdefault(host, asyncio.Lock()):
            if host not in self.rules:
                self.rules[host] = await self._fetch(f"{host}/robots.txt")
        rules = self.rules[host]
        if rules is None:
            raise RobotsUnreachable(f"{host}/robots.txt does not answer")
        if not rules.can_fetch(request.url, self.agent):
            raise RobotsDenied(f"{host}/robots.txt")
        self._slow_down(request, rules.crawl_delay(self.agent))

    async def _fetch(self, url: str) -> Protego | None:
        request = Request(url, meta={"robots": True}, callback=NO_CALLBACK, priority=1000)
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except PrivateAddress:
            raise  # nothing is asked of such a host, robots.txt neither
        except Exception as error:  # noqa: BLE001 - whatever keeps robots.txt from us, the host waits
            self._note(url, f"{type(error).__name__}: {error}")
            return None
        if response.status >= 500 or response.status == 429:
            self._note(url, f"status {response.status}")
            return None
        self._note(url, None)
        return Protego.parse(decode(response.body[:LONGEST]) if response.status < 400 else "")

    def _note(self, url: str, problem: str | None) -> None:
        spider: Any = self.crawler.spider
        spider.note_robots(url, problem)

    def _slow_down(self, request: Request, delay: float | None) -> None:
        """Crawl-delay, where it is longer than ours; on the downloader's slot, as AutoThrottle does."""
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(request.meta.get("download_slot") or downloader.get_slot_key(request))
        if slot is not None and delay and delay > slot.delay:
            slot.delay, slot.concurrency = float(delay), 1
