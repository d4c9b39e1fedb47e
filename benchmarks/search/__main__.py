"""``python -m benchmarks.search --documents 1000000``: fills a record, indexes it on each backend, measures, and writes the table.

Elasticsearch is the node that ELASTICSEARCH_URL names, or one that is started for it.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from benchmarks.search.corpus import fill
from benchmarks.search.measure import Figure, Measured
from index.interface import open_index
from index.synchronise import reindex
from langnghe.clock import VIETNAM, FixedClock
from langnghe.progress import progress_bar
from langnghe.record.database import Record, open_record
from langnghe.settings import IndexSettings, Settings

README = Path(__file__).parents[1] / "README.md"
BACKENDS = ("embedded", "elasticsearch")
NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


def _record(settings: Settings, documents: int) -> Record:
    """The filled record; one that an earlier run filled is taken as it is."""
    done = settings.data_dir / "filled"
    if not done.exists() or done.read_text() != str(documents):
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        record = open_record(settings, FixedClock(NOW))
        with progress_bar("Filling the record", documents, "documents") as advance:
            for stored in fill(record, documents):
                advance(stored)
        record.close()
        done.write_text(str(documents))
    return open_record(settings, FixedClock(NOW))


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


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


def _measured(settings: Settings, record: Record, documents: int, *, keep: bool) -> list[Figure]:
    figures: list[Figure] = []
    if not keep:
        start = time.perf_counter()
        reindex(record, settings)
        rate = documents / (time.perf_counter() - start)
        figures.append(Figure("indexing, from the record", rate, rate, "documents/s"))
    index = open_index(settings)
    measured = Measured(record, index)
    figures += measured.all()
    figures.append(measured.labels_changed())
    with _arriving(settings, 100, 90):
        busy = measured.words()
    figures.append(Figure("2–3 words while 100 documents/s arrive", busy.middle, busy.worst))
    if settings.index.backend == "embedded":
        figures.append(Figure("index on disk", _size(settings.index_dir), _size(settings.index_dir), "MB"))
    index.close()
    return figures


def _elasticsearch() -> Iterator[str]:
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    from tests.servers.elasticsearch.node import elasticsearch

    os.environ.setdefault("ES_HEAP", "2g")
    with elasticsearch() as url:
        yield url


def _table(documents: int, results: dict[str, list[Figure]]) -> str:
    backends = list(results)
    lines = [f"| {documents:,} documents | {' | '.join(backends)} |", "| --- |" + " ---: |" * len(backends)]
    rows = list(zip(*results.values(), strict=False))
    return "\n".join([*lines, *(f"| {row[0].what} | {' | '.join(map(_shown, row))} |" for row in rows)])


def _shown(row: Figure) -> str:
    if row.unit == "ms":
        return f"{row.middle:.0f} / {row.worst:.0f} ms"
    return f"{row.middle:,.1f} {row.unit}" if row.unit == "s" else f"{row.middle:,.0f} {row.unit}"


def _publish(documents: int, table: str) -> None:
    """Put the table in its place in benchmarks/README.md."""
    marks = f"<!-- search {documents} -->", "<!-- /search -->"
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(marks[0]) + ".*?" + re.escape(marks[1]), re.DOTALL)
    block = f"{marks[0]}\n{table}\n{marks[1]}"
    README.write_text(pattern.sub(lambda _: block, text) if pattern.search(text) else f"{text.rstrip()}\n\n{block}\n", encoding="utf-8")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, default=Path("/tmp/langnghe-benchmark"))  # noqa: S108 - the caller may name another
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    parser.add_argument("--keep", action="store_true", help="measure on the index that an earlier run has built")
    parser.add_argument("--publish", action="store_true", help="write the table to benchmarks/README.md")
    given = parser.parse_args()
    settings = Settings(data_dir=given.data)
    record = _record(settings, given.documents)
    results: dict[str, list[Figure]] = {}
    for backend in given.backend or BACKENDS:
        if backend == "embedded":
            results[backend] = _measured(settings, record, given.documents, keep=given.keep)
            continue
        for url in _elasticsearch():
            of_server = IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix="benchmark")
            results[backend] = _measured(settings.model_copy(update={"index": of_server}), record, given.documents, keep=given.keep)
    table = _table(given.documents, results)
    print(table)
    print(json.dumps({"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000}))
    if given.publish:
        _publish(given.documents, table)


if __name__ == "__main__":
    main()
