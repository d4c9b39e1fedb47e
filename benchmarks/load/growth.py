"""What grows with the documents that are kept: the look for those without annotation, in PostgreSQL."""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from benchmarks.search.corpus import fill
from langnghe.clock import SystemClock
from langnghe.installation import Installation
from langnghe.record.claims import claim_pending
from langnghe.record.reannotation import count_new
from langnghe.settings import Settings

TRIES = 5


def seconds_of_a_look(folder: Path, record_url: str, documents: int) -> float:
    """Seconds of one look where nothing waits, the best of some: what a worker spends every two seconds."""
    installation = Installation(Settings(data_dir=folder, record_url=record_url), SystemClock())
    record = installation.record
    for _ in fill(record, documents):
        pass
    with record.session() as session:
        session.execute(text("ANALYZE"))
        if waiting := count_new(session):
            raise ValueError(f"{waiting} documents wait")
    took: list[float] = []
    for _ in range(TRIES):
        with record.session() as session:
            began, now = time.monotonic(), record.clock.now()
            claim_pending(session, "benchmark", now, now - now, 100)
            took.append(time.monotonic() - began)
    record.close()
    return min(took)


def growth(folder: Path, urls: Sequence[str], sizes: Sequence[int]) -> dict[int, float]:
    """The same at several sizes, each on a server of its own."""
    return {size: seconds_of_a_look(folder / str(size), url, size) for size, url in zip(sizes, urls, strict=True)}
