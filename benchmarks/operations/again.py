"""Everything annotated anew: ``python -m benchmarks.operations.again [DOCUMENTS]`` fills a record and calls ``langnghe reannotate``.

While it goes on, this process searches the index once a second and stores a document now and then, as a system that serves does: what
these wait is measured. From the rate follows what a million documents take.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from benchmarks.load.documents import make_documents, store
from benchmarks.search.corpus import fill
from index.interface import SearchRequest
from index.search import search
from index.synchronise import open_or_build
from langnghe.actor import SYSTEM
from langnghe.clock import SystemClock
from langnghe.installation import Installation
from langnghe.record.reannotation import count_by_model
from langnghe.record.schema import AnnotationRow, DocumentRow
from langnghe.settings import Settings

NEW_EVERY = 20
"""Searches between two documents that arrive."""


def _searching(installation: Installation, running: subprocess.Popen[bytes]) -> tuple[list[float], int]:
    """Milliseconds of each search while a process runs, and how many documents arrived."""
    index, took, arriving = open_or_build(installation.record, installation.settings), [], make_documents(500, installation.clock.now())
    arrived = 0
    while running.poll() is None:
        began = time.monotonic()
        search(installation.record, index, SYSTEM, SearchRequest(query="hết thuốc", limit=20))
        took.append((time.monotonic() - began) * 1000)
        if len(took) % NEW_EVERY == 0:
            store(installation, [arriving[arrived]])
            arrived += 1
        time.sleep(1)
    index.close()
    return took, arrived


def _waits_of_new(installation: Installation) -> list[float]:
    """Seconds from stored to annotated, of those that arrived meanwhile."""
    query = select(DocumentRow.first_seen, AnnotationRow.annotated).join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    with installation.record.reading() as session:
        return [(done - came).total_seconds() for came, done in session.execute(query.where(DocumentRow.ref.startswith("11-")))]


def measure(folder: Path, documents: int) -> dict[str, object]:
    """Annotate so many documents anew in a process of its own."""
    installation = Installation(Settings(data_dir=folder), SystemClock())
    for _ in fill(installation.record, documents):
        pass
    open_or_build(installation.record, installation.settings).close()
    command = [sys.executable, "-m", "langnghe", "reannotate"]
    began = time.monotonic()
    running = subprocess.Popen(command, env=os.environ | {"LANGNGHE_DATA_DIR": str(folder)})  # noqa: S603 - our own
    took, arrived = _searching(installation, running)
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    waits = _waits_of_new(installation)
    with installation.record.reading() as session:
        models = count_by_model(session)
    installation.record.close()
    return {
        "documents": documents, "status": running.returncode, "annotations by model": models, "seconds": round(seconds),
        "cpu seconds": round(cpu), "documents a second": round(documents / seconds, 1), "documents a cpu second": round(documents / cpu, 1),
        "hours for a million, by the clock and by two idle cores": [round(1e6 / documents * part / 3600, 1) for part in (seconds, cpu / 2)],
        "searches meanwhile, ms": {"median": round(statistics.median(took)), "most": round(max(took))},
        "arrived meanwhile": arrived, "seconds until they were annotated, most": round(max(waits)) if waits else None,
    }  # fmt: skip


def main() -> None:
    """Measure in a fresh folder and print the figures."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="langnghe-again-") as folder:
        print(json.dumps(measure(Path(folder), documents), ensure_ascii=False))


if __name__ == "__main__":
    main()
