"""Tasks of workers where an engine is away: that is no document's fault, and nobody waits for what nobody was told of."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from kombu.exceptions import OperationalError as QueueAway
from redis import Redis

from langnghe.cli import tasks
from langnghe.documents import Document, Kind
from langnghe.record.claims import claimed
from langnghe.record.database import Record
from langnghe.record.documents import find, store_document
from tests.servers.postgresql import PostgreSQL, free_port, postgresql_server
from tests.servers.redis import redis_server


@pytest.fixture
def worker(settings, monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """What this process, as a worker, has opened is forgotten before and after."""
    opened = (tasks.installation, tasks._annotator, tasks._index, tasks.app)
    for one in opened:
        one.cache_clear()
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_WORKERS__ATTEMPTS", "1")
    yield monkeypatch
    tasks.app().close()
    tasks.installation().record.close()
    for one in opened:
        one.cache_clear()


def _store(record: Record, privacy) -> int:
    now = datetime.now(UTC)
    document = Document(
        id="d", source="so-tay", kind=Kind.news, text="Bệnh viện huyện hết thuốc bảo hiểm y tế.", fetched=now, published=now
    )
    with record.session() as session:
        store_document(session, document, privacy=privacy, now=now)
        return find(session, "so-tay", "d").id


@pytest.fixture
def broker() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def record() -> Iterator[PostgreSQL]:
    with postgresql_server() as server:
        yield server


def test_a_record_that_is_away_costs_no_document_a_try(worker, privacy, record, broker) -> None:
    worker.setenv("LANGNGHE_RECORD_URL", record.url)
    worker.setenv("LANGNGHE_WORKERS__BROKER", broker)
    key = _store(tasks.installation().record, privacy)
    tasks._annotator()
    record.kill()
    assert tasks.app().tasks["annotate"].apply([[key]]).get() == 0
    with Redis.from_url(broker) as waiting:
        assert waiting.llen("langnghe") == 1


def test_documents_that_nobody_could_be_told_of_are_handed_out_again_at_once(worker, privacy) -> None:
    worker.setenv("LANGNGHE_WORKERS__BROKER", f"redis://127.0.0.1:{free_port()}/0")
    _store(tasks.installation().record, privacy)
    with pytest.raises(QueueAway):
        tasks.hand_out()
    with tasks.installation().record.reading() as session:
        assert claimed(session) == []
