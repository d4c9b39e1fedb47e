"""``langnghe run``: crawl, annotate, index, detect, digest, back up and serve the pages, on schedule, until stopped."""

import logging
import signal
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.installation import Installation

if TYPE_CHECKING:
    from crawlers.sources import Source

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0
"""Between two looks whether what is served lives, and two signs of life of its own."""
ROUND = ("annotate", "detect", "digest", "mail")
"""What one round does after the crawl."""


def one_round(installation: Installation, sources: "Mapping[str, Source]") -> list[str]:
    """Crawl, annotate, index, detect, and send what is due; gives the jobs that failed.

    One that fails keeps no other from its work; each is noted in the record.
    """
    from langnghe.cli.jobs import JOBS, crawl_sources, run_noted

    work = {"crawl": lambda: crawl_sources(installation, sources)}
    for name in ROUND:
        job = JOBS[name]
        if name != "digest" or job.has_work(installation):
            work[name] = lambda job=job: job.work(installation)  # type: ignore[misc]
    failed = []
    for name, step in work.items():
        try:
            problem = run_noted(installation, name, step)
        except Exception as error:
            log.exception("%s failed; it is tried again", name)
            problem = str(error)
        else:
            if problem:
                log.error("%s failed; it is tried again: %s", name, problem)
        if problem:
            failed.append(name)
    return failed


def _run_once(installation: Installation, sources: "Mapping[str, Source]") -> None:
    # Ended by an exception, so that leases are given back and the crawling process is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if failed := one_round(installation, sources):
        raise LangngheError(f"{len(failed)} steps of the round failed: {', '.join(failed)}", "What was logged above says why.")


def _run_jobs(installation: Installation, names: list[str], sources: "Mapping[str, Source]") -> None:
    """Do some jobs for the schedule, one after the other, and end when the schedule does."""
    from langnghe.cli.jobs import JOBS, crawl_sources, run_noted
    from langnghe.cli.programs import end_with_parent

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    end_with_parent()
    for name in names:
        if name == "crawl":
            problem = run_noted(installation, "crawl", lambda: crawl_sources(installation, sources))
        else:
            problem = run_noted(installation, name, lambda name=name: JOBS[name].work(installation))  # type: ignore[misc]
        if problem:
            raise LangngheError(f"{name} failed: {problem}", "The schedule tries it again.")


def _run_on_schedule(installation: Installation, *, with_dashboard: bool, with_endpoints: bool) -> None:
    from langnghe.cli.programs import Served
    from langnghe.cli.scheduling import Schedule
    from langnghe.systemd import notify

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    served = [Served.dashboard(installation)] if with_dashboard else []
    served += [Served.endpoints(installation)] if with_endpoints else []
    schedule = Schedule(installation)
    schedule.start()
    notify("READY=1")
    while not stopped.wait(LOOK_SECONDS):
        for program in served:
            program.look()
        schedule.beat()
        notify("WATCHDOG=1")
    notify("STOPPING=1")
    schedule.stop()
    for program in served:
        program.stop()
    schedule.wait()


def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop; no dashboard.")] = False,
    dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Serve the dashboard too.")] = True,
    endpoints: Annotated[bool, typer.Option("--endpoints/--no-endpoints", help="Serve the small endpoints too.")] = True,
    job: Annotated[list[str] | None, typer.Option("--job", hidden=True, help="A job of the schedule, as its own process does it.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", hidden=True, help="Sources of the job crawl.")] = None,
) -> None:
    """Do everything on schedule until stopped by Ctrl-C or SIGTERM."""
    from langnghe.cli.jobs import live_sources
    from langnghe.installation import open_installation
    from langnghe.logs import configure_logging

    installation = open_installation()
    configure_logging(installation.settings.log)
    sources = live_sources(installation)
    try:
        if job:
            _run_jobs(installation, job, {name: sources[name] for name in source or [] if name in sources})
        elif once:
            _run_once(installation, sources)
        else:
            _run_on_schedule(installation, with_dashboard=dashboard, with_endpoints=endpoints)
    finally:
        installation.record.close()
