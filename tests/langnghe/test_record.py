from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy import text as sql

from langnghe.actor import SYSTEM, Actor, Role
from langnghe.documents import Annotation, Document, ProvinceMention
from langnghe.errors import Conflict, LangngheError, NotAllowed, Unavailable
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record import outbox
from langnghe.record.annotations import awaiting, pending, stale_awaiting, store_annotation
from langnghe.record.audit import audit
from langnghe.record.corrections import correct
from langnghe.record.database import is_current, open_record
from langnghe.record.documents import find, store_document, tombstone
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run, totals
from langnghe.record.schema import AnnotationRow, AuditEntry, Base, Claim, DocumentRow, DocumentVersion, Fact, OutboxEntry, StoryRow

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PLACES, LABELS = load_places(), load_labels()
OFFICER = Actor("Lan", Role.officer, "34-40")


def document(ref="1", text="Hết thuốc bảo hiểm y tế ở bệnh viện, gọi 0912 345 678", **more):
    return Document(**({"id": ref, "source": "s", "kind": "news", "text": text, "fetched": NOW} | more))


def annotation(**more):
    province = ProvinceMention(name="Bình Thuận", code="63-60", evidence="Bình Thuận", start=0, end=10)
    parts = {
        "relevant": True,
        "relevance": 0.9,
        "topics": [{"id": "hi_drug_supply", "score": 0.9}],
        "sentiment": {"label": "negative", "score": 0.8},
        "intent": {"label": "complaint", "score": 0.8},
        "provinces": [province],
        "concern": 2,
        "model": "m1",
    }
    return Annotation(**(parts | more))


@pytest.fixture
def store(any_record, privacy):
    def store(*documents):
        with any_record.session() as session:
            return [store_document(session, item, privacy=privacy, now=NOW) for item in documents]

    return store


def annotate(record, made=None):
    with record.session() as session:
        for item in pending(session, "m1"):
            store_annotation(session, item.document_id, item.version, made or annotation(), NOW, PLACES)


def test_migrations_make_the_schema_that_the_program_expects(any_record):
    made = inspect(any_record.engine)
    assert {*Base.metadata.tables, "alembic_version"} == set(made.get_table_names())
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == set(table.columns.keys())
    assert is_current(any_record.engine)


def test_a_document_is_stored_once(store):
    assert [stored.outcome for stored in store(document(), document())] == ["stored", "unchanged"]


def test_changed_text_is_a_new_version_and_the_old_one_stays(any_record, store):
    outcomes = [stored.outcome for stored in store(document(), document(text="Bệnh viện đã có thuốc trở lại"))]
    assert outcomes == ["stored", "updated"]
    with any_record.session() as session:
        assert session.scalar(select(func.count()).select_from(DocumentVersion)) == 2
        assert find(session, "s", "1").text == "Bệnh viện đã có thuốc trở lại"


def test_the_same_address_under_another_source_is_a_duplicate(store):
    outcomes = [stored.outcome for stored in store(document(url="https://a.example/1"), document(source="t", url="https://a.example/1"))]
    assert outcomes == ["stored", "duplicate"]


def test_people_are_masked_before_storage(any_record, store):
    store(document(author="Nguyễn Văn An"))
    with any_record.session() as session:
        row = find(session, "s", "1")
        assert "0912" not in row.text
        assert "An" not in str(row.author_hash)
        assert "0912" not in session.scalar(select(DocumentVersion.text))


def test_a_time_is_never_later_than_the_fetch(any_record, store):
    store(document(published=NOW + timedelta(days=3)))
    with any_record.session() as session:
        assert find(session, "s", "1").published == NOW


def test_the_day_is_vietnams(any_record, store):
    store(document(published=datetime(2026, 11, 18, 18, tzinfo=UTC)))
    with any_record.session() as session:
        assert find(session, "s", "1").day.isoformat() == "2026-11-19"


