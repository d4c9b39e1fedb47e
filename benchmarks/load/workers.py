"""Real workers on PostgreSQL and Redis: how fast they take a heap, how long a stream of documents waits, and what each task took them."""

import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

from benchmarks.load.documents import make_documents, store
from benchmarks.load.queues import Service
from index.synchronise import open_or_build
from langnghe.cli.tasks import HAND_OUT_SECONDS, INDEX_SECONDS, JOBS_SECONDS, UNDER_WAY
from langnghe.clock import SystemClock
from langnghe.documents import Document
from langnghe.installation import Installation
from langnghe.record.outbox import backlog
from langnghe.record.schema import AnnotationRow, DocumentRow
from langnghe.settings import Settings, WorkerSettings

BATCH = 50
EVERY = (HAND_OUT_SECONDS, INDEX_SECONDS, JOBS_SECONDS)
MOST_CLAIMED = BATCH * UNDER_WAY
_DONE = re.compile(r"Task (\w+)\[[^\]]+\] succeeded in ([\d.e-]+)s: (\d*)")


@dataclass(frozen=True)
class Measured:
    """How a run went: when each document was stored and annotated, in seconds from the first one stored, and the tasks."""

    arrivals: list[float]
    annotated: list[float]
    age: float
    """Seconds that the workers had been running when the first document was stored."""
    tasks: list[tuple[str, float, int]]
    """Name of each task that was done, its seconds, and what it gave back: documents, or tasks sent."""
    bytes_per_document: float

    @property
    def a_second(self) -> float:
        """Documents annotated a second, from the first one stored on."""
        return len(self.annotated) / max(self.annotated)

    @property
    def waits(self) -> list[float]:
        """Seconds from stored to annotated."""
        return [done - came for came, done in zip(self.arrivals, self.annotated, strict=True)]


def services_of(tasks: list[tuple[str, float, int]]) -> dict[str, Service]:
    """What each kind of task takes, by least squares over those that were done."""
    found = {}
    for name in ("hand_out", "annotate", "follow_index", "do_jobs"):
        done = [(number * (BATCH if name == "hand_out" else 1), seconds) for task, seconds, number in tasks if task == name]
        done = done[1:] or done  # the first one loads the model
        sizes, took = [size for size, _ in done], [seconds for _, seconds in done]
        if len(set(sizes)) < 2:
            found[name] = Service(statistics.mean(took) if took else 0.0, 0.0)
            continue
        line = statistics.linear_regression(sizes, took)
        found[name] = Service(max(line.intercept, 0.0), max(line.slope, 0.0))
    return found


@contextmanager
def _workers(settings: Settings, number: int, logs: Path) -> Iterator[None]:
    variables = {
        "LANGNGHE_DATA_DIR": str(settings.data_dir), "LANGNGHE_RECORD_URL": str(settings.record_url),
        "LANGNGHE_WORKERS__BROKER": str(settings.workers.broker), "LANGNGHE_WORKERS__BATCH": str(BATCH), "LANGNGHE_LOG__LEVEL": "INFO",
    }  # fmt: skip
    running = []
    for one in range(number):
        command = [sys.executable, "-m", "langnghe", "worker", "--name", f"w{one}", "--beat" if one == 0 else "--no-beat"]
        with (logs / f"{number}-{one}.log").open("wb") as log:
            process = subprocess.Popen(command, env=os.environ | variables, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        running.append(process)
    try:
        yield
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _tasks(logs: Path, number: int) -> list[tuple[str, float, int]]:
    said = "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(logs.glob(f"{number}-*.log")))
    return [(name, float(seconds), int(given or 0)) for name, seconds, given in _DONE.findall(said)]


def _annotated(installation: Installation) -> int:
    with installation.record.reading() as session:
        return session.scalar(select(func.count()).select_from(AnnotationRow)) or 0


def _wait_for(installation: Installation, documents: int, patience: float = 900.0) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with installation.record.reading() as session:
            waits = backlog(session)
        if _annotated(installation) >= documents and not waits:
            return
        time.sleep(0.5)
    raise TimeoutError(f"{_annotated(installation)} of {documents} documents were annotated in {patience:.0f} s")


def _measured(installation: Installation, logs: Path, workers: int, stored: Sequence[tuple[int, datetime]], began: datetime) -> Measured:
    """The run: ``stored`` says how many documents were there when, the warm-up aside."""
    with installation.record.reading() as session:
        query = select(AnnotationRow.annotated).order_by(AnnotationRow.document_id)
        documents = sum(number for number, _ in stored)
        done = list(session.scalars(query))[-documents:]
        size = session.scalar(text("SELECT pg_database_size(current_database())")) or 0
        kept = session.scalar(select(func.count()).select_from(DocumentRow)) or 1
    first = stored[0][1]
    arrivals = [(at - first).total_seconds() for number, at in stored for _ in range(number)]
    annotated = [(at - first).total_seconds() for at in done]
    return Measured(arrivals, annotated, (first - began).total_seconds(), _tasks(logs, workers), int(size) / kept)


def _stream(installation: Installation, documents: list[Document], a_second: float) -> list[tuple[int, datetime]]:
    """Store documents at an even rate, a second's worth at a time; gives how many were stored when."""
    began, done, stored = time.monotonic(), 0, []
    while done < len(documents):
        due = min(int((time.monotonic() - began) * a_second) + 1, len(documents))
        stored.append((due - done, store(installation, documents[done:due])))
        done = due
        time.sleep(max(0.2, began + done / a_second - time.monotonic()))
    return stored


def run_workers(folder: Path, record_url: str, broker: str, workers: int, documents: int, a_second: float | None) -> Measured:
    """Let workers take documents: a heap that is there at once, or (with ``a_second``) a stream; a warm-up of some batches goes before."""
    settings = Settings(data_dir=folder, record_url=record_url, workers=WorkerSettings(broker=broker, batch=BATCH))
    installation = Installation(settings, SystemClock())
    installation.privacy  # noqa: B018 - makes the key before the workers look for it
    open_or_build(installation.record, settings).close()
    logs = folder / "logs"
    logs.mkdir()
    made = make_documents(documents + BATCH * workers, installation.clock.now(), seed=workers)
    warm, made = made[: BATCH * workers], made[BATCH * workers :]
    with _workers(settings, workers, logs):
        began = installation.clock.now()
        store(installation, warm)
        _wait_for(installation, len(warm))
        stored = [(len(made), store(installation, made))] if a_second is None else _stream(installation, made, a_second)
        _wait_for(installation, len(warm) + documents)
    found = _measured(installation, logs, workers, stored, began)
    installation.record.close()
    return found
