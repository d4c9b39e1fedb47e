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


def _run(*command: str) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


@contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of an empty server."""
    binaries, folder, port = _binaries(), Path(tempfile.mkdtemp(prefix="langnghe-pg-")), free_port()
    folder.chmod(0o777)
    data = folder / "data"
    _run(str(binaries / "initdb"), "-D", str(data), "-U", "langnghe", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={folder}"
    try:
        _run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-o", settings, "-l", str(folder / "log"), "start")
        yield f"postgresql+psycopg://langnghe@127.0.0.1:{port}/postgres"
    finally:
        _run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
