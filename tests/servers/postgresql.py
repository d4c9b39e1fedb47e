"""A PostgreSQL server of Debian's package, started for the tests and stopped after them."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run 'make test', which installs it, or 'apt-get install postgresql'")
    return found[-1]


def _as_server() -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _run(*command: str) -> None:
    done = subprocess.run([*_as_server(), *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


class PostgreSQL:
    """A server of one's own, which may be ended without a word and started again."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self._binaries, self._folder, self._port, self._settings = _binaries(), folder, free_port(), settings
        self._data = folder / "data"
        folder.chmod(0o777)
        initialised = ("--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        _run(str(self._binaries / "initdb"), "-D", str(self._data), "-U", "langnghe", *initialised)

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://langnghe@127.0.0.1:{self._port}/postgres"

    def start(self) -> "PostgreSQL":
        settings = f"-p {self._port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={self._folder} {self._settings}"
        self._control("-w", "-o", settings, "-l", str(self._folder / "log"), "start")
        return self

    def kill(self) -> None:
        """End it without a word; what was committed is there when it starts again."""
        self._control("-m", "immediate", "stop")

    def stop(self) -> None:
        """Let it end in order: whoever is connected is disconnected."""
        self._control("-m", "fast", "-w", "stop")

    @property
    def is_running(self) -> bool:
        command = [*_as_server(), str(self._binaries / "pg_ctl"), "-D", str(self._data), "status"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def limit_files(self, size: int | None) -> None:
        """Let no file grow beyond so many bytes, which PostgreSQL takes for a full disk; None: as large as it likes."""
        limit = "unlimited" if size is None else str(size)
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=False)
        for process in [first, *map(int, listed.stdout.split())]:
            _run("prlimit", "--pid", str(process), f"--fsize={limit}:unlimited")

    def _control(self, *words: str) -> None:
        _run(str(self._binaries / "pg_ctl"), "-D", str(self._data), *words)


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """An empty server of one's own."""
    folder = Path(tempfile.mkdtemp(prefix="langnghe-pg-"))
    server = PostgreSQL(folder).start()
    try:
        yield server
    finally:
        if server.is_running:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of an empty server."""
    with postgresql_server() as server:
        yield server.url
