"""The conformance suite: reads corpus and cases (YAML), fills an installation, checks what a search answers."""

import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from index.fields import labels, provinces, topics
from index.interface import Hit, SearchIndex, SearchRequest, SearchResult
from index.lexicon import load_lexicon
from index.search import search
from index.similar import similar
from index.synchronise import drain_outbox
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.clock import VIETNAM
from langnghe.documents import Annotation, Document, IntentLabel, Kind, ProvinceMention, SentimentLabel, Topic
from langnghe.places import load_places
from langnghe.privacy import Privacy
from langnghe.record.annotations import store_annotation
from langnghe.record.database import Record
from langnghe.record.documents import find, store_document, tombstone
from langnghe.record.schema import DocumentRow

FOLDER = Path(__file__).parent / "conformance"


class Text(BaseModel):
    """One document of the corpus."""

    model_config = ConfigDict(extra="forbid")

    id: str
    source: str = "bao-song-huong"
    kind: Kind = Kind.news
    title: str | None = None
    context: str | None = None
    text: str
    published: datetime
    office: str | None = None
    relevant: bool = True
    topics: list[str] = []
    subtopics: list[str] = []
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    intent: Literal["complaint", "question", "suggestion", "praise", "information"] = "information"
    concern: Literal[0, 1, 2] = 0
    provinces: list[str] = []
    audience: list[str] = []
    responsible: list[str] = []
    veracity: Literal["unverified", "contradicted", "confirmed"] | None = None
    formal: bool = False
    decomposed: bool = False
    unannotated: bool = False


class Filters(BaseModel):
    """Filters as the command line takes them."""

    model_config = ConfigDict(extra="forbid")

    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")
    province: list[str] = []
    topic: list[str] = []
    sentiment: list[str] = []
    intent: list[str] = []
    kind: list[str] = []
    source: list[str] = []
    outlet: list[str] = []
    weight: float | None = None
    audience: list[str] = []
    responsible: list[str] = []
    veracity: list[str] = []
    concern: list[int] = []
    formal: bool | None = None
    relevant: bool | None = None


class Expected(BaseModel):
    """What must hold of the answer; ids are those of the corpus."""

    model_config = ConfigDict(extra="forbid")

    first: list[str] | None = None
    exactly: list[str] | None = None
    set_: list[str] | None = Field(None, alias="set")
    includes: list[str] = []
    excludes: list[str] = []
    above: list[list[str]] = []
    total: int | None = None
    facets: dict[str, dict[str, int]] = {}
    hints: list[str] | None = None
    includes_hints: list[str] = []
    highlight: dict[str, str] = {}
    complete: int | None = None
    others: dict[str, int] = {}
    why: dict[str, list[list[str]]] = {}
    suggestion: str | None = None


class Change(BaseModel):
    """What happens to the coverage before the search."""

    model_config = ConfigDict(extra="forbid")

    remove: str | None = None
    rewrite: str | None = None
    text: str = ""
    label: str | None = None
    topics: list[str] = []


class Case(BaseModel):
    """One case: a query under filters, and what it must find."""

    model_config = ConfigDict(extra="forbid")

    case: str
    query: str = ""
    filters: Filters = Filters()
    sort: Literal["relevance", "newest", "oldest"] = "relevance"
    one_per_story: bool = False
    similar_to: str | None = None
    office: str | None = None
    limit: int = 100
    offset: int = 0
    after: list[Change] = []
    expect: Expected


def read_corpus() -> list[Text]:
    return [Text.model_validate(row) for row in yaml.safe_load((FOLDER / "corpus.yaml").read_text(encoding="utf-8"))]


def read_cases() -> list[Case]:
    paths = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "corpus.yaml")
    return [Case.model_validate(row) for path in paths for row in yaml.safe_load(path.read_text(encoding="utf-8"))]


def annotation_of(text: Text) -> Annotation:
    places = load_places()
    mentions = [ProvinceMention(name=places.name(code), code=code, evidence="", start=0, end=0) for code in text.provinces]
    return Annotation(
        relevant=text.relevant,
        relevance=float(text.relevant),
        topics=[Topic(id=topic, score=1) for topic in text.topics],
        subtopics=text.subtopics,
        sentiment=SentimentLabel(label=text.sentiment, score=1),
        intent=IntentLabel(label=text.intent, score=1),
        concern=text.concern,
        provinces=mentions,
        audience=text.audience,
        responsible=text.responsible,
        veracity=text.veracity,
        formal=text.formal,
        model="suite",
    )


