"""Crawl and extract: this project's crawl into its record, beside bare Scrapy with trafilatura, over the same loopback pages.

python -m benchmarks.crawling.rate [--articles 2000] [--rounds 3]   the rates, by CPU time, and their relation
python -m benchmarks.crawling.rate --memory 20000                   this project's memory over so many pages
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import certifi
from sqlalchemy import func, select

from benchmarks.crawling.pages import HOST, PER_SECTION, SELECTORS, SIZE, article_url, section_url, serving
from benchmarks.crawling.resources import Used, measured
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
ENOUGH = 0.9
"""Part of the bare rate that the whole crawl is to reach."""


def bare(proxy: str, articles: int) -> Used:
    """Bare Scrapy with trafilatura and its metadata, items into a file."""
    with tempfile.TemporaryDirectory() as folder, measured() as used:
        out = Path(folder) / "items.jsonl"
        sections = [section_url(number) for number in range(1, articles // PER_SECTION + 1)]
        command = [sys.executable, str(Path(__file__).with_name("bare_scrapy.py")), str(out), str(CONCURRENCY), *sections]
        subprocess.run(command, check=True, env={"http_proxy": proxy, "PATH": "/usr/bin:/bin"}, stderr=subprocess.DEVNULL)  # noqa: S603
        assert len(out.read_text(encoding="utf-8").splitlines()) == articles  # noqa: S101
    return used


def ours(proxy: str, articles: int, *, selectors: bool) -> Used:
    """The crawl into a fresh record, by the site's selectors or by the generic extraction alone."""
    crawl_settings = CrawlSettings(proxy=proxy, ca_file=Path(certifi.where()), min_delay=0, concurrency=CONCURRENCY)
    source = Source.model_validate(
        {
            "id": "bao-lon", "name": "Báo Lớn", "kind": "listing", "homepage": f"{HOST}/", "listings": [f"{HOST}/muc/trang-{{page}}.htm"],
            "max_pages": articles // PER_SECTION + 1, "selectors": {"links": ["h3 a"], **(SELECTORS if selectors else {})},
        }
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), crawl=crawl_settings)
        record = open_record(settings, FixedClock(NOW))
        with measured() as used:
            crawl(record, settings, [source], FixedClock(NOW), Privacy(b"a key of the benchmark"), SYSTEM)
        with record.reading() as session:
            assert session.scalar(select(func.count()).select_from(DocumentRow)) == articles  # noqa: S101
        record.close()
    return used


def selected(proxy: str, articles: int) -> Used:
    """A source with selectors."""
    return ours(proxy, articles, selectors=True)


def generic(proxy: str, articles: int) -> Used:
    """A source without any: every page is read by trafilatura, as the bare crawl reads it."""
    return ours(proxy, articles, selectors=False)


COMPARED: dict[str, Callable[[str, int], Used]] = {
    "bare Scrapy + trafilatura with metadata": bare,
    "langnghe crawl, generic extraction": generic,
    "langnghe crawl, selectors": selected,
}


def compare(articles: int, rounds: int) -> None:
    """Print each crawl's best round, and how it stands to the bare one's."""
    used: dict[str, list[Used]] = {name: [] for name in COMPARED}
    with serving(articles) as proxy:
        for _ in range(rounds):
            for name, run in COMPARED.items():
                used[name].append(run(proxy, articles))
                print(f"{name}: {used[name][-1].cpu:.1f} CPU s", file=sys.stderr, flush=True)
    best = {name: min(runs, key=lambda run: run.cpu) for name, runs in used.items()}
    least = next(iter(best.values())).cpu
    print("| crawl | pages | CPU s | pages/CPU-s | of the bare rate | wall s | largest memory MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, each in best.items():
        cells = (f"{each.cpu:.1f}", f"{articles / each.cpu:.1f}", f"{least / each.cpu:.2f}", f"{each.seconds:.0f}", f"{each.largest:.0f}")
        print(f"| {name} | {articles} | {' | '.join(cells)} |")
    if any(least / run.cpu < ENOUGH for run in best.values()):
        sys.exit(f"less than {ENOUGH} of the bare rate")


def watch_memory(articles: int) -> None:
    """Print the largest memory in each quarter of a long crawl."""
    with serving(articles) as proxy:
        used = generic(proxy, articles)
    print("| pages | CPU s | wall s | memory MB: first quarter | second | third | last |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(f"| {articles} | {used.cpu:.0f} | {used.seconds:.0f} | {' | '.join(f'{each:.0f}' for each in used.quarters())} |")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help=f"pages of {SIZE // 1000} KB, such as {article_url(0)}")
    parser.add_argument("--rounds", type=int, default=1, help="times that each crawl is made; its best round counts")
    parser.add_argument("--memory", type=int, metavar="PAGES", help="measure the memory over so many pages instead")
    given = parser.parse_args()
    if given.memory:
        watch_memory(given.memory)
    else:
        compare(given.articles, given.rounds)


if __name__ == "__main__":
    main()
