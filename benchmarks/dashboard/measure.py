"""Measures the dashboard as an officer feels it: first views and interactions while four other sessions work, and the server's memory.

python -m benchmarks.dashboard.measure --record /path/of/a/filled/record
"""

import argparse
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import quote_plus

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, sync_playwright

from benchmarks.dashboard.scripted import ScriptedSession, working
from benchmarks.dashboard.worked_record import add_work
from langnghe.cli.dashboard import address_of, start_dashboard, wait_until_ready
from langnghe.clock import VIETNAM, FixedClock
from langnghe.record.database import open_record
from langnghe.settings import DashboardSettings, Settings

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
"""The morning after the last day of the benchmark's coverage (``benchmarks.search``)."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = (
    *("today", "concern", "concern?id=1", "case", "case?id=1", "search", "search?q=WORDS", "trends", "map", "drives"),
    *("editing", "intake", "reports", "sources", "admin"),
)
WORDS = (
    *("thuốc bhyt", "chốt sổ", "lương hưu", "vssid", "trái tuyến", "rút một lần", "thai sản", "thất nghiệp", "chậm đóng", "thẻ giấy"),
    *("mức đóng", "hộ gia đình", "chuyển tuyến", "giám định", "nghỉ ốm", "người cao tuổi", "học sinh", "tự nguyện", "lừa đảo", "căn cước"),
)
"""What is searched for, each time something else: what another session has just found is kept for some seconds."""
STANDS = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  if (all('.ln-trouble, [data-testid=stException]').length) throw new Error('the page is in trouble: ' + document.body.innerText);
  return document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && document.querySelector('.ln-head h1') && !all('[data-testid=stSkeleton], [data-stale=true]').length
    && all('[data-testid=stVegaLiteChart]').every(chart => chart.querySelector('canvas, svg')) && (DONE);
}"""
"""A page that stands: its run has ended, all its parts and pictures are drawn, and it is not the page that tells of trouble."""
OTHERS, PAUSE = 4, 3.0
"""Sessions that work meanwhile; each opens a page every three seconds, about ten times as often as a reader."""
READ_SECONDS = 3.0
VIEW_LIMIT, INTERACTION_LIMIT, MEMORY_LIMIT = 1.5, 0.7, 1536
PREPARED = "prepared-for-the-dashboard"


@dataclass(frozen=True)
class Interaction:
    """What an officer does on a page, and how to see that it is done."""

    name: str
    page: str
    target: Callable[[Page], Locator]
    done: str


def _click(selector: str) -> Callable[[Page], Locator]:
    return lambda page: page.locator(selector).first


