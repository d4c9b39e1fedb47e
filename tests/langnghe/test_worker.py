"""Workers on several machines: real Redis, real PostgreSQL, real processes, one of them killed at work."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from langnghe.actor import SYSTEM, Actor, Role
from langnghe.documents import Document, Kind
from langnghe.errors import NotAllowed
from langnghe.record.claims import claim_pending, claimed, release
from langnghe.record.database import open_record
from langnghe.record.dead_letters import bury, count_dead_letters, revive
from langnghe.record.documents import store_document
from langnghe.record.outbox import backlog
from langnghe.record.schema import AnnotationRow, DocumentRow
from langnghe.settings import Settings
from tests.servers.redis import redis_server

COUNT = 240
HOUR = timedelta(hours=1)
PATIENCE = 280
"""Seconds: the index's lease of a worker that died runs out after two minutes."""


def store(record, privacy, count: int) -> None:
    now = record.clock.now()
    with record.session() as session:
        for number in range(count):
            article = number - number % 4
            text = f"Bệnh viện huyện số {number} hết thuốc bảo hiểm y tế, {number} người bệnh phải mua ngoài."
            document = Document(
                id=f"d{number}", source="so-tay", kind=Kind.news if number == article else Kind.comment, text=text, fetched=now,
                published=now, parent=None if number == article else f"d{article}",
            )  # fmt: skip
            store_document(session, document, privacy=privacy, now=now)


def annotated(record) -> int:
    with record.reading() as session:
        return session.scalar(select(func.count()).select_from(AnnotationRow)) or 0


def wait_for(what, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def broker():
    with redis_server() as url:
        yield url


@pytest.fixture
def shared(settings, empty_postgresql, broker):
    """The settings of two machines that share the record and the queue."""
    return {
        "LANGNGHE_DATA_DIR": str(settings.data_dir),
        "LANGNGHE_RECORD_URL": empty_postgresql,
        "LANGNGHE_WORKERS__BROKER": broker,
        "LANGNGHE_WORKERS__VISIBILITY_SECONDS": "3",
        "LANGNGHE_WORKERS__BATCH": "20",
    }


def start_worker(variables: dict[str, str], name: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "langnghe", "worker", "--name", name]
    return subprocess.Popen(
        command, env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.timeout(700)
def test_what_a_killed_worker_held_is_done_by_another_and_nothing_is_lost(shared, privacy, settings):
    record = open_record(Settings(data_dir=settings.data_dir, record_url=shared["LANGNGHE_RECORD_URL"]))
    store(record, privacy, COUNT)
    first, second = (start_worker(shared, name) for name in ("one", "two"))
    try:
        wait_for(lambda: annotated(record) > 0)
        os.killpg(first.pid, signal.SIGKILL)
        wait_for(lambda: annotated(record) == COUNT)

        def followed() -> bool:
            with record.reading() as session:
                return backlog(session) == 0 and not claimed(session)

        wait_for(followed)
        with record.reading() as session:
            assert count_dead_letters(session) == 0
            assert session.scalar(select(func.count()).select_from(DocumentRow)) == COUNT
    finally:
        for process in (first, second):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
        record.close()


def test_a_document_is_handed_out_to_one_worker_until_its_claim_runs_out(any_record, privacy):
    store(any_record, privacy, 8)
    now = any_record.clock.now()
    with any_record.session() as session:
        first = claim_pending(session, "some model", now, HOUR, 5)
        second = claim_pending(session, "some model", now, HOUR, 5)
    assert len(first) == 2  # the articles; their comments wait for them
    assert second == []
    with any_record.session() as session:
        assert claim_pending(session, "some model", now + HOUR, HOUR, 5) == first
        release(session, first)
        assert claimed(session) == []


def test_what_was_put_aside_is_not_handed_out_until_an_administrator_says_so(any_record, privacy):
    store(any_record, privacy, 4)
    now = datetime.now(UTC)
    with any_record.session() as session:
        [key] = claim_pending(session, "some model", now, HOUR, 5)
        release(session, [key])
        bury(session, "annotate", {"documents": [key]}, "it can't be read", 4, now)
        assert claim_pending(session, "some model", now, HOUR, 5) == []
        with pytest.raises(NotAllowed):
            revive(session, Actor("lan", Role.officer, "34-40"), now)
        assert revive(session, SYSTEM, now) == 1
        assert claim_pending(session, "some model", now, HOUR, 5) == [key]
