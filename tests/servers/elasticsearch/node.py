"""Starts and stops nodes; ``python -m tests.servers.elasticsearch.node HOME PORT [setting=value ...]`` runs one until Ctrl-C."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.elasticsearch.build import built_node
from tests.servers.postgresql import free_port

PATIENCE = 300
"""Seconds for a node to serve: a busy machine of two cores needs minutes."""


class Node:
    """One node in a process of its own. Settings are Elasticsearch's; without any of discovery it is alone in its cluster."""

    def __init__(self, home: Path, http_port: int | None = None, settings: dict[str, str] | None = None, heap: str = "512m") -> None:
        self.home, self.settings, self.heap = home, settings or {}, heap
        self.http_port, self.transport_port = http_port or free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def _command(self) -> list[str]:
        java, built = built_node()
        heap = os.environ.get("ES_HEAP", self.heap)
        settings = {
            "http.port": str(self.http_port),
            "transport.port": str(self.transport_port),
            "path.repo": str(self.home / "snapshots"),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        } | self.settings
        if not any(name.startswith(("discovery.", "cluster.initial_master_nodes")) for name in self.settings):
            settings["discovery.type"] = "single-node"
        (self.home / "config").mkdir(parents=True, exist_ok=True)
        (self.home / "logs").mkdir(exist_ok=True)
        if not (self.home / "modules").exists():
            (self.home / "modules").symlink_to(built / "modules")
        memory = [f"-Xms{heap}", f"-Xmx{heap}", f"-Des.nativelibs.path={built / 'native'}"]
        where = ["-cp", f"{built / 'classes'}:{built / 'lib'}/*", "NodeMain", str(self.home)]
        return [str(java.executable), *memory, *java.flags(), *where, *(f"{key}={value}" for key, value in settings.items())]

    def start(self) -> "Node":
        """Start and wait until it serves."""
        self.begin()
        return self.wait()

    @property
    def _log(self) -> Path:
        return self.home / "node.log"

    def begin(self) -> None:
        """Start without waiting."""
        command = self._command()
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    def wait(self) -> "Node":
        """Wait until it serves; a node that can't start raises with the end of its log."""
        log, deadline = self._log, time.monotonic() + PATIENCE
        while "STARTED" not in log.read_text(errors="replace"):
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Elasticsearch does not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """End it without a word, as a machine that loses its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The URL of an empty node of one's own."""
    home = Path(tempfile.mkdtemp(prefix="langnghe-es-"))
    node = Node(home)
    try:
        node.start()
        yield node.url
    finally:
        node.stop()
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    home, port, *settings = sys.argv[1:]
    node = Node(Path(home), int(port), dict(setting.split("=", 1) for setting in settings)).start()
    print(f"STARTED {node.url}", flush=True)
    try:
        time.sleep(10**9)
    except KeyboardInterrupt:
        node.stop()


if __name__ == "__main__":
    main()
