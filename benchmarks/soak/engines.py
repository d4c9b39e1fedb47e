"""The engines of a large installation, each of which may be ended without a word: PostgreSQL, Redis, an Elasticsearch node."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.elasticsearch.node import Node
from tests.servers.postgresql import PostgreSQL
from tests.servers.redis import RedisServer


@dataclass(frozen=True)
class Engines:
    """Running engines and the settings that name them."""

    postgresql: PostgreSQL
    redis: RedisServer
    elasticsearch: Node

    def variables(self) -> dict[str, str]:
        """The environment of a process that works on them."""
        return {
            "LANGNGHE_RECORD_URL": self.postgresql.url,
            "LANGNGHE_WORKERS__BROKER": self.redis.url,
            "LANGNGHE_WORKERS__VISIBILITY_SECONDS": "5",
            "LANGNGHE_WORKERS__BATCH": "25",
            "LANGNGHE_INDEX__BACKEND": "elasticsearch",
            "LANGNGHE_INDEX__ELASTICSEARCH_URL": self.elasticsearch.url,
        }


@contextmanager
def running_engines() -> Iterator[Engines]:
    """All three, started; ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="langnghe-soak-") as name:
        folder = Path(name)
        for part in ("pg", "redis", "es"):
            (folder / part).mkdir()
        folder.chmod(0o755)
        engines = Engines(PostgreSQL(folder / "pg").start(), RedisServer(folder / "redis").start(), Node(folder / "es").start())
        try:
            yield engines
        finally:
            engines.elasticsearch.kill()
            engines.redis.kill()
            engines.postgresql.kill()
