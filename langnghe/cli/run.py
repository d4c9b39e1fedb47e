"""``langnghe run``: crawl, annotate, index, detect, digest and serve the dashboard, on schedule, until stopped."""

import logging
import signal
import threading
from datetime import timedelta
from typing import Annotated

import typer

from langnghe.installation import Installation

log = logging.getLogger(__name__)
ROUND_MINUTES = 10
"""Between the beginnings of two rounds; which sources are due in a round is the frontier's decision."""
DIGEST_HOUR = 7


def one_round(installation: Installation) -> None:
    """Crawl what is due, annotate, index and detect; each step's failure is logged and does not keep the next from its work."""
    from crawlers.crawl import crawl
    from crawlers.sources import load_sources
    from langnghe.actor import SYSTEM
    from langnghe.cli.pipeline import annotate_and_index, raise_concerns
    from langnghe.clock import vietnam_day

    settings = installation.settings
    sources = {name: source for name, source in load_sources(settings.config_dir).items() if source.enabled is True and not source.sample}
    steps = {
        "crawl": lambda: crawl(installation.record, settings, sources, installation.clock, installation.privacy, SYSTEM),
        "annotate and index": lambda: annotate_and_index(installation),
        "detect": lambda: raise_concerns(installation, vietnam_day(installation.clock.now())),
    }
    for name, step in steps.items():
        try:
            step()
        except Exception:
            log.exception("%s failed; the next round tries again", name)


def morning_digest(installation: Installation) -> None:
    """Send the digests of today."""
    from langnghe.cli.pipeline import send_digests
    from langnghe.clock import vietnam_day

    send_digests(installation, vietnam_day(installation.clock.now()))


def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop; no dashboard.")] = False,
    dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Serve the dashboard too.")] = True,
) -> None:
    """Do everything on schedule until stopped by Ctrl-C or SIGTERM."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from langnghe.cli.dashboard import start_dashboard
    from langnghe.clock import VIETNAM
    from langnghe.installation import open_installation

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    installation = open_installation()
    if once:
        one_round(installation)
        return
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    scheduler = BackgroundScheduler(timezone=VIETNAM)
    now = installation.clock.now() + timedelta(seconds=1)
    scheduler.add_job(one_round, "interval", [installation], minutes=ROUND_MINUTES, next_run_time=now, coalesce=True, max_instances=1)
    scheduler.add_job(morning_digest, "cron", [installation], hour=DIGEST_HOUR, coalesce=True, misfire_grace_time=6 * 3600)
    process = start_dashboard(installation.settings) if dashboard else None
    scheduler.start()
    stopped.wait()
    scheduler.shutdown(wait=True)
    if process:
        process.terminate()
        process.wait(10)
