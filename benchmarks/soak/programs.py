"""The processes of a soak: crawlers and workers, started again whenever they end, as systemd would."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from langnghe.clock import Clock

DRAINING = 300.0
"""Seconds in which a program that is asked to end has finished what it was at."""


class Program:
    """One process with its children, on a host. What its arguments are counts when it starts."""

    def __init__(self, arguments: Sequence[str], variables: dict[str, str], clock: Clock, log: Path, prefix: Sequence[str] = ()) -> None:
        self._clock, self._ahead = clock, timedelta()
        self._beginning, self._arguments = [*prefix, sys.executable, "-m", "langnghe"], arguments
        kept = {key: value for key, value in os.environ.items() if not key.startswith("LANGNGHE_")}
        self._environment, self._log = kept | variables, log
        self._process: subprocess.Popen[bytes] | None = None
        self._leaving: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start it if it does not run."""
        if self._process is None or self._process.poll() is not None:
            self._start()

    def _start(self) -> None:
        now = {"LANGNGHE_NOW": (self._clock.now() + self._ahead).isoformat()}
        with self._log.open("ab") as output:
            how = {"env": self._environment | now, "start_new_session": True}
            self._process = subprocess.Popen([*self._beginning, *self._arguments], stdout=output, stderr=output, **how)  # type: ignore[call-overload]  # noqa: S603

    def shift_clock(self, ahead: timedelta) -> None:
        """How wrong its clock is when it starts the next time."""
        self._ahead = ahead

    def kill(self) -> None:
        """Kill -9 it and its children."""
        for process in (self._process, self._leaving):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def replace(self) -> None:
        """Start its successor beside it, and ask it to end: an upgrade."""
        self._leaving = self._process
        self._start()
        if self._leaving is not None:
            self._leaving.terminate()

    def has_left(self) -> bool:
        """Whether the one that was replaced ends in time and without a failure."""
        if self._leaving is None:
            return True
        deadline = time.monotonic() + DRAINING
        while self._leaving.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        return self._leaving.poll() == 0

    @property
    def ended_well(self) -> bool:
        """Whether it has ended by itself without a failure."""
        return self._process is not None and self._process.poll() == 0
