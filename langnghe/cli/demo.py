"""``langnghe demo``: the whole system once, on the sample sources that ship with it, and then the dashboard."""

import shutil
import sys
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from langnghe.errors import LangngheError

HOUR = time(7)
"""The demo's clock stands at the hour of the morning digest."""
DETECTED_DAYS = 14
"""Days before day 0 that are gone through one by one, so that each concern has the day on which it was first seen."""


def _demo_folder() -> Path:
    """The folder that LANGNGHE_DATA_DIR names, else one of the demo's own."""
    from platformdirs import user_data_path

    from langnghe.settings import load_settings

    settings = load_settings()
    return settings.data_dir if "data_dir" in settings.model_fields_set else user_data_path("langnghe-demo")


def _refuse_foreign_folder(folder: Path) -> None:
    marker = folder / "demo"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise LangngheError(f"{folder} holds something that is not the demo's", "Point LANGNGHE_DATA_DIR at an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _day_zero(folder: Path, seed: int, today: date) -> tuple[date, int]:
    """Day 0 and the seed, fixed at the first run."""
    import json

    path = folder / "demo.json"
    if not path.exists():
        path.write_text(json.dumps({"day0": today.isoformat(), "seed": seed}))
    stored = json.loads(path.read_text())
    return date.fromisoformat(stored["day0"]), int(stored["seed"])


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo's data away and start over.")] = False,
    seed: Annotated[int, typer.Option(help="Decides where and when the planted concerns begin; used at the first run.")] = 1,
    dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Open the dashboard at the end.")] = True,
) -> None:
    """Crawl the sample sources, annotate, index, detect, write a digest and open the dashboard."""
    from crawlers.crawl import crawl
    from crawlers.samples.proxy import serve
    from crawlers.samples.world import make_world
    from crawlers.samples.world_site import WorldSite
    from crawlers.sources import load_sources
    from langnghe.actor import SYSTEM
    from langnghe.cli.outcomes import print_outcomes
    from langnghe.cli.pipeline import annotate_and_index, raise_concerns, write_national_digest
    from langnghe.clock import VIETNAM, RunningClock, SystemClock, vietnam_day
    from langnghe.installation import open_installation
    from langnghe.progress import progress
    from langnghe.settings import load_settings

    folder = _demo_folder()
    settings = load_settings()
    if dashboard:
        from langnghe.cli.dashboard import ensure_port_free

        ensure_port_free(settings.dashboard)
    if fresh and (folder / "demo").exists():
        shutil.rmtree(folder)
    _refuse_foreign_folder(folder)
    day0, seed = _day_zero(folder, seed, vietnam_day(settings.now or SystemClock().now()))
    now = datetime.combine(day0, HOUR, VIETNAM)
    print(f"Demo on invented sources, day 0 is {day0:%d/%m/%Y}, data in {folder}", file=sys.stderr)
    with ExitStack() as stack:
        proxy = stack.enter_context(serve(WorldSite(make_world(seed, day0)), folder))
        recorded = settings.crawl.model_copy(update={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0.0})
        settings = settings.model_copy(update={"data_dir": folder, "crawl": recorded, "now": now})
        installation = open_installation(settings, RunningClock(now))
        sources = {name: source for name, source in load_sources(settings.config_dir).items() if source.sample}
        runs = crawl(installation.record, settings, sources, installation.clock, installation.privacy, SYSTEM)
    processed = annotate_and_index(installation)
    for back in progress(range(DETECTED_DAYS, -1, -1), "Detecting", unit="days"):
        raise_concerns(installation, day0 - timedelta(days=back))
    mail = write_national_digest(installation, day0, folder / "digests")
    print_outcomes(installation, runs, processed, mail)
    installation.record.close()
    if dashboard:
        from langnghe.cli.dashboard import serve_dashboard

        serve_dashboard(settings)
