"""The processes of a soak: crawlers and workers, started again whenever they end, as systemd would."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path


class Program:
    """One process with its children."""

    def __init__(self, name: str, arguments: list[str], variables: dict[str, str], log: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "langnghe", *arguments]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("LANGNGHE_")}
        self._environment, self._log = kept | variables, log
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start it if it does not run."""
        if self._process is not None and self._process.poll() is None:
            return
        with self._log.open("ab") as output:
            how = {"env": self._environment, "start_new_session": True}
            self._process = subprocess.Popen(self._command, stdout=output, stderr=output, **how)  # noqa: S603 - this program itself

    def set_clock(self, now: datetime) -> None:
        """What time it is when it starts the next time."""
        self._environment["LANGNGHE_NOW"] = now.isoformat()

    def kill(self) -> None:
        """Kill -9 it and its children."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def ended_well(self) -> bool:
        """Whether it has ended by itself without a failure."""
        return self._process is not None and self._process.poll() == 0
