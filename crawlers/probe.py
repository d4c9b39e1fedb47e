"""Fetching a handful of addresses as politely as a crawl does, for checking and drafting sources; nothing is stored.

``fetch_pages`` starts this module as a process of its own, as :mod:`crawlers.crawl` does with the worker.
"""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl import crawler_environment
from crawlers.page import Page
from crawlers.worker import go_through, process_settings, request_settings, trust
from langnghe.errors import Unavailable
from langnghe.settings import CrawlSettings, Settings


class ProbeJob(BaseModel):
    """What the process is given on its standard input."""

    crawl: CrawlSettings
    urls: list[str]


@dataclass(frozen=True)
class Fetched:
    """An address's page, or why there is none."""

    page: Page | None
    problem: str | None = None


class ProbeSpider(Spider):
    """Asks for each address once and prints what came, a line of JSON each."""

    name = "probe"

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls

    async def start(self) -> Any:
        """The requests."""
        for url in self.urls:
            yield Request(url, self.answered, errback=self.unanswered, dont_filter=True, meta={"asked": url})

    def note_robots(self, url: str, problem: str | None) -> None:
        """A robots.txt was asked for, which is not told."""

    def _tell(self, asked: str, **told: Any) -> None:
        sys.stdout.write(json.dumps({"asked": asked, **told}) + "\n")
        sys.stdout.flush()

    def answered(self, response: Response) -> None:
        """Scrapy's callback."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        body = base64.b64encode(response.body).decode()
        self._tell(response.meta["asked"], url=response.url, body=body, type=content_type, status=response.status)

    def unanswered(self, failure: Failure) -> None:
        """Scrapy's errback."""
        error = failure.value
        self._tell(failure.request.meta["asked"], problem=f"{type(error).__name__}: {error}"[:300])  # type: ignore[attr-defined]


def _read(line: bytes) -> tuple[str, Fetched]:
    told = json.loads(line)
    if "problem" in told:
        return told["asked"], Fetched(None, told["problem"])
    page = Page(told["url"], base64.b64decode(told["body"]), datetime.now(UTC), told["type"], told["status"])
    return told["asked"], Fetched(page, None if page.status == 200 else f"status {page.status}")


def _lines(job: ProbeJob) -> Iterator[bytes]:
    process = subprocess.run(
        [sys.executable, "-m", "crawlers.probe"], input=job.model_dump_json().encode(), capture_output=True, check=False,
        env=crawler_environment(), cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    if process.returncode:
        last = process.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        problem = f"the fetching process ended with status {process.returncode}: {last[0][:200]}"
        raise Unavailable(problem, "Try again; if it stays, report it.")
    yield from process.stdout.splitlines()


def fetch_pages(settings: Settings, urls: Iterable[str]) -> dict[str, Fetched]:
    """Fetch each address once, by robots.txt and with the crawl's pauses between two requests to a host.

    Raises:
        Unavailable: the fetching process broke off.
    """
    wanted = list(dict.fromkeys(urls))
    if not wanted:
        return {}
    fetched = dict(map(_read, _lines(ProbeJob(crawl=settings.crawl, urls=wanted))))
    return {url: fetched.get(url, Fetched(None, "no answer")) for url in wanted}


def main() -> None:
    """Read the job from standard input and fetch."""
    from scrapy.crawler import AsyncCrawlerProcess

    job = ProbeJob.model_validate_json(sys.stdin.buffer.read())
    go_through(job.crawl.proxy)
    with tempfile.TemporaryDirectory() as folder:
        trust(job.crawl, Path(folder))
        process = AsyncCrawlerProcess({**process_settings(job.crawl), "LOG_LEVEL": "ERROR"})
        spider = type("Probe", (ProbeSpider,), {"custom_settings": request_settings(job.crawl, job.crawl.min_delay)})
        process.crawl(process.create_crawler(spider), urls=job.urls)
        process.start()


if __name__ == "__main__":
    main()
