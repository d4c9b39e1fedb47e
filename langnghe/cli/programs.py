"""Processes of the schedule: what is served, kept alive, and the work, which ends when the schedule does."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.settings import Settings

log = logging.getLogger(__name__)
STOP_SECONDS = 10.0
"""How long a process may take to end when it is told to; then it is killed."""


def stop_group(process: subprocess.Popen[bytes], seconds: float | None = None) -> None:
    """End a process that leads a group, and the group: asked first, killed when it has not ended in time."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS if seconds is None else seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_with_parent() -> None:
    """Stop this process when the one that started it is gone, however it went: standard input is a pipe that it holds open."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(0, 1):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def environment_of(installation: Installation) -> dict[str, str]:
    """What our processes are given: a clock that was set goes on from where it is."""
    environment = dict(os.environ)
    if installation.settings.now:
        environment["LANGNGHE_NOW"] = installation.clock.now().isoformat()
    return environment


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    process: int
    status: int


class Programs:
    """The work of the schedule, each piece a ``langnghe`` process of its own, so that any of it can be ended at any moment.

    A crawl that is ended so loses nothing: the frontier hands out again what it was at.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopping: list[threading.Thread] = []
        self.stopped = False

    def _start(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.stopped:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own
                [sys.executable, "-m", "langnghe", *arguments],
                env=environment_of(self._installation),
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
            self._running.append(process)
            return process

    def run(self, *arguments: str, seconds: float | None = None) -> "Ended | None":
        """Run a command to its end; gives how it ended, or None where the schedule is ending. One that takes too long is ended.

        What it has to say stands in the log, as it shares our standard error.
        """
        process = self._start(arguments)
        if process is None:
            return None
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.error("langnghe %s has taken %.0f s and is ended", " ".join(arguments), seconds)
            stop_group(process)
        finally:
            with self._lock:
                self._running.remove(process)
            if process.stdin:
                process.stdin.close()
        if process.returncode and not self.stopped:
            log.error("langnghe %s ended with status %d", " ".join(arguments), process.returncode)
        return None if self.stopped else Ended(process.pid, process.returncode)

    def stop(self) -> None:
        """End what is running and start nothing more."""
        with self._lock:
            self.stopped = True
            running = list(self._running)
        self._stopping = [threading.Thread(target=stop_group, args=[process]) for process in running]
        for thread in self._stopping:
            thread.start()

    def wait(self) -> None:
        """Until all of them have ended."""
        for thread in self._stopping:
            thread.join()


class Served:
    """A process that serves pages, started again when it has died."""

    def __init__(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._name, self._begin = name, start
        self._process = start()

    @classmethod
    def dashboard(cls, installation: Installation) -> "Served":
        """The dashboard."""
        from langnghe.cli import dashboard

        return cls("the dashboard", lambda: dashboard.start_dashboard(installation.settings))

    @classmethod
    def endpoints(cls, installation: Installation) -> "Served":
        """The small endpoints."""
        from langnghe.cli.endpoints import ensure_endpoint_free

        def start() -> subprocess.Popen[bytes]:
            settings: Settings = installation.settings
            ensure_endpoint_free(settings.endpoints)
            command = [sys.executable, "-m", "langnghe", "endpoints", "--with-parent"]
            return subprocess.Popen(command, env=environment_of(installation), stdin=subprocess.PIPE)  # noqa: S603 - our own

        return cls("the endpoints", start)

    def look(self) -> None:
        """Start it again if it has died; what keeps it from starting is logged, and the next look tries again."""
        if self._process.poll() is None:
            return
        log.error("%s ended with status %s; it is started again", self._name, self._process.returncode)
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process = self._begin()
        except LangngheError as error:
            log.error("%s can't be started: %s", self._name, error)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
