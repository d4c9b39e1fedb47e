"""A Redis server of Debian's package, started for the tests and stopped after them."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from tests.servers.postgresql import free_port


def _answers(port: int) -> bool:
    try:
        return bool(Redis(port=port).ping())
    except NoConnection:
        return False


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty server."""
    if shutil.which("redis-server") is None:
        raise RuntimeError("Redis is not installed: run 'make test', which installs it, or 'apt-get install redis-server'")
    port, folder = free_port(), tempfile.mkdtemp(prefix="langnghe-redis-")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("Redis did not start")
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(folder, ignore_errors=True)
