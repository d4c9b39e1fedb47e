"""The document as an index holds it: tokens to find it by and labels to filter, count and rank it by.

The text itself is not copied: what a hit shows is read from the record, where a correction counts at once and a removed piece is gone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from index.tokens import joined
from langnghe.documents import Annotation
from langnghe.places import Places
from langnghe.record.facts import provinces_of
from langnghe.record.schema import DocumentRow

PUBLIC = "public"
"""Stands in ``office`` for public coverage, which every office sees."""
UNKNOWN = "none"
"""Stands where there is no label yet."""

SURE = 0.9
"""Score from which a label counts as sure."""
_ID_BITS = 30
_EPOCH = 946_684_800  # 2000-01-01: keeps recency below 2**63 for two centuries


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What both backends store of a document. Lists hold ids and codes, ``day`` is the Vietnam day as 20241105."""

    id: int
    revision: int
    marked: str
    folded: str
    title: str
    title_marked: str
    context: str
    kind: str
    source: str
    outlet: str
    office: str
    story: int
    day: int
    recency: int
    published: datetime
    relevant: str
    concern: str
    sentiment: str
    intent: str
    topics: list[str]
    provinces: list[str]
    audience: list[str]
    responsible: list[str]
    veracity: str
    formal: str
    today: list[str]
    """Codes of the provinces of today, or ``VN`` where there is none: the cells that a piece is counted in."""
    partition: str
    """Quarter in which the document was first seen, as ``2026q4``: it never changes, so that whoever has the row knows its partition."""
    sure: list[str]
    """``field:label`` of the labels that the model is sure of: they lift a document more."""


def day_number(day: date) -> int:
    """A day as the number that its ISO form spells: 20241105; sorts and counts like the day and has no time zone."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """The day that a number spells."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def quarter(moment: datetime) -> str:
    """The quarter of a moment (UTC), as ``2026q4``."""
    utc = moment.astimezone(UTC)
    return f"{utc.year}q{(utc.month + 2) // 3}"


def recency(published: datetime, document_id: int) -> int:
    """A number that orders by moment, then by id: no two documents share it, so pages never overlap."""
    seconds = max(0, int(published.timestamp()) - _EPOCH)
    return seconds << _ID_BITS | document_id & (1 << _ID_BITS) - 1


def province_codes(annotation: Annotation, places: Places) -> list[str]:
    """Codes of the provinces a piece is about, and of those of today that they belong to."""
    codes = annotation.all_provinces()
    return list(dict.fromkeys([*codes, *(places.today_of(code) for code in codes)]))


def sure_labels(annotation: Annotation) -> list[str]:
    """``field:label`` of the labels with a high score."""
    scored = [("topics", topic.id, topic.score) for topic in annotation.topics]
    scored += [(name, label.label, label.score) for name, label in (("sentiment", annotation.sentiment), ("intent", annotation.intent))]
    return [f"{name}:{label}" for name, label, score in scored if score >= SURE]


def indexed(row: DocumentRow, annotation: Annotation | None, places: Places) -> IndexedDocument:
    """The index's form of a stored document; one that awaits its annotation is found by its words alone."""
    lead = row.lead if row.lead and row.lead not in row.text else None
    marked, folded = joined(row.title, lead, row.text)
    title_marked, title = joined(row.title)
    return IndexedDocument(
        id=row.id,
        revision=row.revision,
        marked=marked,
        folded=folded,
        title=title,
        title_marked=title_marked,
        context=joined(row.context)[1],
        kind=row.kind,
        source=row.source,
        outlet=row.outlet or row.source,
        office=row.office or PUBLIC,
        story=row.story_id or 0,
        day=day_number(row.day),
        recency=recency(row.published, row.id),
        published=row.published,
        relevant=UNKNOWN if annotation is None else "yes" if annotation.relevant else "no",
        concern=UNKNOWN if annotation is None else str(annotation.concern),
        sentiment=UNKNOWN if annotation is None else annotation.sentiment.label,
        intent=UNKNOWN if annotation is None else annotation.intent.label,
        topics=[] if annotation is None else list(dict.fromkeys([*annotation.topic_ids(), *annotation.subtopics])),
        provinces=[] if annotation is None else province_codes(annotation, places),
        audience=[] if annotation is None else annotation.audience,
        responsible=[] if annotation is None else annotation.responsible,
        veracity=(annotation.veracity if annotation else None) or UNKNOWN,
        formal="yes" if annotation is not None and annotation.formal else "no",
        today=[] if annotation is None else list(provinces_of(annotation, places)),
        partition=quarter(row.first_seen),
        sure=[] if annotation is None else sure_labels(annotation),
    )
