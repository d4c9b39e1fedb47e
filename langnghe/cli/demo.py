"""``langnghe demo``: the whole system once, on the sample sources that ship with it, and then the dashboard."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.settings import Settings

HOUR = time(7)
"""The demo's clock starts at the hour of the morning digest."""
DETECTED_DAYS = 14
"""Days before day 0 that are gone through one by one, so that each concern has the day on which it was first seen."""
MARKER = "demo.json"
"""Says that a folder is the demo's, its day 0 and its seed."""


def _demo_folder(settings: Settings) -> Path:
    """The folder that LANGNGHE_DATA_DIR names, else one of the demo's own."""
    from platformdirs import user_data_path

    return settings.data_dir if "data_dir" in settings.model_fields_set else user_data_path("langnghe-demo")


def _day_zero(folder: Path, seed: int, today: date) -> tuple[date, int]:
    """Day 0 and the seed, fixed at the first run.

    Raises:
        LangngheError: the folder holds something that is not the demo's.
    """
    marker = folder / MARKER
    if not marker.exists():
        if folder.exists() and any(folder.iterdir()):
            raise LangngheError(f"{folder} holds something that is not the demo's", "Point LANGNGHE_DATA_DIR at an empty folder.")
        folder.mkdir(parents=True, exist_ok=True)
        marker.write_text(json.dumps({"day0": today.isoformat(), "seed": seed}))
    stored = json.loads(marker.read_text())
    return date.fromisoformat(stored["day0"]), int(stored["seed"])


@contextmanager
def _sample_sources(settings: Settings, day0: date, seed: int) -> Iterator[Settings]:
    """The sample sources, served on loopback; gives the settings under which they are crawled into the demo's folder."""
    from crawlers.samples.proxy import serve
    from crawlers.samples.world import make_world
    from crawlers.samples.world_site import WorldSite

    with serve(WorldSite(make_world(seed, day0)), settings.data_dir) as proxy:
        recorded = settings.crawl.model_copy(update={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0.0})
        yield settings.model_copy(update={"crawl": recorded})


def _crawl(settings: Settings, installation: Installation) -> list[int]:
    from crawlers.crawl import crawl
    from crawlers.sources import load_sources
    from langnghe.actor import SYSTEM

    sources = {name: source for name, source in load_sources(settings.config_dir).items() if source.sample}
    return crawl(installation.record, settings, sources, installation.clock, installation.privacy, SYSTEM)


def _run_once(settings: Settings, day0: date, seed: int) -> None:
    """Everything from the crawl to the digest, and the tables of what happened."""
    from langnghe.cli.outcomes import print_outcomes
    from langnghe.cli.pipeline import annotate_and_index, raise_concerns, write_national_digest
    from langnghe.installation import open_installation
    from langnghe.progress import progress

    installation = open_installation(settings)
    with _sample_sources(settings, day0, seed) as served:
        runs = _crawl(served, installation)
    processed = annotate_and_index(installation)
    for back in progress(range(DETECTED_DAYS, -1, -1), "Detecting", unit="days"):
        raise_concerns(installation, day0 - timedelta(days=back))
    print_outcomes(installation, runs, processed, write_national_digest(installation, day0, settings.data_dir / "digests"))
    installation.record.close()


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo's data away and start over.")] = False,
    seed: Annotated[int, typer.Option(help="Decides where and when the planted concerns begin; used at the first run.")] = 1,
    dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Open the dashboard at the end.")] = True,
) -> None:
    """Crawl the sample sources, annotate, index, detect, write a digest and open the dashboard."""
    from langnghe.cli.dashboard import ensure_port_free, serve_dashboard
    from langnghe.clock import VIETNAM, SystemClock, vietnam_day
    from langnghe.settings import load_settings

    settings = load_settings()
    folder = _demo_folder(settings)
    if dashboard:
        ensure_port_free(settings.dashboard)
    if fresh and (folder / MARKER).exists():
        shutil.rmtree(folder)
    day0, seed = _day_zero(folder, seed, vietnam_day(settings.now or SystemClock().now()))
    print(f"Demo on invented sources, day 0 is {day0:%d/%m/%Y}, data in {folder}", file=sys.stderr)
    # Its record is its own, whatever the installation's settings say: invented coverage must never reach the real one.
    own = {"data_dir": folder, "now": datetime.combine(day0, HOUR, VIETNAM), "record_url": None}
    settings = settings.model_copy(update=own)
    _run_once(settings, day0, seed)
    if dashboard:
        serve_dashboard(settings)