def test_what_is_annotated_waits_no_more_until_its_text_changes(any_record, store):
    store(document())
    annotate(any_record)
    with any_record.session() as session:
        assert pending(session, "m1") == []
        assert len(pending(session, "another model")) == 1
    store(document(text="Thuốc lại hết"))
    with any_record.session() as session:
        assert len(pending(session, "m1")) == 1


def test_comments_wait_for_their_article_and_inherit_its_provinces(any_record, store):
    store(document("c", text="Chỗ tôi cũng vậy", kind="comment", parent="1"), document("1"))
    with any_record.session() as session:
        assert [item.request.text for item in pending(session, "m1")] == ["Hết thuốc bảo hiểm y tế ở bệnh viện, gọi [số điện thoại]"]
    with any_record.session() as session:
        article = pending(session, "m1")[0]
        store_annotation(session, article.document_id, article.version, annotation(), NOW, PLACES)
    with any_record.session() as session:
        assert pending(session, "m1")[0].request.context_provinces == ["63-60"]


def test_facts_count_an_old_province_in_the_one_that_holds_it_today(any_record, store):
    store(document())
    annotate(any_record)
    with any_record.session() as session:
        fact = session.scalars(select(Fact)).one()
        assert (fact.province, fact.province_then, fact.topic, fact.sentiment) == ("34-68", "63-60", "hi_drug_supply", "negative")


def test_annotating_twice_doubles_no_fact(any_record, store):
    store(document())
    annotate(any_record)
    with any_record.session() as session:
        row = find(session, "s", "1")
        store_annotation(session, row.id, row.version, annotation(), NOW, PLACES)
        assert session.scalar(select(func.count()).select_from(Fact)) == 1


def test_what_is_not_relevant_has_no_facts(any_record, store):
    store(document())
    annotate(any_record, annotation(relevant=False, topics=[]))
    with any_record.session() as session:
        assert session.scalar(select(func.count()).select_from(Fact)) == 0


def test_every_change_enters_the_outbox_with_a_higher_revision(any_record, store):
    store(document())
    annotate(any_record)
    with any_record.session() as session:
        assert list(session.scalars(select(OutboxEntry.revision).order_by(OutboxEntry.id))) == [1, 2]


def test_a_document_removed_at_its_source_loses_text_versions_and_facts(any_record, store):
    store(document())
    annotate(any_record)
    with any_record.session() as session:
        tombstone(session, find(session, "s", "1"), NOW)
    with any_record.session() as session:
        assert find(session, "s", "1").text == ""
        assert session.scalar(select(func.count()).select_from(DocumentVersion)) == 0
        assert session.scalar(select(func.count()).select_from(Fact)) == 0


def test_a_correction_wins_counts_at_once_and_survives_a_new_annotation(any_record, store):
    [stored] = store(document())
    annotate(any_record)
    correct(any_record, Actor("Minh", Role.officer), stored.document_id, "sentiment", "neutral", LABELS, PLACES)
    with any_record.session() as session:
        assert session.scalars(select(Fact.sentiment)).one() == "neutral"
        store_annotation(session, stored.document_id, 1, annotation(), NOW, PLACES)
        assert session.scalars(select(Fact.sentiment)).one() == "neutral"
        assert session.scalars(select(AuditEntry.action)).one() == "correct"


def test_a_correction_with_an_unknown_label_changes_nothing(any_record, store):
    [stored] = store(document())
    annotate(any_record)
    with pytest.raises(LangngheError, match="unknown label"):
        correct(any_record, OFFICER, stored.document_id, "topics", ["thuốc"], LABELS, PLACES)
    with any_record.session() as session:
        assert session.scalars(select(Fact.topic)).one() == "hi_drug_supply"


def test_another_offices_import_cannot_be_corrected(any_record, store):
    [stored] = store(document(office="34-01"))
    annotate(any_record)
    with pytest.raises(NotAllowed):
        correct(any_record, OFFICER, stored.document_id, "sentiment", "neutral", LABELS, PLACES)


def test_a_viewer_cannot_correct(any_record, store):
    [stored] = store(document())
    with pytest.raises(NotAllowed):
        correct(any_record, Actor("Hoa", Role.viewer), stored.document_id, "sentiment", "neutral", LABELS, PLACES)


