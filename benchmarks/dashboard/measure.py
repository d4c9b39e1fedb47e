"""Measures the dashboard as an officer feels it: first views and interactions while other sessions work, and the server's memory.

LANGNGHE_DATA_DIR=/path/of/a/record python -m benchmarks.dashboard.measure --rounds 5
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from langnghe.cli.dashboard import address_of, start_dashboard, wait_until_ready
from langnghe.settings import DashboardSettings, load_settings

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = ["today", "concern", "case", "search?q=thuoc", "trends", "map", "editing", "reports", "sources"]
READY = "document.querySelector('.ln-head h1') && !document.querySelector('[data-testid=stStatusWidget]')"
OTHERS = 4


def settled(page: Page) -> None:
    """Wait until the page stands and nothing runs any more."""
    page.wait_for_function(READY, timeout=60_000)


def timed(act: Callable[[], object], page: Page) -> float:
    """Seconds until the page stands after an action."""
    begin = time.perf_counter()
    act()
    settled(page)
    return time.perf_counter() - begin


def work(address: str, stop: threading.Event) -> None:
    """One scripted session: from page to page, with a breath between."""
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS).new_page()
        while not stop.is_set():
            for name in PAGES:
                page.goto(f"{address}/{name}")
                settled(page)
                if stop.wait(1.0):
                    return


def measure(address: str, rounds: int) -> tuple[dict[str, list[float]], list[float]]:
    """First views by page, and interactions (from page to page inside one session, a filter of the search)."""
    views: dict[str, list[float]] = {name: [] for name in PAGES}
    interactions: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(rounds):
            for name in PAGES:
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                views[name].append(timed(lambda page=page, name=name: page.goto(f"{address}/{name}"), page))
                page.close()
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(f"{address}/today")
            settled(page)
            for title in ("Vấn đề nổi lên", "Vụ việc", "Bản đồ", "Nguồn", "Hôm nay"):
                click = page.get_by_role("link", name=title, exact=True).first.click
                interactions.append(timed(click, page))
            page.close()
    return views, interactions


def percentile_95(values: list[float]) -> float:
    """The 95th percentile; of few values the largest."""
    return max(values) if len(values) < 20 else statistics.quantiles(values, n=20)[-1]


def resident(process: int) -> float:
    """MiB of memory that a process holds."""
    line = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Serve, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=18_901)
    given = parser.parse_args()
    settings = load_settings().model_copy(update={"dashboard": DashboardSettings(port=given.port)})
    process = start_dashboard(settings)
    stop = threading.Event()
    try:
        wait_until_ready(process, address_of(settings.dashboard))
        others = [threading.Thread(target=work, args=(address_of(settings.dashboard), stop), daemon=True) for _ in range(OTHERS)]
        for other in others:
            other.start()
        views, interactions = measure(address_of(settings.dashboard), given.rounds)
        print("| page | median s | p95 s |\n| --- | --- | --- |")
        for name, times in views.items():
            print(f"| {name} | {statistics.median(times):.2f} | {percentile_95(times):.2f} |")
        every = [one for times in views.values() for one in times]
        print(f"| all first views | {statistics.median(every):.2f} | {percentile_95(every):.2f} |")
        print(f"| interactions | {statistics.median(interactions):.2f} | {percentile_95(interactions):.2f} |")
        print(f"\nMemory of the server: {resident(process.pid):.0f} MiB")
    finally:
        stop.set()
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
