"""A cluster of three nodes, any of which may be lost and come back."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.servers.elasticsearch.node import PATIENCE, Node

HEAP = "320m"
"""Memory of a node's heap: three of them fit a small machine."""


class Cluster:
    """Nodes that know each other from the start."""

    def __init__(self, folder: Path, size: int = 3) -> None:
        self.nodes = [Node(folder / f"node-{number}", heap=HEAP) for number in range(size)]
        names = ",".join(node.home.name for node in self.nodes)
        seeds = ",".join(f"127.0.0.1:{node.transport_port}" for node in self.nodes)
        for node in self.nodes:
            node.settings = {"node.name": node.home.name, "discovery.seed_hosts": seeds, "cluster.initial_master_nodes": names}

    @property
    def url(self) -> str:
        """All nodes, as ``index.elasticsearch_url`` names them."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> "Cluster":
        """Start all nodes at once and wait until they have found each other."""
        for node in self.nodes:
            node.begin()
        for node in self.nodes:
            node.wait()
        self.wait_for("green", nodes=len(self.nodes))
        return self

    def wait_for(self, status: str, nodes: int) -> None:
        """Wait until the cluster has so many nodes and is as well as that."""
        deadline = time.monotonic() + PATIENCE
        while not self._has(status, nodes):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the cluster is not {status} with {nodes} nodes after {PATIENCE} seconds")
            time.sleep(0.2)

    def _has(self, status: str, nodes: int) -> bool:
        for node in self.nodes:
            try:
                with urlopen(f"{node.url}/_cluster/health", timeout=10) as answer:
                    health = json.load(answer)
            except (OSError, HTTPError):
                continue
            order = ("red", "yellow", "green")
            return health["number_of_nodes"] >= nodes and order.index(health["status"]) >= order.index(status)
        return False

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()


@contextmanager
def elasticsearch_cluster() -> Iterator[Cluster]:
    """An empty cluster of one's own."""
    folder = Path(tempfile.mkdtemp(prefix="langnghe-es-"))
    cluster = Cluster(folder)
    try:
        yield cluster.start()
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