def test_a_url_has_one_outcome_in_a_run(any_record):
    with any_record.session() as session:
        run = start_run(session, "s", NOW)
        note_outcome(session, run, "https://a.example/1", Outcome.stored, NOW)
        note_outcome(session, run, "https://a.example/2", Outcome.off_topic, NOW)
        finish_run(session, run, NOW)
        assert totals(session) == {"s": {"off_topic": 1, "stored": 1}}
    with pytest.raises(Exception, match=r"(?i)unique"), any_record.session() as session:
        note_outcome(session, run, "https://a.example/1", Outcome.failed, NOW)


def test_an_audit_entry_is_rolled_back_with_what_it_describes(any_record):
    def fail():
        with any_record.session() as session:
            audit(session, SYSTEM, "try", "nothing", NOW)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fail()
    with any_record.session() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_only_one_process_holds_a_lease_until_it_ends(any_record):
    with any_record.session() as session:
        assert outbox.acquire_lease(session, "writer", "one", NOW, 30)
    with any_record.session() as session:
        assert not outbox.acquire_lease(session, "writer", "two", NOW + timedelta(seconds=29), 30)
        assert outbox.acquire_lease(session, "writer", "one", NOW + timedelta(seconds=29), 30)
    with any_record.session() as session:
        assert outbox.acquire_lease(session, "writer", "two", NOW + timedelta(seconds=60), 30)


def test_a_database_that_does_not_answer_is_named(settings, clock):
    broken = settings.model_copy(update={"record_url": "postgresql+psycopg://nobody:geheim@127.0.0.1:1/x"})
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1.*Start the database") as error:
        open_record(broken, clock)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(("first", "second"), [("34-01", "34-40"), ("34-01", None), (None, "34-01")])
def test_another_offices_document_is_not_overwritten(any_record, store, first, second):
    store(document(office=first))
    with pytest.raises(Conflict, match=r"s/1 belongs to another office.*--source"):
        store(document(office=second, text="Một bài khác"))
    with any_record.reading() as session:
        assert (find(session, "s", "1").office, find(session, "s", "1").version) == (first, 1)


def test_a_correction_of_an_old_version_counts_at_once_and_the_new_one_still_waits(any_record, store):
    [stored] = store(document())
    annotate(any_record)
    store(document(text="Thuốc lại hết"))
    correct(any_record, OFFICER, stored.document_id, "sentiment", "neutral", LABELS, PLACES)
    with any_record.session() as session:
        assert session.scalars(select(Fact.sentiment)).one() == "neutral"
        [waiting] = pending(session, "m1")
        store_annotation(session, waiting.document_id, waiting.version, annotation(), NOW, PLACES)
    with any_record.session() as session:
        assert session.scalars(select(Fact.sentiment)).one() == "neutral"
        assert pending(session, "m1") == []


def test_what_an_officer_calls_relevant_counts_at_once_and_no_more_when_not(any_record, store):
    [stored] = store(document())
    annotate(any_record, annotation(relevant=False, topics=[]))
    correct(any_record, OFFICER, stored.document_id, "relevant", True, LABELS, PLACES)
    with any_record.reading() as session:
        assert session.scalars(select(Fact.topic)).all() == ["other"]
    correct(any_record, OFFICER, stored.document_id, "relevant", False, LABELS, PLACES)
    with any_record.reading() as session:
        assert session.scalars(select(Fact.topic)).all() == []


def test_a_corrected_subtopic_brings_its_parent(any_record, store):
    [stored] = store(document())
    annotate(any_record)
    correct(any_record, OFFICER, stored.document_id, "subtopics", ["social_pension"], LABELS, PLACES)
    with any_record.reading() as session:
        assert set(session.scalars(select(Fact.topic))) == {"hi_drug_supply", "social_pension", "pension"}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("relevant", "no", "'no' is no value of relevant"),
        ("relevant", 1, "1 is no value of relevant"),
        ("concern", "1", "'1' is no value of concern"),
        ("concern", 3, "unknown label '3'"),
        ("topics", "pension", "no value of topics"),
        ("provinces", ["34-40", "34-99"], "unknown province '34-99'"),
    ],
)
def test_a_correction_to_a_wrong_value_is_refused_by_name(any_record, store, field, value, message):
    [stored] = store(document())
    with pytest.raises(LangngheError, match=message):
        correct(any_record, OFFICER, stored.document_id, field, value, LABELS, PLACES)


