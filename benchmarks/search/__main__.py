"""``python -m benchmarks.search --documents 1000000 --backends embedded elasticsearch --publish``: the table of benchmarks/README.md.

Fills a record, indexes it on each backend and measures. What an earlier run has filled and built is taken as it is, so that a run that
was broken off goes on; ``--fresh`` starts over. Elasticsearch is the node that ELASTICSEARCH_URL names, or one started in the data folder.
``--streamed`` leaves out the record, for ten million documents on the embedded index.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from elasticsearch import Elasticsearch
from sqlalchemy import delete

from benchmarks.search import measure, streamed
from benchmarks.search.corpus import fill
from benchmarks.search.measure import CLOCKS, Figure, Measured
from benchmarks.search.table import made, publish
from index.interface import NeedsRebuild, open_index
from index.synchronise import reindex
from langnghe.clock import VIETNAM, FixedClock
from langnghe.progress import progress_bar
from langnghe.record.database import Record, open_record
from langnghe.record.schema import Lease
from langnghe.settings import IndexSettings, Settings

WARM_UP = 2
"""Times that all is asked of a server before it is measured."""
NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


def _record(settings: Settings, documents: int, *, is_streamed: bool) -> Record:
    """The filled record; one that an earlier run filled is taken as it is."""
    done, wanted = settings.data_dir / "filled", f"{documents} streamed" if is_streamed else str(documents)
    if not done.exists() or done.read_text() != wanted:
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        record = open_record(settings, FixedClock(NOW))
        if is_streamed:
            streamed.fill(record, documents)
        else:
            with progress_bar("Filling the record", documents, "documents") as advance:
                for stored in fill(record, documents):
                    advance(stored)
        record.close()
        done.write_text(wanted)
    record = open_record(settings, FixedClock(NOW))
    with record.session() as session:
        # The clock stands still here, so the lease of a run that was killed would never end.
        session.execute(delete(Lease))
    return record


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _arriving(settings: Settings, rate: int, seconds: int) -> Iterator[None]:
    environment = os.environ | {
        "LANGNGHE_DATA_DIR": str(settings.data_dir),
        "LANGNGHE_INDEX": settings.index.model_dump_json(exclude_none=True),
    }
    command = [sys.executable, "-m", "benchmarks.search.arriving", str(rate), str(seconds)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this program itself
    time.sleep(8)  # until it has opened record and index
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _built(settings: Settings, documents: int, build: Callable[[], object]) -> Figure:
    """The index, as an earlier run built it or built now; and at what rate."""
    noted = settings.data_dir / f"rate-{settings.index.backend}-{documents}"
    try:
        index = open_index(settings)
        is_whole = index.count() >= documents
        index.close()
    except NeedsRebuild:
        is_whole = False
    if not is_whole or not noted.exists():
        begun = time.perf_counter()
        spent = build()
        seconds = spent if isinstance(spent, float) else time.perf_counter() - begun
        noted.write_text(str(documents / seconds))
    return Figure("indexing", float(noted.read_text()), 0, "documents/s")


def _measured(
    settings: Settings,
    record: Record,
    documents: int,
    size: Callable[[], float],
    memory: Callable[[], float],
    *,
    is_streamed: bool = False,
    warm_up: int = 0,
) -> list[Figure]:
    if is_streamed:
        figures = [_built(settings, documents, lambda: streamed.build(settings, documents))]
    else:
        figures = [_built(settings, documents, lambda: reindex(record, settings))]
    index = streamed.filling(open_index(settings), record) if is_streamed else open_index(settings)
    measured = Measured(record, index)
    for _ in range(warm_up):
        measured.all(has_facts=not is_streamed)
    figures += measured.all(has_facts=not is_streamed)
    figures.append(measured.labels_changed())
    with _arriving(settings, 100, 90):
        busy = measured.words()
    figures.append(Figure("2–3 words while 100 documents/s arrive", busy.middle, busy.worst))
    measured.forget_arrived(documents)
    figures.append(Figure("index on disk, a document", size() / documents, 0, "bytes"))
    figures.append(Figure("memory: resident of the process, heap of the server", memory() / 1e6, 0, "MB"))
    index.close()
    return figures


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _embedded(settings: Settings, record: Record, documents: int, *, is_streamed: bool) -> list[Figure]:
    return _measured(settings, record, documents, lambda: _size(settings.index_dir), _resident, is_streamed=is_streamed)


def _elasticsearch(settings: Settings, record: Record, documents: int, *, is_streamed: bool) -> list[Figure]:
    if is_streamed:
        raise SystemExit("--streamed is for --backends embedded")
    with _node(settings.data_dir / "elasticsearch") as url:
        of_server = IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix="benchmark")

        def size() -> float:
            with Elasticsearch(url) as client:
                client.indices.flush(index="benchmark-*")
                return float(client.indices.stats(index="benchmark-*")["_all"]["primaries"]["store"]["size_in_bytes"])

        def heap() -> float:
            with Elasticsearch(url) as client:
                return float(sum(node["jvm"]["mem"]["heap_max_in_bytes"] for node in client.nodes.stats(metric="jvm")["nodes"].values()))

        with Elasticsearch(url, request_timeout=300) as client:
            client.cluster.health(wait_for_no_initializing_shards=True, wait_for_status="yellow", timeout="240s")
        # A server compiles what it is asked for often: it is measured as one that has answered for a while.
        return _measured(settings.model_copy(update={"index": of_server}), record, documents, size, heap, warm_up=WARM_UP)


@contextmanager
def _node(home: Path) -> Iterator[str]:
    """A node that keeps its data for the next run."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    from tests.servers.elasticsearch.node import Node

    os.environ.setdefault("ES_HEAP", "2g")
    home.mkdir(parents=True, exist_ok=True)
    node = Node(home)
    try:
        yield node.start().url
    finally:
        node.stop()


MEASURED = {"embedded": _embedded, "elasticsearch": _elasticsearch}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, default=Path("/tmp/langnghe-benchmark"))  # noqa: S108 - the caller may name another
    parser.add_argument("--backends", choices=MEASURED, nargs="+", default=list(MEASURED))
    parser.add_argument("--fresh", action="store_true", help="remove what an earlier run has filled and built")
    parser.add_argument("--streamed", action="store_true", help="documents go straight into the embedded index, not through a record")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="processor: of this process, for a busy machine (embedded alone)")
    parser.add_argument("--publish", action="store_true", help="write the table to benchmarks/README.md")
    given = parser.parse_args()
    if given.fresh:
        shutil.rmtree(given.data, ignore_errors=True)
    measure.clock = CLOCKS[given.clock]
    settings = Settings(data_dir=given.data)
    record = _record(settings, given.documents, is_streamed=given.streamed)
    results = {backend: MEASURED[backend](settings, record, given.documents, is_streamed=given.streamed) for backend in given.backends}
    table = made(given.documents, results)
    print(table)
    if given.publish:
        publish(given.documents, table)


if __name__ == "__main__":
    main()
