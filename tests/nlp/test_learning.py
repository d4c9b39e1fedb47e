from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from langnghe.actor import SYSTEM, Actor, Role
from langnghe.clock import FixedClock
from langnghe.documents import Annotation, Document, Kind
from langnghe.errors import NotAllowed
from langnghe.installation import Installation
from langnghe.record.annotations import store_annotation
from langnghe.record.corrections import correct
from langnghe.record.documents import store_document
from langnghe.record.schema import AuditEntry
from langnghe.settings import Settings
from nlp.backends.shipped import SHIPPED, VERSION
from nlp.build import build
from nlp.features import FeatureReader
from nlp.labelled import load_labelled
from nlp.learned import adopt, learned_dir, models_folder
from nlp.learning.candidate import Change, Learner, is_better
from nlp.learning.corrections import corrected_texts
from nlp.learning.suggestions import doubts, suggest, unlike

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
OFFICER = Actor("lan", Role.officer)


@pytest.fixture
def installation(tmp_path):
    opened = Installation(Settings(data_dir=tmp_path), FixedClock(NOW))
    yield opened
    opened.record.close()


def said(relevance=0.9, sentiment=0.9, intent=0.9, relevant=True):
    topics = [{"id": "hi_drug_supply", "score": 0.9}] if relevant else []
    labels = {"sentiment": {"label": "neutral", "score": sentiment}, "intent": {"label": "question", "score": intent}}
    return Annotation.model_validate({"relevant": relevant, "relevance": relevance, "topics": topics, "model": "m", **labels})


def store(installation, number, text, annotation, office=None):
    document = Document(id=str(number), source="s", kind=Kind.comment, text=text, published=NOW, fetched=NOW, office=office)
    with installation.record.session() as session:
        stored = store_document(session, document, privacy=installation.privacy, now=NOW)
        store_annotation(session, stored.document_id, 1, annotation, NOW, installation.places)
    return stored.document_id


def relabel(installation, document, field, value):
    correct(installation.record, OFFICER, document, field, value, installation.labels, installation.places)


def test_a_corrected_document_teaches_with_what_the_officer_said_and_never_joins_the_frozen_test(installation):
    texts = [row.text for row in load_labelled() if row.relevant][:12]
    documents = [store(installation, number, text, said()) for number, text in enumerate(texts)]
    for document in documents[1:]:
        relabel(installation, document, "sentiment", "negative")
    relabel(installation, documents[1], "relevant", False)
    with installation.record.reading() as session:
        found = {row.id: row for row in corrected_texts(session)}
    assert f"document-{documents[0]}" not in found
    assert not any(row.is_test for row in found.values())
    assert found[f"document-{documents[5]}"].sentiment == "negative"
    assert found[f"document-{documents[5]}"].topics == ["hi_drug_supply"]
    outside = found[f"document-{documents[1]}"]
    assert (outside.relevant, outside.topics, outside.sentiment) == (False, [], "neutral")


def test_a_candidate_must_rise_in_all_and_fall_in_nothing_by_more_than_chance():
    assert is_better([Change("a", 0.8, 0.82), Change("b", 0.7, 0.695)])
    assert not is_better([Change("a", 0.8, 0.9), Change("b", 0.7, 0.68)])
    assert not is_better([Change("a", 0.8, 0.8), Change("b", 0.7, 0.7)])


def test_learning_keeps_the_present_models_where_the_candidate_is_worse_and_says_so(installation):
    document = store(installation, 1, "Bệnh viện hết thuốc bảo hiểm y tế, mẹ tôi phải mua ngoài", said())
    relabel(installation, document, "sentiment", "negative")
    outcome = Learner(installation, load_labelled()[:240]).learn(SYSTEM)
    assert (outcome.adopted, outcome.folder, outcome.corrected) == (False, SHIPPED, 1)
    assert models_folder(installation.settings) == SHIPPED
    assert not (learned_dir(installation.settings) / "candidate").exists()
    with installation.record.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "learn")).one()
    assert entry.detail["adopted"] is False
    assert set(entry.detail["figures"]) == {change.name for change in outcome.changes}


def test_a_better_candidate_is_used_from_then_on(installation):
    document = store(installation, 1, "Bệnh viện hết thuốc bảo hiểm y tế, mẹ tôi phải mua ngoài", said())
    relabel(installation, document, "sentiment", "negative")
    rows = load_labelled()[:240]
    weaker = learned_dir(installation.settings) / "candidate"
    build(rows[:60], installation.labels, FeatureReader(), weaker)
    before = adopt(installation.settings, weaker, "weaker")
    outcome = Learner(installation, rows).learn(SYSTEM)
    assert outcome.adopted
    assert models_folder(installation.settings) == outcome.folder != SHIPPED
    assert before.is_dir(), "the models before stay, for a step back"


def test_only_an_administrator_of_the_national_desk_replaces_models(installation):
    with pytest.raises(NotAllowed):
        Learner(installation, []).learn(Actor("an", Role.administrator, "34-40"))


def test_models_that_an_older_program_learned_are_not_used(installation):
    settings = installation.settings
    candidate = learned_dir(settings) / "candidate"
    candidate.mkdir(parents=True)
    folder = adopt(settings, candidate, "old")
    assert models_folder(settings) == folder
    current = learned_dir(settings) / "current.json"
    current.write_text(current.read_text(encoding="utf-8").replace(f'"version": "{VERSION}"', '"version": "0"'), encoding="utf-8")
    assert models_folder(settings) == SHIPPED


def test_what_the_models_doubt_is_told(installation):
    assert doubts(said(relevance=0.5, intent=1.0, sentiment=1.0))["relevant"] == 1
    assert next(iter(doubts(said(relevance=1.0, sentiment=0.5)))) == "sentiment"
    assert "sentiment" not in doubts(said(relevant=False))


def test_suggestions_are_unsure_unlike_not_yet_corrected_and_the_officers_to_see(installation):
    sure = store(installation, 1, "Lương hưu tháng này đã về", said(0.99, 0.99, 0.99))
    unsure = [store(installation, 2 + n, f"Hỏi mua thuốc bảo hiểm ở quầy số {n} được không", said(0.5, 0.4, 0.4)) for n in range(3)]
    other = store(installation, 9, "Thẻ trên VNeID báo lỗi từ hôm qua tới giờ", said(0.55, 0.5, 0.5))
    theirs = store(installation, 10, "Ghi chú của tỉnh khác về hồ sơ tử tuất", said(0.5, 0.4, 0.4), office="34-40")
    done = store(installation, 11, "Đã sửa rồi: sổ BHXH mất có cấp lại không", said(0.5, 0.4, 0.4))
    relabel(installation, done, "sentiment", "negative")
    found = [one.document_id for one in suggest(installation.record, Actor("lan", Role.officer, "34-01"), 2)]
    assert other in found
    assert len(set(found) & set(unsure)) == 1
    everything = {one.document_id for one in suggest(installation.record, SYSTEM, 50)}
    assert theirs in everything
    assert done not in everything
    assert sure in everything
    with pytest.raises(NotAllowed):
        suggest(installation.record, Actor("xem", Role.viewer), 2)


def test_of_two_alike_the_second_waits():
    words = [frozenset("abcd"), frozenset("abce"), frozenset("xyz")]
    assert unlike([(0.9, words[0]), (0.89, words[1]), (0.6, words[2])], 2) == [0, 2]
