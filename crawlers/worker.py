"""The crawling process, which :mod:`crawlers.crawl` starts for each crawl: Twisted's reactor can be started only once in a process."""

import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import certifi
from pydantic import BaseModel

from crawlers.health_rules import HealthRules
from crawlers.source_run import SourceRun
from crawlers.sources import Source
from langnghe.clock import Clock, FixedClock, RunningClock, SystemClock
from langnghe.settings import CrawlSettings, Settings

SHOWN_EVERY = 0.2
"""Seconds between two messages on progress."""
GARBAGE_AFTER = 10_000
"""Objects between two looks for garbage; Python's own 700 would take a twentieth of the time."""


TRIED_AGAIN = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
"""What is tried again in the same run; what took too long is not: it would take three times as long."""


class ClockState(BaseModel):
    """A clock as it goes to another process."""

    kind: Literal["system", "fixed", "running"]
    now: datetime

    @classmethod
    def of(cls, clock: Clock) -> "ClockState":
        """The state of a clock; one of a kind that is not known stands still."""
        kinds: dict[type[Any], Literal["system", "running"]] = {SystemClock: "system", RunningClock: "running"}
        return cls(kind=kinds.get(type(clock), "fixed"), now=clock.now())

    def clock(self) -> Clock:
        """A clock that goes on from this state."""
        if self.kind == "system":
            return SystemClock()
        return RunningClock(self.now) if self.kind == "running" else FixedClock(self.now)


class Job(BaseModel):
    """What the crawling process is given on its standard input."""

    settings: dict[str, Any]
    sources: list[Source]
    runs: dict[str, int]
    """Source → id of its run."""
    terms: list[str]
    rules: HealthRules
    clock: ClockState
    since: date | None = None
    """First day of what is to be fetched belatedly."""
    key: str
    earlier_keys: list[str] = []
    """Key of the authors' hashes, in hexadecimal digits."""


def trust(crawl: CrawlSettings, folder: Path) -> None:
    """Make OpenSSL trust certifi's authorities and those of ``crawl.ca_file``, and nobody else."""
    bundle = folder / "authorities.pem"
    own = crawl.ca_file.read_bytes() if crawl.ca_file else b""
    bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + own)
    os.environ["SSL_CERT_FILE"] = str(bundle)


def go_through(proxy: str | None) -> None:
    """Make Scrapy send every request through the proxy, if there is one; else what the environment says stands."""
    if proxy:
        os.environ.update(http_proxy=proxy, https_proxy=proxy, no_proxy="")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
            os.environ.pop(name, None)


def replays(crawl: CrawlSettings) -> bool:
    """Whether recorded sources are crawled: a proxy answers for all hosts, by an authority of its own."""
    return bool(crawl.proxy and crawl.ca_file)


def process_settings(crawl: CrawlSettings) -> dict[str, Any]:
    """Scrapy's settings for the whole process. Behind a proxy it is the proxy that resolves names."""
    resolver = {} if crawl.proxy else {"TWISTED_DNS_RESOLVER": "crawlers.addresses.PublicResolver"}
    return {"LOG_LEVEL": "INFO", **resolver}


def scrapy_settings(crawl: CrawlSettings, source: Source) -> dict[str, Any]:
    """Scrapy's settings for a source."""
    return {"SCHEDULER": "crawlers.scheduler.FrontierScheduler", **request_settings(crawl, max(crawl.min_delay, source.delay or 0))}


def request_settings(crawl: CrawlSettings, delay: float) -> dict[str, Any]:
    """How requests are made; ``delay``: seconds between two to a host."""
    guard = {} if replays(crawl) else {"crawlers.addresses.AddressMiddleware": 900}
    whole = {"scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None, "crawlers.wholeness.WholeBodies": 590}
    manners = {"crawlers.robots.RobotsMiddleware": 100, "crawlers.politeness.PatienceMiddleware": 560}
    return {
        "DOWNLOADER_MIDDLEWARES": {**manners, **whole, **guard},
        "USER_AGENT": crawl.user_agent,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "vi,en;q=0.5"},
        "ROBOTSTXT_OBEY": False,  # ours is stricter
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_ITEMS": 1,  # the spiders store by themselves; Scrapy would start a hundred idle tasks for each answer
        "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.referer.RefererMiddleware": 700},  # the others see to requests and items
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay else crawl.concurrency,
        "DOWNLOAD_TIMEOUT": crawl.timeout,  # for the whole response, however busily it drips
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,  # as it comes, and again decompressed
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [500, 502, 504, 408],
        "RETRY_EXCEPTIONS": TRIED_AGAIN,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "TELNETCONSOLE_ENABLED": False,  # no doors into the process
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }  # fmt: skip


class Progress:
    """Tells the parent process how far the crawl is, at most a few times a second."""

    def __init__(self, send: Callable[[dict[str, int]], None]) -> None:
        self.send, self.last = send, 0.0
        self.counts: dict[str, tuple[int, int]] = {}

    def of(self, source: str) -> Callable[[int, int], None]:
        """The function that a source's run calls with (done, entered)."""

        def show(done: int, entered: int) -> None:
            self.counts[source] = (done, entered)
            if time.monotonic() - self.last > SHOWN_EVERY:
                self.tell()

        return show

    def tell(self) -> None:
        """Send the sums."""
        self.last = time.monotonic()
        done, entered = (sum(column) for column in zip(*self.counts.values(), strict=True)) if self.counts else (0, 0)
        self.send({"done": done, "entered": entered})


def work(job: Job, send: Callable[[dict[str, int]], None]) -> None:
    """Run every source's spider to its end."""
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.relevance import Terms
    from crawlers.spiders.discourse import DiscourseSpider
    from crawlers.spiders.feed import FeedSpider
    from crawlers.spiders.xenforo import XenForoSpider
    from crawlers.structures import load_structures
    from crawlers.turns import with_turns
    from langnghe.privacy import Privacy
    from langnghe.record.database import open_record

    settings, clock, progress = Settings(**job.settings), job.clock.clock(), Progress(send)
    record, structures = open_record(settings, clock), load_structures(settings.config_dir)
    spiders = {"xenforo": XenForoSpider, "discourse": DiscourseSpider}
    process = AsyncCrawlerProcess(process_settings(settings.crawl))
    for source in job.sources:
        terms, privacy = Terms(source.terms or job.terms), Privacy(bytes.fromhex(job.key), [bytes.fromhex(key) for key in job.earlier_keys])
        run = SourceRun(
            source, job.runs[source.id], record, structures, terms, clock, privacy, job.rules, job.since, progress.of(source.id)
        )  # fmt: skip
        spider = spiders.get(source.kind, FeedSpider)
        custom = with_turns(scrapy_settings(settings.crawl, source), settings)
        process.crawl(process.create_crawler(type(spider.__name__, (spider,), {"custom_settings": custom})), run=run)
    gc.freeze()  # what is loaded stays
    gc.set_threshold(GARBAGE_AFTER)
    process.start()
    progress.tell()
    record.close()


def main() -> None:
    """Read the job from standard input, tell progress on standard output as JSON Lines, log to standard error."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    crawl = Settings(**job.settings).crawl
    go_through(crawl.proxy)

    def send(message: dict[str, int]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory() as folder:
        trust(crawl, Path(folder))
        work(job, send)


if __name__ == "__main__":
    main()
