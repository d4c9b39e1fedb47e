"""Searches that are kept: whose they are, what is new, and what the morning mail is told."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from index.interface import SearchRequest
from index.saved_searches import change, for_digest, mark_read, new_hits, remove, save, saved_searches
from index.synchronise import drain_outbox, open_or_build, reindex
from langnghe.actor import Actor, Role
from langnghe.documents import Document, Kind
from langnghe.errors import Conflict, NotAllowed, WrongCall
from langnghe.places import load_places
from langnghe.record.annotations import store_annotation
from langnghe.record.documents import find, store_document, tombstone
from langnghe.record.schema import AuditEntry
from tests.index.suite import Text, annotation_of

LAN = Actor("Lan", Role.officer, "34-40")
MINH = Actor("Minh", Role.officer, "34-40")
VIEWER = Actor("Hoa", Role.viewer, "34-40")
FAR = Actor("Tú", Role.approver, "34-75")
DRUGS = SearchRequest(query="hết thuốc")


@pytest.fixture
def index(record, backend_settings):
    opened = open_or_build(record, backend_settings)
    yield opened
    opened.close()


@pytest.fixture
def arrive(record, index, privacy, clock):
    """Stores texts a minute later and makes them searchable."""

    def store(*texts: tuple[str, str], office: str | None = None) -> None:
        clock.advance(seconds=60)
        with record.session() as session:
            for ref, text in texts:
                document = Document(
                    id=ref,
                    source=office or "mau",
                    kind=Kind.feedback if office else Kind.news,
                    text=text,
                    published=datetime(2026, 11, 1, tzinfo=UTC),
                    fetched=record.clock.now(),
                    office=office,
                )
                store_document(session, document, privacy=privacy, now=record.clock.now())
        drain_outbox(record, index)
        clock.advance(seconds=60)

    return store


def new(record, actor) -> dict[str, int]:
    return {saved.name: saved.new for saved in saved_searches(record, actor)}


def test_only_what_arrives_after_a_search_was_saved_is_new(record, arrive) -> None:
    arrive(("truoc", "bệnh viện hết thuốc"))
    key = save(record, LAN, "Thuốc", DRUGS)
    assert new(record, LAN) == {"Thuốc": 0}
    arrive(("a", "lại hết thuốc ở huyện"), ("b", "lương hưu tăng"), ("c", "nha thuoc het thuoc"))
    assert [hit.ref for hit in new_hits(record, LAN, key)] == ["c", "a"]
    assert "<mark>hết</mark>" in new_hits(record, LAN, key)[1].highlight
    mark_read(record, LAN, key)
    assert new(record, LAN) == {"Thuốc": 0}
    arrive(("d", "hết thuốc tiểu đường"))
    assert new(record, LAN) == {"Thuốc": 1}


def test_a_document_is_told_once_however_often_it_changes(record, index, arrive, backend_settings) -> None:
    key = save(record, LAN, "Thuốc", DRUGS)
    arrive(("a", "hết thuốc"))
    arrive(("a", "vẫn hết thuốc"))
    assert new(record, LAN) == {"Thuốc": 1}
    mark_read(record, LAN, key)
    arrive(("a", "đã hai tháng hết thuốc"))
    reindex(record, backend_settings)
    assert new(record, LAN) == {"Thuốc": 0}


def test_labels_that_come_later_make_a_match(record, index, arrive) -> None:
    save(record, LAN, "Lương hưu", SearchRequest(topics=("pension",)))
    arrive(("a", "chưa rõ nội dung"))
    assert new(record, LAN) == {"Lương hưu": 0}
    with record.session() as session:
        row = find(session, "mau", "a")
        text = Text(id="a", text="", published=datetime(2026, 11, 1), topics=["pension"])  # noqa: DTZ001 - as in the corpus
        store_annotation(session, row.id, row.version, annotation_of(text), record.clock.now(), load_places())
    drain_outbox(record, index)
    assert new(record, LAN) == {"Lương hưu": 1}


def test_what_its_source_removed_is_no_news(record, index, arrive) -> None:
    save(record, LAN, "Thuốc", DRUGS)
    arrive(("a", "hết thuốc"))
    with record.session() as session:
        tombstone(session, find(session, "mau", "a"), record.clock.now())
    assert new(record, LAN) == {"Thuốc": 0}


def test_an_office_is_told_of_its_own_imports_and_of_no_others(record, arrive) -> None:
    for actor in (LAN, FAR):
        save(record, actor, "Thuốc", DRUGS)
    arrive(("a", "hết thuốc"), office="34-75")
    assert (new(record, LAN), new(record, FAR)) == ({"Thuốc": 0}, {"Thuốc": 1})


def test_a_shared_search_is_read_by_each_for_themselves(record, arrive) -> None:
    key = save(record, LAN, "Thuốc", DRUGS, shared=True)
    arrive(("a", "hết thuốc"))
    mark_read(record, LAN, key)
    assert (new(record, LAN), new(record, MINH)) == ({"Thuốc": 0}, {"Thuốc": 1})
    assert new(record, FAR) == {}


def test_nobody_else_sees_or_changes_what_is_not_shared(record) -> None:
    key = save(record, LAN, "Thuốc", DRUGS)
    assert new(record, MINH) == {}
    with pytest.raises(NotAllowed, match="Ask Lan"):
        new_hits(record, MINH, key)
    with pytest.raises(NotAllowed):
        remove(record, FAR, key)
    with pytest.raises(NotAllowed):
        save(record, VIEWER, "Cả phòng", DRUGS, shared=True)


def test_an_approver_may_change_what_the_office_shares(record) -> None:
    key = save(record, LAN, "Thuốc", DRUGS, shared=True)
    with pytest.raises(NotAllowed):
        change(record, MINH, key, 1, name="Của Minh")
    change(record, Actor("Sếp", Role.approver, "34-40"), key, 1, name="Thuốc BHYT", in_digest=True)
    assert [saved.name for saved in saved_searches(record, LAN)] == ["Thuốc BHYT"]


def test_two_people_who_change_the_same_search_do_not_overwrite_each_other(record) -> None:
    key = save(record, LAN, "Thuốc", DRUGS)
    change(record, LAN, key, 1, request=SearchRequest(query="thiếu thuốc"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        change(record, LAN, key, 1, name="Khác")


def test_a_name_is_taken_once_and_says_something(record) -> None:
    save(record, LAN, "Thuốc", DRUGS)
    save(record, MINH, "Thuốc", DRUGS)
    with pytest.raises(Conflict, match="keeps a search named"):
        save(record, LAN, " Thuốc ", DRUGS)
    for name, request in (("", DRUGS), ("x" * 121, DRUGS), ("Tất cả", SearchRequest())):
        with pytest.raises(WrongCall):
            save(record, LAN, name, request)


def test_the_morning_mail_is_told_what_its_searches_found_since(record, arrive, clock) -> None:
    save(record, LAN, "Thuốc", DRUGS, in_digest=True)
    save(record, LAN, "Riêng", SearchRequest(query="thuốc"))
    arrive(("a", "hết thuốc"))
    since = clock.now()
    arrive(("b", "hết thuốc lần nữa"))
    told = for_digest(record, VIEWER, since)
    assert [(saved.name, len(found)) for saved, found in told] == [("Thuốc", 1)]
    assert for_digest(record, FAR, since) == []


def test_what_was_done_to_a_search_is_in_the_audit_trail(record) -> None:
    key = save(record, LAN, "Thuốc", DRUGS)
    change(record, LAN, key, 1, shared=True)
    remove(record, LAN, key)
    with record.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.target == f"saved_search:{key}").order_by(AuditEntry.id))
        assert [(entry.actor, entry.action) for entry in entries] == [
            ("Lan", "save search"),
            ("Lan", "change search"),
            ("Lan", "remove search"),
        ]
