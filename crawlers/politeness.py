"""A host that asks for patience (429 or 503, Retry-After) gets it, for all of its URLs."""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.page import Page
from crawlers.walls import is_blocked

ASKS_FOR_PATIENCE = frozenset({429, 503})
LONGEST_WAIT = 120.0
"""Seconds that a run waits for a host; what takes longer goes back to the frontier."""
TRIES = 3
DEFAULT_WAIT = 5.0
"""Seconds before the second try where the host does not say; doubled each time."""


class HostAsksToWait(IgnoreRequest):
    """The host is to be left alone for ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the host asks to wait {seconds:.0f} s")
        self.seconds = seconds


def wanted_wait(header: str | None, tried: int) -> float:
    """Seconds that Retry-After asks for, as a number or a date; ours where it says nothing."""
    if header and header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header or "")
    except ValueError:
        return DEFAULT_WAIT * 2.0**tried
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def is_wall(response: Response) -> bool:
    """Whether it is a challenge, which no waiting opens."""
    return is_blocked(Page(response.url, response.body, datetime.now(UTC))) is not None


class PatienceMiddleware:
    """Holds back every request to a host that asked to wait, and tries again afterwards."""

    def __init__(self) -> None:
        self.until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 - Scrapy's way to make a middleware
        """Scrapy's way to make a middleware."""
        return cls()

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again."""
        while (wait := self.until.get(urlsplit(request.url).netloc, 0) - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the same request again once the host's time is over."""
        if response.status not in ASKS_FOR_PATIENCE or is_wall(response):
            return response
        tried = request.meta.get("patience", 0)
        header = response.headers.get("Retry-After")
        wait = wanted_wait(header.decode("latin-1") if header else None, tried)
        if wait > LONGEST_WAIT or tried + 1 >= TRIES:
            raise HostAsksToWait(wait)
        self.until[urlsplit(request.url).netloc] = time.monotonic() + wait
        return request.replace(meta={**request.meta, "patience": tried + 1}, dont_filter=True)
