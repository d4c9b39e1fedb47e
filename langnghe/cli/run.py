"""``langnghe run``: crawl, annotate, index, detect, digest and serve the dashboard, on schedule, until stopped."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.installation import Installation

if TYPE_CHECKING:
    from crawlers.sources import Source

log = logging.getLogger(__name__)
ROUND_MINUTES = 10
"""Between the beginnings of two rounds; which sources are due in a round is the frontier's decision."""
DIGEST_HOUR = 7
STOP_SECONDS = 10.0
"""How long a process may take to end when it is told to; then it is killed."""
LOOK_SECONDS = 5.0
"""Between two looks whether the dashboard lives."""


def live_sources(installation: Installation) -> "dict[str, Source]":
    """The sources that are crawled on schedule.

    Raises:
        ConfigurationError: naming file and line of a source that is wrong.
    """
    from crawlers.sources import load_sources

    sources = load_sources(installation.settings.config_dir)
    return {name: source for name, source in sources.items() if source.enabled is True and not source.sample}


def morning_digest(installation: Installation) -> None:
    """Send the digests of today, once their hour has come; what was sent before is not sent again."""
    from langnghe.cli.pipeline import send_digests
    from langnghe.clock import VIETNAM

    now = installation.clock.now().astimezone(VIETNAM)
    if now.hour >= DIGEST_HOUR:
        send_digests(installation, now.date())


def one_round(installation: Installation, sources: "Mapping[str, Source]") -> list[str]:
    """Crawl what is due, annotate, index, detect and send digests; gives the steps that failed.

    One that fails keeps no other from its work. A digest that failed is so tried again in every round of its day.
    """
    from crawlers.crawl import crawl
    from langnghe.actor import SYSTEM
    from langnghe.cli.pipeline import annotate_and_index, raise_concerns
    from langnghe.clock import vietnam_day

    settings = installation.settings
    steps: dict[str, Callable[[], object]] = {
        "crawl": lambda: crawl(installation.record, settings, sources, installation.clock, installation.privacy, SYSTEM),
        "annotate and index": lambda: annotate_and_index(installation),
        "detect": lambda: raise_concerns(installation, vietnam_day(installation.clock.now())),
        "digest": lambda: morning_digest(installation),
    }
    failed = []
    for name, step in steps.items():
        try:
            step()
        except Exception:
            log.exception("%s failed; the next round tries again", name)
            failed.append(name)
    return failed


def stop(process: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """End a process that leads a group, and the group: asked first, killed when it has not ended in time."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Programs:
    """The work of the schedule, each piece a ``langnghe`` process of its own, so that any of it can be ended at any moment.

    A crawl that is ended so loses nothing: the frontier hands out again what it was at.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopped = False

    def _start(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
        environment = dict(os.environ)
        if self._installation.settings.now:  # a clock that was set goes on from where it is
            environment["LANGNGHE_NOW"] = self._installation.clock.now().isoformat()
        with self._lock:
            if self._stopped:
                return None
            command = [sys.executable, "-m", "langnghe", *arguments]
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own
            self._running.append(process)
            return process

    def run(self, *arguments: str) -> None:
        """Run a command to its end; what it has to say stands in the log, as it shares our standard error."""
        process = self._start(arguments)
        if process is None:
            return
        status = process.wait()
        with self._lock:
            self._running.remove(process)
            if status and not self._stopped:
                log.error("langnghe %s ended with status %d; it is tried again", " ".join(arguments), status)

    def digest(self) -> None:
        """Send the digests of today to the subscribers, if there are any."""
        from langnghe.clock import vietnam_day

        if self._installation.settings.mail.subscribers:
            self.run("digest", "--day", vietnam_day(self._installation.clock.now()).isoformat())

    def stop(self) -> None:
        """End what is running and start nothing more."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for thread in [threading.Thread(target=stop, args=[process]) for process in running]:
            thread.start()


class Dashboard:
    """The dashboard's process, started again when it has died."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        from langnghe.cli.dashboard import start_dashboard

        return start_dashboard(self._installation.settings)

    def look(self) -> None:
        """Start it again if it has died; what keeps it from starting is logged, and the next look tries again."""
        if self._process.poll() is None:
            return
        log.error("the dashboard ended with status %s; it is started again", self._process.returncode)
        try:
            self._process = self._start()
        except LangngheError as error:
            log.error("the dashboard can't be started: %s", error)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _run_once(installation: Installation, sources: "Mapping[str, Source]") -> None:
    # Ended by an exception, so that leases are given back and the crawling process is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if failed := one_round(installation, sources):
        raise LangngheError(f"{len(failed)} steps of the round failed: {', '.join(failed)}", "What was logged above says why.")


def _run_on_schedule(installation: Installation, *, with_dashboard: bool) -> None:
    from apscheduler.schedulers.background import BackgroundScheduler

    from langnghe.clock import VIETNAM, SystemClock

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    programs = Programs(installation)
    dashboard = Dashboard(installation) if with_dashboard else None
    scheduler = BackgroundScheduler(timezone=VIETNAM)
    every = {"minutes": ROUND_MINUTES, "coalesce": True, "max_instances": 1}
    soon = SystemClock().now() + timedelta(seconds=1)  # a clock that was set is not the scheduler's
    scheduler.add_job(programs.run, "interval", ["run", "--once"], next_run_time=soon, **every)
    scheduler.add_job(programs.digest, "cron", hour=DIGEST_HOUR, coalesce=True, misfire_grace_time=3600)
    scheduler.start()
    while not stopped.wait(LOOK_SECONDS):
        if dashboard:
            dashboard.look()
    programs.stop()
    if dashboard:
        dashboard.stop()
    scheduler.shutdown(wait=True)


def run(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop; no dashboard.")] = False,
    dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Serve the dashboard too.")] = True,
) -> None:
    """Do everything on schedule until stopped by Ctrl-C or SIGTERM."""
    from langnghe.installation import open_installation

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    installation = open_installation()
    sources = live_sources(installation)
    try:
        if once:
            _run_once(installation, sources)
        else:
            installation.record.close()  # made, or brought to this program's schema, before several processes open it
            _run_on_schedule(installation, with_dashboard=dashboard)
    finally:
        installation.record.close()
