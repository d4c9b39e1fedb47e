"""A record of any version that was released becomes one of this program, with all that it held, and back again."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, inspect, select

from langnghe.clock import FixedClock
from langnghe.record.database import make_engine, migrations, open_record
from langnghe.record.dump import read_tables, write_tables
from langnghe.record.schema import Base, Case, DocumentRow, MailRow

RELEASED = {"0.1.0": "0002"}
"""Version → the schema it came with; every release adds its line."""
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
DAY = date(2026, 11, 20)
ROWS = {
    "story": {"id": 1, "first_day": DAY},
    "document": {
        "id": 1, "source": "s", "ref": "r", "kind": "news", "text": "Hết thuốc BHYT", "published": NOW, "published_known": True, "fetched": NOW,
        "first_seen": NOW, "day": DAY, "language": "vi", "story_id": 1, "signature": b"\x00\xff", "content_hash": "h", "version": 1, "revision": 3,
    },
    "annotation": {
        "document_id": 1, "version": 1, "model": "m1", "relevant": True, "sentiment": "negative", "intent": "complaint", "concern": 2,
        "payload": {"topics": [{"id": "hi_drug_supply", "score": 0.9}]}, "annotated": NOW,
    },
    "concern": {
        "id": 1, "topic": "hi_drug_supply", "province": "34-40", "provinces": ["34-40"], "state": "open", "opened": DAY, "last_alarm": DAY,
        "score": 1.5, "rank": 2.5, "observed": 9.0, "expected": 1.0, "low": 0.0, "high": 3.0, "severity": 2, "explanation": {}, "updated": NOW,
        "row_version": 1,
    },
    "concern_event": {"id": 1, "concern_id": 1, "at": NOW, "actor": "langnghe", "event": "opened", "detail": {"day": "2026-11-20"}},
    "case_file": {
        "id": 1, "concern_id": 1, "title": "Thuốc", "topic": "hi_drug_supply", "province": "34-40", "office": "34-40", "state": "open", "severity": 2,
        "opened": NOW, "opened_by": "Lan", "due": NOW, "detail": {}, "row_version": 1,
    },
    "mail": {
        "id": 1, "recipient": "lan@bhxh.example", "kind": "digest", "day": DAY, "office": "34-40", "message_id": "<x@y>", "subject": "Bản tin",
        "state": "sent", "attempts": 1, "updated": NOW,
    },
    "audit": {"id": 1, "at": NOW, "actor": "Lan", "role": "officer", "office": "34-40", "action": "open", "target": "case:1", "detail": {}},
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "postgresql":
        return request.getfixturevalue("empty_postgresql")
    return f"sqlite:///{tmp_path / 'record.sqlite'}"


def fill(url, revision):
    """A record as that version left it."""
    engine, schema = make_engine(url), MetaData()
    command.upgrade(migrations(url), revision)
    schema.reflect(engine)
    with engine.begin() as connection:
        for name, row in ROWS.items():
            connection.execute(insert(schema.tables[name]), [row])
    return engine


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [found for found in compare_metadata(context, Base.metadata) if found[0] != "remove_index"]


@pytest.mark.parametrize("version", RELEASED)
def test_a_record_of_a_released_version_keeps_all_it_held(url, version, settings):
    fill(url, RELEASED[version]).dispose()
    record = open_record(settings.model_copy(update={"record_url": url}), FixedClock(NOW))
    assert differences(record.engine) == []
    with record.reading() as session:
        document = session.scalars(select(DocumentRow)).one()
        assert (document.text, document.signature, document.published, document.erased) == ("Hết thuốc BHYT", b"\x00\xff", NOW, None)
        assert session.scalars(select(Case.title)).one() == "Thuốc"
        mail = session.scalars(select(MailRow)).one()
        assert (mail.state, mail.message, mail.subscription_id) == ("sent", None, None)
    record.close()


@pytest.mark.parametrize("version", RELEASED)
def test_a_program_of_the_released_version_may_still_write_while_this_one_has_begun(url, version, settings):
    engine, schema = make_engine(url), MetaData()
    command.upgrade(migrations(url), RELEASED[version])
    schema.reflect(engine)  # what the older program knows of the tables
    open_record(settings.model_copy(update={"record_url": url}), FixedClock(NOW)).close()
    with engine.begin() as connection:
        for name, row in ROWS.items():
            connection.execute(insert(schema.tables[name]), [row])
            assert connection.execute(select(schema.tables[name])).mappings().one()
    engine.dispose()


@pytest.mark.parametrize("version", RELEASED)
def test_a_rollback_to_a_released_version_keeps_what_that_version_knew(url, version, settings):
    fill(url, RELEASED[version]).dispose()
    open_record(settings.model_copy(update={"record_url": url}), FixedClock(NOW)).close()
    command.downgrade(migrations(url), RELEASED[version])
    engine, schema = make_engine(url), MetaData()
    schema.reflect(engine)
    with engine.connect() as connection:
        for name, row in ROWS.items():
            stored = connection.execute(select(schema.tables[name])).mappings().one()
            assert {column: stored[column] for column in row if not hasattr(row[column], "hour")} == {
                column: value for column, value in row.items() if not hasattr(value, "hour")
            }
    engine.dispose()


@pytest.mark.parametrize("version", RELEASED)
def test_a_backup_of_a_released_version_is_restored_into_this_one(url, version, tmp_path, settings):
    old = tmp_path / "old"
    old.mkdir()
    engine = fill(f"sqlite:///{old / 'record.sqlite'}", RELEASED[version])
    schema = MetaData()
    schema.reflect(engine)
    import json

    from langnghe.record.dump import _written

    with engine.connect() as connection:
        for name in ROWS:
            rows = connection.execute(select(schema.tables[name])).mappings()
            lines = [json.dumps({column: _written(value) for column, value in row.items()}) for row in rows]
            (old / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    engine.dispose()
    target = make_engine(url)
    assert read_tables(target, url, old, RELEASED[version])["document"] == 1
    assert differences(target) == []
    target.dispose()


def test_every_revision_can_be_reached_and_left(url):
    script = ScriptDirectory.from_config(migrations(url))
    for revision in reversed(list(script.walk_revisions())):
        command.upgrade(migrations(url), revision.revision)
    engine = make_engine(url)
    assert differences(engine) == []
    command.downgrade(migrations(url), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_a_dump_of_the_record_is_the_same_whatever_the_engine(any_record, tmp_path):
    counts = write_tables(any_record, tmp_path)
    assert set(counts) == set(Base.metadata.tables) - {"lease", "login_session"}
