"""A body that was cut on its way is asked for again, and never read as if it were whole."""

import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response


def stated_length(body: bytes) -> int:
    """How long a gzip body says that it is unpacked (modulo 4 GB); of one that was cut, a number made of whatever stands there."""
    return int.from_bytes(body[-4:], "little")


def is_cut(packed: bytes, unpacked: bytes) -> bool:
    """Whether a gzip body was cut: what came out is shorter than its trailer says (a body of several parts names its last alone)."""
    return packed[:2] == b"\x1f\x8b" and len(unpacked) < stated_length(packed)


class WholeBodies(HttpCompressionMiddleware):
    """Unpacks bodies as Scrapy does, which takes what it can get of a broken one; here it is tried again, then failed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a middleware."""
        made = super().from_crawler(crawler)
        made.crawler = crawler
        return made

    crawler: Crawler

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The unpacked response, or the request again."""
        packed = response.body
        try:
            unpacked = super().process_response(request, response)
        except (OSError, EOFError, zlib.error) as error:
            return self._again(request, f"broken body: {error}")
        whole = isinstance(unpacked, Request) or unpacked is response or not is_cut(packed, unpacked.body)
        return unpacked if whole else self._again(request, "the body was cut")

    def _again(self, request: Request, reason: str) -> Request:
        assert self.crawler.spider is not None  # noqa: S101 - no response without one
        if again := get_retry_request(request, spider=self.crawler.spider, reason=reason):
            return again
        raise ResponseDataLossError(reason)
