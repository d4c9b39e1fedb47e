"""A Redis server of Debian's package, started for the tests and stopped after them."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as NoConnection

from tests.servers.postgresql import free_port

PATIENCE = 20
"""Seconds for a server to answer."""


def _answers(port: int) -> bool:
    try:
        return bool(Redis(port=port).ping())
    except (NoConnection, BusyLoadingError):
        return False


class RedisServer:
    """A server of one's own that writes down all that it is told; it may be ended without a word and started again."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            raise RuntimeError("Redis is not installed: run 'make test', which installs it, or 'apt-get install redis-server'")
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> "RedisServer":
        how = ["--bind", "127.0.0.1", "--dir", str(self._folder), "--save", "", "--appendonly", "yes", "--appendfsync", "always"]
        self._process = subprocess.Popen(["redis-server", "--port", str(self._port), *how], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not _answers(self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Redis did not start")
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """Let it end in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty server."""
    folder = Path(tempfile.mkdtemp(prefix="langnghe-redis-"))
    server = RedisServer(folder)
    try:
        yield server.start().url
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
