"""Dead letters are shown, tried again or given up by an administrator; what runs short is told by doctor and health, without Prometheus."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from langnghe.actor import SYSTEM, Actor, Role
from langnghe.capacity import Capacity, alarms, load_capacity, memory_available, queue_length, read_capacity
from langnghe.cli import doctor, main
from langnghe.documents import Document
from langnghe.errors import NotAllowed, WrongCall
from langnghe.health import examine_health
from langnghe.installation import Installation
from langnghe.metrics import make_registry
from langnghe.record.claims import claim_pending
from langnghe.record.dead_letters import bury, count_dead_letters, dead_letters, discard, revive
from langnghe.record.documents import store_document
from langnghe.record.ledger import Outcome, note_outcome, start_run
from langnghe.record.schema import AuditEntry

LAN = Actor("lan", Role.officer, "34-40")


@pytest.fixture
def installation(settings, clock, record):
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


def put_aside(record, number=3) -> list[int]:
    with record.session() as session:
        for key in range(1, number + 1):
            bury(session, "annotate", {"documents": [key]}, f"ValueError:\nit can't be read {key}", 4, record.clock.now())
        session.flush()
        return [row.id for row in reversed(dead_letters(session))]


def test_what_is_discarded_is_not_asked_about_and_not_done_until_it_is_revived(any_record, privacy):
    now = any_record.clock.now()
    with any_record.session() as session:
        document = Document(id="1", source="s", kind="news", text="hết thuốc", fetched=now)
        key = store_document(session, document, privacy=privacy, now=now).document_id
        bury(session, "annotate", {"documents": [key]}, "it can't be read", 4, now)
        session.flush()
        [letter] = [row.id for row in dead_letters(session)]
        assert discard(session, SYSTEM, now, [letter]) == 1
        assert (count_dead_letters(session), dead_letters(session)) == (0, [])
        assert [row.id for row in dead_letters(session, discarded=True)] == [letter]
        assert claim_pending(session, "m", now, timedelta(hours=1), 5) == []
        assert revive(session, SYSTEM, now, [letter]) == 1
        assert claim_pending(session, "m", now, timedelta(hours=1), 5) == [key]
        told = {entry.action: entry.detail for entry in session.scalars(select(AuditEntry))}
    assert [told[action]["tasks"][0]["arguments"] for action in ("discard", "revive")] == [{"documents": [key]}] * 2


def test_only_an_administrator_revives_or_discards_and_only_what_there_is(record):
    first, *_ = put_aside(record)
    with record.session() as session:
        for act in (revive, discard):
            with pytest.raises(NotAllowed):
                act(session, LAN, record.clock.now(), [first])
            with pytest.raises(WrongCall, match="no dead letter 99"):
                act(session, SYSTEM, record.clock.now(), [first, 99])
        assert count_dead_letters(session) == 3


def test_the_command_lists_revives_and_discards(record, settings, monkeypatch, capsys):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    first, second, third = put_aside(record)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["dead-letters", *arguments])
        return ended.value.code, capsys.readouterr()

    code, said = run("list")
    lines = [line.split("\t") for line in said.out.splitlines()]
    assert (code, [int(line[0]) for line in lines]) == (0, [third, second, first])
    assert json.loads(lines[0][4]) == {"documents": [3]}
    assert lines[0][5] == "ValueError: it can't be read 3"
    assert run("discard", str(first))[0] == 0
    assert run("list", "--discarded")[1].out.startswith(f"{first}\tdiscarded annotate\t")
    assert run("revive")[0] == 2
    assert run("revive", "--all")[0] == 0
    assert run("list")[1].out == ""
    assert run("revive", "99")[0] == 2


def test_dead_letters_are_counted_by_doctor_health_and_metrics(installation, record):
    assert doctor._checks()["capacity"](installation).startswith("0 dead letters")
    put_aside(record)
    finding = doctor._find("capacity", lambda: doctor._checks()["capacity"](installation))
    assert (finding.ok, finding.text) == (False, "3 tasks have failed at every try")
    assert "langnghe dead-letters list" in finding.remedy
    health = examine_health(installation).as_json()
    assert (health["status"], health["warnings"]) == ("well", ["3 tasks have failed at every try"])
    assert make_registry(installation).get_sample_value("langnghe_dead_letters", {"task": "annotate"}) == 3


def test_sources_that_fell_silent_are_told_when_they_are_many(installation, record, clock):
    with record.session() as session:
        for name, hours in (("a", 30), ("b", 40), ("c", 1)):
            at = clock.now() - timedelta(hours=hours)
            note_outcome(session, start_run(session, name, at), f"https://{name}.example/1", Outcome.stored, at)
    with record.reading() as session:
        found = read_capacity(session, installation)
    assert found.silent(clock.now(), 24) == ["a", "b"]
    assert [alarm.name for alarm in alarms(found, load_capacity(), clock.now())] == ["sources"]
    registry = make_registry(installation)
    assert [registry.get_sample_value(name) for name in ("langnghe_sources_silent", "langnghe_sources")] == [2, 3]


def test_a_document_that_nothing_annotates_is_told_after_a_while(installation, record, clock, privacy):
    with record.session() as session:
        store_document(session, Document(id="1", source="s", kind="news", text="a", fetched=clock.now()), privacy=privacy, now=clock.now())
    assert examine_health(installation).warnings == []
    clock.advance(seconds=2 * 3600)
    assert "a document has waited for its annotation for 120 minutes" in examine_health(installation).warnings


def test_each_alarm_speaks_where_its_figure_passes_its_threshold_and_has_a_remedy(clock):
    rules = load_capacity()
    well = Capacity(10**11, 10**10, 0, 0, 0, None, 0, 0, {}, {})
    short = Capacity(10**9, 10**8, 10**4, 10**4, 5, 10**4, 10**4, 2, {"annotate": 1}, {"a": None})
    assert alarms(well, rules, clock.now()) == []
    found = alarms(short, rules, clock.now())
    assert [alarm.name for alarm in found] == [
        "disk", "memory", "index", "annotation", "queue", "mails", "mails failed", "dead letters", "sources",
    ]  # fmt: skip
    assert all(alarm.remedy for alarm in found)


def test_memory_is_read_from_the_system_and_a_queue_that_does_not_answer_is_not_known():
    assert 10**7 < memory_available() < 10**14
    assert queue_length(None) is None
    assert queue_length("redis://127.0.0.1:1/0") is None
