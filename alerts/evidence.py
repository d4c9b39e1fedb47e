"""The documents behind a concern: negative stories of its topics and provinces in the last days."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from langnghe.places import NOWHERE
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact
from langnghe.stories import WINDOW as STORY_WINDOW

MOST_DOCUMENTS = 600
"""Documents read for one concern; the newest beyond that say nothing that these do not."""


@dataclass(frozen=True)
class Scope:
    """What a concern is about: a topic in some provinces of today; none: anywhere."""

    topic: str
    provinces: tuple[str, ...] = ()

    @classmethod
    def of(cls, topic: str, province: str, provinces: list[str], *, national: bool) -> "Scope":
        """The scope of a concern: its provinces, or the whole country where it is ``national``."""
        if national:
            return cls(topic)
        return cls(topic, tuple(provinces or ([] if province == NOWHERE else [province])))

    def where(self) -> list[ColumnElement[bool]]:
        """Conditions on facts."""
        conditions: list[ColumnElement[bool]] = [Fact.topic == self.topic]
        if self.provinces:
            conditions.append(Fact.province.in_(self.provinces))
        return conditions


@dataclass(frozen=True)
class Piece:
    """One document behind a concern."""

    document_id: int
    story_id: int
    day: date
    published: datetime
    source: str
    outlet: str
    kind: str
    title: str | None
    lead: str | None
    text: str
    context: str | None
    url: str | None
    office: str | None
    province: str
    complaint: bool
    severity: int


@dataclass(frozen=True)
class Evidence:
    """The stories of a scope that began in a period, and their pieces by time of publication."""

    pieces: list[Piece]
    stories: list[int]
    complaints: list[int]
    provinces_of: dict[int, set[str]] = field(default_factory=dict)
    """Provinces of each story."""

    @property
    def severe(self) -> list[int]:
        """Stories with a piece that needs a response."""
        return sorted({piece.story_id for piece in self.pieces if piece.severity == 2})


@dataclass(frozen=True)
class Told:
    """What the stories of a scope tell: the conversations of each, and how many pieces have each topic as their main one.

    A conversation is an article or a thread, as its story: what people write below one article, or its copies, is about one thing.
    """

    conversations: dict[int, frozenset[int]] = field(default_factory=dict)
    """Conversations by story."""
    main_topics: Counter[str] = field(default_factory=Counter)

    @property
    def all_conversations(self) -> frozenset[int]:
        """The conversations of all stories."""
        return frozenset().union(*self.conversations.values())

    def share_in(self, conversations: Collection[int]) -> float:
        """Part of the stories that stand in some conversations."""
        known = frozenset(conversations)
        return sum(bool(own & known) for own in self.conversations.values()) / len(self.conversations) if self.conversations else 0.0

    def joined(self, other: "Told") -> "Told":
        """Both together."""
        return Told(self.conversations | other.conversations, self.main_topics | other.main_topics)


def stories_begun(session: Session, scope: Scope, start: date, end: date, *, complaints: bool = False) -> list[int]:
    """Stories whose first negative piece (or first complaint) in the scope falls into a period, both days included."""
    kind = Fact.intent == "complaint" if complaints else Fact.sentiment == "negative"
    first = func.min(Fact.day)
    query = select(Fact.story_id).where(*scope.where(), kind, Fact.day.between(start - STORY_WINDOW, end))
    return sorted(session.scalars(query.group_by(Fact.story_id).having(first >= start)))


def _with_parents(*columns: Any) -> Select[Any]:
    """Facts with their conversation: the story of the article or thread, or the piece's own."""
    parent = aliased(DocumentRow)
    query = select(func.coalesce(parent.story_id, Fact.story_id), *columns).select_from(Fact)
    query = query.join(DocumentRow, DocumentRow.id == Fact.document_id)
    return query.outerjoin(parent, (parent.source == DocumentRow.source) & (parent.ref == DocumentRow.parent_ref))


def conversations_about(session: Session, topic: str, start: date, end: date) -> set[int]:
    """All articles and threads of a period that speak of a topic, whatever they say of it and wherever."""
    return set(session.scalars(_with_parents().where(Fact.topic == topic, Fact.day.between(start, end)).distinct()))


def tell(session: Session, scope: Scope, start: date, end: date) -> Told:
    """What the stories that began in a scope between two days tell."""
    stories = stories_begun(session, scope, start, end)
    query = _with_parents(Fact.story_id, AnnotationRow.payload).join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    query = query.where(*scope.where(), Fact.story_id.in_(stories), Fact.sentiment == "negative", Fact.day.between(start, end))
    conversations: dict[int, frozenset[int]] = {}
    main: Counter[str] = Counter()
    for conversation, story, payload in session.execute(query.order_by(Fact.id).limit(MOST_DOCUMENTS)):
        conversations[story] = conversations.get(story, frozenset()) | {conversation}
        main.update(topic["id"] for topic in payload["topics"][:1])
    return Told(conversations, main)


def _piece(row: DocumentRow, fact: Fact) -> Piece:
    return Piece(
        document_id=row.id,
        story_id=fact.story_id,
        day=row.day,
        published=row.published,
        source=row.source,
        outlet=row.outlet or row.source,
        kind=row.kind,
        title=row.title,
        lead=row.lead,
        text=row.text,
        context=row.context,
        url=row.url,
        office=row.office,
        province=fact.province,
        complaint=fact.intent == "complaint",
        severity=fact.concern,
    )


def gather(session: Session, scope: Scope, day: date, days: int) -> Evidence:
    """The evidence of the ``days`` days that end with ``day``."""
    start = day - timedelta(days=days - 1)
    stories = stories_begun(session, scope, start, day)
    query = (
        select(DocumentRow, Fact)
        .join(Fact, Fact.document_id == DocumentRow.id)
        .where(*scope.where(), Fact.story_id.in_(stories), Fact.sentiment == "negative", Fact.day.between(start, day))
        .where(DocumentRow.deleted.is_(None))
        .order_by(DocumentRow.published, DocumentRow.id, Fact.id)
        .limit(MOST_DOCUMENTS)
    )
    pieces: dict[int, Piece] = {}
    provinces_of: dict[int, set[str]] = {}
    for row, fact in session.execute(query):
        pieces.setdefault(row.id, _piece(row, fact))
        provinces_of.setdefault(fact.story_id, set()).add(fact.province)
    complaints = stories_begun(session, scope, start, day, complaints=True)
    return Evidence(list(pieces.values()), stories, complaints, provinces_of)


def copies_of(session: Session, stories: list[int]) -> dict[int, list[tuple[str, str]]]:
    """(outlet, kind) of every public document of each story, in order of publication."""
    query = select(DocumentRow.story_id, DocumentRow.outlet, DocumentRow.source, DocumentRow.kind)
    query = query.where(DocumentRow.story_id.in_(stories), DocumentRow.deleted.is_(None), DocumentRow.office.is_(None))
    found: dict[int, list[tuple[str, str]]] = {}
    for story, outlet, source, kind in session.execute(query.order_by(DocumentRow.published, DocumentRow.id)):
        found.setdefault(story or 0, []).append((outlet or source, kind))
    return found