def store(record: Record, text: Text) -> None:
    """Store one text and its labels, as crawling and annotation would."""
    written = unicodedata.normalize("NFD", text.text) if text.decomposed else text.text
    moment, now = text.published.replace(tzinfo=VIETNAM), record.clock.now()
    document = Document(
        id=text.id,
        source=text.source,
        kind=text.kind,
        url=f"https://{text.source}.example/{text.id}",
        title=text.title,
        context=text.context,
        text=written,
        published=moment,
        fetched=now,
        office=text.office,
    )
    with record.session() as session:
        stored = store_document(session, document, privacy=Privacy(b"suite"), now=now)
        if not text.unannotated:
            row = find(session, text.source, text.id)
            assert row is not None
            store_annotation(session, stored.document_id, row.version, annotation_of(text), now, load_places())


def change(record: Record, corpus: dict[str, Text], what: Change) -> None:
    """Let something happen to a document of the corpus."""
    if what.remove:
        text = corpus[what.remove]
        with record.session() as session:
            row = find(session, text.source, text.id)
            assert row is not None
            tombstone(session, row, record.clock.now())
    elif what.rewrite:
        store(record, corpus[what.rewrite].model_copy(update={"text": what.text}))
    elif what.label:
        text = corpus[what.label]
        with record.session() as session:
            row = find(session, text.source, text.id)
            assert row is not None
            update = text.model_copy(update={"topics": what.topics, "subtopics": []})
            store_annotation(session, row.id, row.version, annotation_of(update), record.clock.now(), load_places())


def ask(record: Record, index: SearchIndex, case: Case) -> SearchResult:
    """The answer to a case."""
    lexicon, given = load_lexicon(), case.filters
    request = SearchRequest(
        query=case.query,
        first_day=given.first,
        last_day=given.last,
        provinces=provinces(given.province, load_places()),
        topics=topics(given.topic, lexicon),
        sentiments=labels("sentiment", given.sentiment, lexicon),
        intents=labels("intent", given.intent, lexicon),
        kinds=labels("kind", given.kind, lexicon),
        sources=tuple(given.source),
        outlets=tuple(given.outlet),
        min_weight=given.weight,
        audiences=labels("audience", given.audience, lexicon),
        responsible=labels("responsible", given.responsible, lexicon),
        veracity=labels("veracity", given.veracity, lexicon),
        concerns=tuple(given.concern),
        formal=given.formal,
        relevant=given.relevant,
        one_per_story=case.one_per_story,
        sort=case.sort,
        limit=case.limit,
        offset=case.offset,
        facets=bool(case.expect.facets),
    )
    actor = Actor("cán bộ", Role.viewer, case.office) if case.office else SYSTEM
    if case.similar_to:
        with record.reading() as session:
            key = session.scalars(select(DocumentRow.id).where(DocumentRow.ref == case.similar_to)).one()
        hits = similar(record, index, actor, key, case.limit)
        return SearchResult(len(hits), hits, {}, [], len(hits), 0)
    return search(record, index, actor, request)


def check(case: Case, result: SearchResult) -> None:
    """Raise AssertionError unless the answer is as expected."""
    _check_order([hit.ref for hit in result.hits], case.expect)
    _check_counts(result, case.expect)
    _check_hints(result, case.expect)
    _check_hits({hit.ref: hit for hit in result.hits}, case.expect)


def _check_order(found: list[str], expect: Expected) -> None:
    if expect.first is not None:
        assert found[: len(expect.first)] == expect.first
    if expect.exactly is not None:
        assert found == expect.exactly
    if expect.set_ is not None:
        assert sorted(found) == sorted(expect.set_)
    assert set(expect.includes) <= set(found), sorted(set(expect.includes) - set(found))
    assert not set(expect.excludes) & set(found)
    for higher, lower in expect.above:
        assert found.index(higher) < found.index(lower), found


def _check_counts(result: SearchResult, expect: Expected) -> None:
    assert expect.total in (None, result.total)
    assert expect.complete in (None, result.complete)
    for name, counts in expect.facets.items():
        assert {value: result.facets[name].get(value, 0) for value in counts} == counts


def _check_hints(result: SearchResult, expect: Expected) -> None:
    keys = [hint.key for hint in result.hints]
    assert expect.hints in (None, keys)
    assert set(expect.includes_hints) <= set(keys)
    if expect.suggestion is not None:
        assert expect.suggestion in [hint.values["query"] for hint in result.hints if hint.key == "did_you_mean"]


def _check_hits(hits: dict[str, Hit], expect: Expected) -> None:
    assert {ref: hits[ref].other_outlets for ref in expect.others} == expect.others
    for ref, wanted in expect.why.items():
        assert {(kind, said) for kind, said in wanted} <= {(reason.kind, reason.value) for reason in hits[ref].why}
    for ref, part in expect.highlight.items():
        assert part in hits[ref].highlight


def fill(record: Record, index: SearchIndex, corpus: list[Text]) -> None:
    for text in corpus:
        store(record, text)
    drain_outbox(record, index)