def _go(title: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("link", name=title, exact=True).first


def _h1(text: str) -> str:
    return f"document.querySelector('.ln-head h1')?.textContent.includes('{text}')"


SEARCH, PAGE_2 = "search?q=WORDS", "[data-testid=stPagination] button >> text='2'"
INTERACTIONS = (
    Interaction("to another page: concerns", "today", _go("Vấn đề nổi lên"), _h1("Vấn đề nổi lên")),
    Interaction("to another page: cases", "today", _go("Vụ việc"), _h1("Vụ việc")),
    Interaction("to another page: sources", "today", _go("Nguồn"), _h1("Nguồn")),
    Interaction("to another page: map", "today", _go("Bản đồ"), _h1("Bản đồ")),
    Interaction("a concern from the first page", "today", _click(".st-key-row-concern-1 a"), "location.search.includes('id=1')"),
    Interaction("a filter of the search", SEARCH, _click(".st-key-facet-sentiments a"), "location.search.includes('sac_thai')"),
    Interaction("the next page of hits", SEARCH, _click(PAGE_2), "location.search.includes('trang=2')"),
    Interaction("another picture of the trends", "trends", _click("button:has-text('Chủ đề')"), "location.search.includes('xem=topics')"),
    Interaction("the list of cases", "case", _click("button:has-text('Danh sách')"), "location.search.includes('xem=ds')"),
)  # fmt: skip


def addresses(pages: Sequence[str], seed: int) -> dict[str, Iterator[str]]:
    """Each page's addresses, one after the other, every search for other words."""
    words = random.Random(seed).sample(WORDS, len(WORDS))  # noqa: S311 - no secret
    return {page: cycle([page.replace("WORDS", quote_plus(one)) for one in words]) for page in pages}


def _until_it_stands(page: Page, done: str = "true") -> None:
    page.wait_for_function(STANDS.replace("DONE", done), timeout=120_000)


def _seconds(act: Callable[[], object], page: Page, done: str = "true") -> float:
    begin = time.perf_counter()
    act()
    _until_it_stands(page, done)
    return time.perf_counter() - begin


def first_view(context: BrowserContext, url: str) -> float:
    """Seconds from an address to a page that stands, in a tab and session of its own."""
    page = context.new_page()
    seconds = _seconds(partial(page.goto, url, wait_until="commit"), page)
    page.close()
    return seconds


def get_acquainted(context: BrowserContext, address: str, seconds: float = 1.5) -> tuple[float, str]:
    """See every page twice and stay a while, as a browser that is used every day has; gives the slowest view of all and its page."""
    taken = []
    for asked in addresses(PAGES, 7).values():
        for _ in range(2):
            page, name = context.new_page(), next(asked)
            taken.append((_seconds(partial(page.goto, f"{address}/{name}", wait_until="commit"), page), name))
            page.wait_for_timeout(1000 * seconds)
            page.close()
    return max(taken)


def first_views(context: BrowserContext, address: str, rounds: int) -> dict[str, list[float]]:
    """:func:`first_view` of every page."""
    views: dict[str, list[float]] = {name: [] for name in PAGES}
    asked = addresses(PAGES, 5)
    for _ in range(rounds):
        for name in PAGES:
            views[name].append(first_view(context, f"{address}/{next(asked[name])}"))
    return views


def interaction(context: BrowserContext, url: str, one: Interaction) -> float:
    """Seconds from a click to a page that stands; the officer has read for some seconds, and what is to be clicked is found before."""
    page = context.new_page()
    page.goto(url)
    _until_it_stands(page)
    page.wait_for_timeout(1000 * READ_SECONDS)
    target = one.target(page)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    if box is None:
        raise RuntimeError(f"{url}: nothing to click for {one.name}")
    seconds = _seconds(partial(page.mouse.click, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), page, one.done)
    page.close()
    return seconds


def interactions(context: BrowserContext, address: str, rounds: int) -> dict[str, list[float]]:
    """:func:`interaction` of each kind."""
    times: dict[str, list[float]] = {one.name: [] for one in INTERACTIONS}
    asked = addresses([one.page for one in INTERACTIONS], 6)
    for _ in range(rounds):
        for one in INTERACTIONS:
            times[one.name].append(interaction(context, f"{address}/{next(asked[one.page])}", one))
    return times


def percentile_95(values: list[float]) -> float:
    """The 95th percentile; of few values the largest."""
    return max(values) if len(values) < 20 else statistics.quantiles(values, n=20)[-1]


def resident(process: int) -> float:
    """MiB of memory that a process holds, and held at most."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return max(int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "VmHWM")))


def memory_of(address: str, process: int, sessions: int) -> float:
    """The most memory that the server held while so many sessions were open, each of which has seen every page."""
    opened = [ScriptedSession(address) for _ in range(sessions)]
    for seed, session in enumerate(opened):
        for asked in addresses(PAGES, seed).values():
            session.open(next(asked))
    most = resident(process)
    for session in opened:
        session.close()
    return most


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    process = start_dashboard(settings)
    try:
        wait_until_ready(process, address_of(settings.dashboard))
        yield address_of(settings.dashboard), process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _browser(playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser with a profile on disk, as an officer's: what it has loaded and compiled it keeps."""
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path="/usr/bin/chromium", args=FLAGS, viewport={"width": 1366, "height": 768}
        )
        yield context
        context.close()


@contextmanager
def prepared(record: Path, work: Path | None) -> Iterator[Path]:
    """A copy of a filled record with what the pages need besides; in ``work`` it is kept for the next time."""
    with tempfile.TemporaryDirectory() as passing:
        folder = work or Path(passing) / "record"
        if not (folder / PREPARED).exists():
            shutil.copytree(record, folder, dirs_exist_ok=True)
            settings = Settings(data_dir=folder)
            opened = open_record(settings, FixedClock(NOW))
            add_work(opened, settings)
            opened.close()
            (folder / PREPARED).touch()
        yield folder


def _print(title: str, times: dict[str, list[float]], limit: float) -> None:
    print(f"\n| {title} | median s | p95 s |\n| --- | ---: | ---: |")
    for name, values in times.items():
        print(f"| {name} | {statistics.median(values):.2f} | {percentile_95(values):.2f} |")
    every = [one for values in times.values() for one in values]
    print(f"| all (at most {limit}) | {statistics.median(every):.2f} | {percentile_95(every):.2f} |", flush=True)


def main() -> None:
    """Serve, measure, print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path, required=True, help="a data folder that benchmarks.search has filled; it is not changed")
    parser.add_argument("--work", type=Path, help="where its copy is made and kept (default: a temporary folder)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=20, help="open sessions while memory is measured")
    parser.add_argument("--port", type=int, default=18_901)
    given = parser.parse_args()
    with prepared(given.record, given.work) as folder, sync_playwright() as playwright:
        settings = Settings(data_dir=folder, now=NOW, dashboard=DashboardSettings(port=given.port))
        with _served(settings) as (address, process):
            with _browser(playwright) as context:
                first = first_view(context, f"{address}/today")
                print(f"The very first visit of a browser that knows nothing, the server just started: {first:.2f} s")
                slowest, name = get_acquainted(context, address)
                print(f"The slowest of the first two views of each page, nobody else there: {slowest:.2f} s ({name})")
                with working(address, PAGES, addresses, OTHERS, PAUSE):
                    _print("first view", first_views(context, address, given.rounds), VIEW_LIMIT)
                    _print("interaction", interactions(context, address, given.rounds), INTERACTION_LIMIT)
            most = memory_of(address, process.pid, given.sessions)
            print(f"\nMemory of the server, {given.sessions} sessions that have seen every page: {most:.0f} MiB (at most {MEMORY_LIMIT})")


if __name__ == "__main__":
    main()
