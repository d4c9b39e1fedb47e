"""The engines of a large installation, each of which may be ended without a word: PostgreSQL, Redis, three Elasticsearch nodes, mail."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.soak.disk import Disk
from benchmarks.soak.hosts import Host
from tests.servers.elasticsearch.cluster import Cluster
from tests.servers.postgresql import PostgreSQL
from tests.servers.redis import RedisServer
from tests.servers.smtp import MailServer

SMALL = "-c max_wal_size=64MB -c min_wal_size=32MB -c wal_keep_size=0"
"""Of PostgreSQL: the disk is small."""


@dataclass(frozen=True)
class Engines:
    """Running engines."""

    disk: Disk
    postgresql: PostgreSQL
    redis: RedisServer
    cluster: Cluster
    mail: MailServer

    @property
    def ports(self) -> dict[str, int]:
        """The port of each, by the name that a host's ways give it."""
        nodes = {f"search-{number}": node.http_port for number, node in enumerate(self.cluster.nodes)}
        return {"record": self.postgresql.port, "queue": self.redis.port, "mail": self.mail.port} | nodes

    def revive(self) -> None:
        """Start again what has ended, as its unit would."""
        if not self.postgresql.is_running:
            self.postgresql.start()
        if not self.redis.is_running:
            self.redis.start()

    def answer(self) -> bool:
        """Whether record and queue take what they are told."""
        engine = create_engine(self.postgresql.url)
        try:
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE IF NOT EXISTS probe (n int)"))
                connection.execute(text("INSERT INTO probe VALUES (1)"))
            with Redis(port=self.redis.port) as queue:
                queue.set("probe", 1)
        except (SQLAlchemyError, RedisError):
            return False
        finally:
            engine.dispose()
        return True


def variables(engines: Engines, host: Host) -> dict[str, str]:
    """The environment of a process that works on them from a host."""
    at = {name: f"{host.ways.address}:{port}" for name, port in host.ways.ports.items()}
    nodes = (f"http://{at[name]}" for name in at if name.startswith("search-"))
    return {
        "LANGNGHE_RECORD_URL": engines.postgresql.url.replace(f"127.0.0.1:{engines.postgresql.port}", at["record"]),
        "LANGNGHE_WORKERS__BROKER": engines.redis.url.replace(f"127.0.0.1:{engines.redis.port}", at["queue"]),
        "LANGNGHE_WORKERS__VISIBILITY_SECONDS": "5",
        "LANGNGHE_WORKERS__BATCH": "25",
        "LANGNGHE_INDEX__BACKEND": "elasticsearch",
        "LANGNGHE_INDEX__ELASTICSEARCH_URL": ",".join(nodes),
        "LANGNGHE_MAIL__HOST": host.ways.address,
        "LANGNGHE_MAIL__PORT": str(host.ways.ports["mail"]),
    }


def _make(folder: Path, disk: Disk) -> Engines:
    for part in ("pg", "redis"):
        (disk.folder / part).mkdir()
    postgresql, redis = PostgreSQL(disk.folder / "pg", SMALL), RedisServer(disk.folder / "redis")
    return Engines(disk, postgresql, redis, Cluster(folder / "es"), MailServer())


@contextmanager
def running_engines(meanwhile: Callable[[], object]) -> Iterator[Engines]:
    """All of them, started; ended afterwards. ``meanwhile``: done while they start."""
    with tempfile.TemporaryDirectory(prefix="langnghe-soak-") as name:
        folder = Path(name)
        for part in ("es", "disk"):
            (folder / part).mkdir()
        folder.chmod(0o755)
        disk = Disk(folder / "disk")
        engines = _make(folder, disk)
        try:
            with ThreadPoolExecutor() as pool:
                begun = [pool.submit(start) for start in (engines.postgresql.start, engines.redis.start, engines.cluster.start, meanwhile)]
                engines.mail.start()
                for one in begun:
                    one.result()
            yield engines
        finally:
            for end in (engines.cluster.stop, engines.redis.kill, engines.mail.stop, engines.postgresql.kill, disk.give_back):
                _quietly(end)


def _quietly(end: Callable[[], object]) -> None:
    try:
        end()
    except RuntimeError:
        return  # it had ended before