def test_a_storys_row_holds_no_text_and_one_of_before_loses_it_with_its_document(any_record, store):
    store(document(title="Hết thuốc"))
    with any_record.session() as session:
        story = session.scalars(select(StoryRow)).one()
        assert story.title is None
        story.title = "Hết thuốc"
    with any_record.session() as session:
        tombstone(session, find(session, "s", "1"), NOW)
    with any_record.reading() as session:
        assert session.scalars(select(StoryRow.title)).one() is None


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("published", {}, {"published": NOW - timedelta(days=3)}),
        ("published", {"published": NOW - timedelta(days=9)}, {"published": NOW - timedelta(days=3)}),
        ("author_hash", {"author": "Lan"}, {"author": "Minh"}),
        ("kind", {}, {"kind": "forum"}),
        ("url", {}, {"url": "https://a.example/1"}),
        ("parent_ref", {"parent": "0"}, {"parent": "9"}),
    ],
)
def test_a_correction_at_the_source_beside_the_text_is_an_update_without_a_new_version(any_record, store, column, before, after):
    store(document(**before))
    annotate(any_record)
    with any_record.reading() as session:
        old = getattr(find(session, "s", "1"), column)
    assert [stored.outcome for stored in store(document(**before | after), document(**before | after))] == ["updated", "unchanged"]
    with any_record.reading() as session:
        row = find(session, "s", "1")
        assert getattr(row, column) != old
        assert (row.version, row.revision, row.published_known) == (1, 3, "published" in after | before)
        assert session.scalars(select(OutboxEntry.revision).order_by(OutboxEntry.id)).all() == [1, 2, 3]
        assert session.execute(select(Fact.day, Fact.kind)).one() == (row.day, row.kind)
        assert session.scalars(select(StoryRow.first_day)).one() == row.day


def test_a_date_told_relative_to_the_fetch_is_no_correction(store):
    fetched = NOW.replace(microsecond=123456)
    again = fetched + timedelta(minutes=90, microseconds=77)
    outcomes = store(
        document(fetched=fetched, published=fetched - timedelta(hours=2)), document(fetched=again, published=again - timedelta(hours=3))
    )
    assert [stored.outcome for stored in outcomes] == ["stored", "unchanged"]


def test_what_was_removed_while_it_was_annotated_gets_no_annotation(any_record, store):
    store(document())
    with any_record.session() as session:
        [waiting] = pending(session, "m1")
        tombstone(session, find(session, "s", "1"), NOW)
    with any_record.session() as session:
        store_annotation(session, waiting.document_id, waiting.version, annotation(), NOW, PLACES)
    with any_record.reading() as session:
        assert session.get(AnnotationRow, waiting.document_id) is None


def test_what_is_looked_for_often_is_found_by_its_index_however_much_is_kept(record):
    held = select(Claim.document_id)
    public = [DocumentRow.deleted.is_(None), DocumentRow.office.is_(None)]
    queries = {
        "ix_document_unread": [awaiting(held)],
        "ix_annotation_model": stale_awaiting(held, "m"),
        "ix_document_story_id": [select(DocumentRow.id).where(DocumentRow.story_id.in_([1, 2]), *public)],
        "ix_document_office": [select(DocumentRow.id).where(DocumentRow.office == "34-40")],
    }
    with record.reading() as session:
        for index, of_index in queries.items():
            for query in of_index:
                text = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
                plan = [row.detail for row in session.execute(sql(f"EXPLAIN QUERY PLAN {text}"))]
                assert index in plan[0]
                assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
