"""The schedule: looks at every job's clock, starts what is due, tries again what failed, and tells when it keeps failing."""

import logging
import threading
from collections.abc import Iterable, Mapping
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from langnghe.cli.jobs import JOBS, live_sources
from langnghe.cli.programs import Ended, Programs
from langnghe.cli.schedule import due_sources, load_schedule
from langnghe.clock import VIETNAM, SystemClock
from langnghe.installation import Installation
from langnghe.record.jobs import beat, note_lost, state_of

log = logging.getLogger(__name__)
FOLLOWING: Mapping[str, tuple[str, ...]] = {"annotate": ("detect", "mail"), "detect": ("mail",)}
"""What is looked at as soon as a job has ended well: nothing that was found waits for the next look."""


class Schedule:
    """Starts jobs when they are due. What is due follows from the record alone, so that a night switched off is caught up with."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._rules = load_schedule(installation.settings.config_dir)
        self._programs = Programs(installation)
        self._locks = {name: threading.Lock() for name in JOBS}
        self._crawling: set[str] = set()
        self._crawls = threading.Semaphore(self._rules.poll.processes)
        self._lock = threading.Lock()
        self._scheduler = BackgroundScheduler(timezone=VIETNAM)

    def start(self) -> None:
        """Begin; a run that the record says is going on has no process any more."""
        record = self._installation.record
        with record.session() as session:
            note_lost(session, record.clock.now(), "its process ended without a word")
        self.beat()
        soon = SystemClock().now() + timedelta(seconds=1)  # a clock that was set is not the scheduler's
        for name, minutes in self._rules.minutes.items():
            work, arguments = (self.crawl, []) if name == "crawl" else (self.look, [name])
            instances = self._rules.poll.processes if name == "crawl" else 1
            self._scheduler.add_job(
                work, "interval", arguments, minutes=minutes, next_run_time=soon, coalesce=True, max_instances=instances, id=name
            )
        self._scheduler.start()

    def beat(self, **detail: object) -> None:
        """Say that the schedule lives."""
        record = self._installation.record
        with record.session() as session:
            beat(session, record.clock.now(), **detail)

    def look(self, name: str) -> None:
        """Start a job if it has something to do, and then what follows from it."""
        if not self._locks[name].acquire(blocking=False):
            return
        try:
            started = self._may_start(name) and JOBS[name].has_work(self._installation)
            good = started and self._run(name, ())
        except Exception:
            log.exception("%s could not be started; it is tried again", name)
            return
        finally:
            self._locks[name].release()
        if good:
            for following in FOLLOWING.get(name, ()):
                self.look(following)

    def crawl(self) -> None:
        """Start a crawl of the sources that are due and not being crawled."""
        record = self._installation.record
        if not self._crawls.acquire(blocking=False):
            return
        try:
            with self._lock:
                free = [name for name in live_sources(self._installation) if name not in self._crawling]
                with record.reading() as session:
                    due = due_sources(session, free, record.clock.now(), self._rules.poll)
                self._crawling.update(due)
            if due:
                try:
                    self._run("crawl", due)
                finally:
                    with self._lock:
                        self._crawling.difference_update(due)
                self.look("annotate")
        except Exception:
            log.exception("the crawl could not be started; it is tried again")
        finally:
            self._crawls.release()

    def _may_start(self, name: str) -> bool:
        """Whether the pause after the last failure is over."""
        record = self._installation.record
        with record.reading() as session:
            state = state_of(session, name)
        if not state.failures or state.last is None or state.last.finished is None:
            return True
        return record.clock.now() - state.last.finished >= self._rules.pause(state.failures)

    def _run(self, name: str, sources: Iterable[str]) -> bool:
        arguments = ["run", "--job", name]
        for source in sources:
            arguments += ["--source", source]
        ended = self._programs.run(*arguments, seconds=60 * self._rules.longest_minutes[name])
        if ended and ended.status:
            self._failed(name, ended)
        return ended is not None and ended.status == 0

    def _failed(self, name: str, ended: Ended) -> None:
        """See to it that the record says so, whatever became of the process, and that somebody hears of it."""
        from alerts.digest.notices import tell_administrator

        record, settings = self._installation.record, self._installation.settings
        with record.session() as session:
            note_lost(session, record.clock.now(), f"its process ended with status {ended.status}", ended.process)
            state = state_of(session, name)
            problem = state.last.problem if state.last and state.last.problem else f"status {ended.status}"
            log.error("%s failed for the %d. time in a row: %s", name, state.failures, problem, extra={"job": name})
            if state.failures >= self._rules.tell_after:
                tell_administrator(record, settings, session, "job", f"j-{name}", job=name, n=state.failures, problem=problem)

    def stop(self) -> None:
        """Start nothing more and end what runs."""
        self._programs.stop()
        self.beat(ended=True)

    def wait(self) -> None:
        """Until everything has ended."""
        self._programs.wait()
        self._scheduler.shutdown(wait=True)
