"""Crawl and extract: this project's crawl into its record, beside bare Scrapy with trafilatura, over the same loopback pages.

python -m benchmarks.crawling.rate --articles 2000 [--only ours|bare]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import certifi
from sqlalchemy import func, select

from benchmarks.crawling.pages import HOST, PER_SECTION, SIZE, article_url, section_url, serving
from crawlers.crawl import crawl
from crawlers.sources import Source
from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, FixedClock
from langnghe.privacy import Privacy
from langnghe.record.database import open_record
from langnghe.record.schema import DocumentRow
from langnghe.settings import CrawlSettings, Settings

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
CONCURRENCY = 16


@contextmanager
def measured(name: str, articles: int) -> Iterator[None]:
    """Print wall and CPU time of the child processes of the block, and their largest memory so far."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    yield
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = after.ru_maxrss / 1024
    print(
        f"| {name} | {articles} | {seconds:.1f} | {articles / seconds:.1f} | {cpu:.1f} | {articles / cpu:.1f} | {memory:.0f} |", flush=True
    )


def bare(proxy: str, articles: int) -> None:
    """Bare Scrapy with trafilatura and its metadata, items into a file."""
    with tempfile.TemporaryDirectory() as folder, measured("bare Scrapy + trafilatura with metadata", articles):
        out = Path(folder) / "items.jsonl"
        sections = [section_url(number) for number in range(1, articles // PER_SECTION + 1)]
        command = [sys.executable, str(Path(__file__).with_name("bare_scrapy.py")), str(out), str(CONCURRENCY), *sections]
        subprocess.run(command, check=True, env={"http_proxy": proxy, "PATH": "/usr/bin:/bin"}, stderr=subprocess.DEVNULL)  # noqa: S603
        assert len(out.read_text(encoding="utf-8").splitlines()) == articles  # noqa: S101


def ours(proxy: str, articles: int, *, structure: str | None) -> None:
    """The crawl into a fresh record; without a structure every page is read by the generic extraction."""
    crawl_settings = CrawlSettings(proxy=proxy, ca_file=Path(certifi.where()), min_delay=0, concurrency=CONCURRENCY)
    source = Source(
        id="bao-lon", name="Báo Lớn", kind="listing", homepage=f"{HOST}/", listings=[f"{HOST}/muc/trang-{{page}}.htm"],
        max_pages=articles // PER_SECTION + 1, selectors={"links": ["h3 a"]}, structure=structure,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), crawl=crawl_settings)
        record = open_record(settings, FixedClock(NOW))
        with measured(f"langnghe crawl, {'selectors' if structure else 'generic extraction'}", articles):
            crawl(record, settings, [source], FixedClock(NOW), Privacy(b"a key of the benchmark"), SYSTEM)
        with record.reading() as session:
            assert session.scalar(select(func.count()).select_from(DocumentRow)) == articles  # noqa: S101
        record.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help=f"pages of {SIZE // 1000} KB, such as {article_url(0)}")
    parser.add_argument("--only", choices=["ours", "bare"])
    given = parser.parse_args()
    print(
        "| crawl | pages | wall s | pages/s | CPU s | pages/CPU-s | largest memory MB |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    with serving(given.articles) as proxy:
        if given.only != "bare":
            ours(proxy, given.articles, structure="tuoitre_cms")
        if given.only != "ours":
            bare(proxy, given.articles)


if __name__ == "__main__":
    main()
