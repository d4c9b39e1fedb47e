"""The day's stories for an office, one line each with the outlets that carry it."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.digest.scope import Scope
from alerts.evidence import copies_of
from alerts.telling import excerpt
from langnghe.actor import Actor, Role
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact

PRESS = "news"
EVERYTHING = Scope()


@dataclass(frozen=True)
class StoryLine:
    """A story as a digest shows it."""

    story_id: int
    title: str
    quoted: bool
    """Whether ``title`` is the text of a post, which has none of its own."""
    url: str | None
    topic: str
    kind: str
    outlets: list[str]
    copies: int
    provinces: list[str]
    sentiment: str
    intent: str
    severity: int
    weight: float


@dataclass
class _Told:
    """One story while its documents are read; the first document of the best kind stands for it."""

    row: DocumentRow
    annotation: AnnotationRow
    topics: Counter[str]
    provinces: Counter[str]
    severity: int = 0


def _query(province: str | None, start: date, end: date, until: datetime, scope: Scope) -> Select[DocumentRow, AnnotationRow, Fact]:
    query = (
        select(DocumentRow, AnnotationRow, Fact)
        .join(Fact, Fact.document_id == DocumentRow.id)
        .join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(Fact.day.between(start, end), DocumentRow.published <= until, DocumentRow.deleted.is_(None))
        .order_by(DocumentRow.kind != PRESS, DocumentRow.published, DocumentRow.id, Fact.id)
    )
    wanted = {Fact.province: {province} - {None}, Fact.topic: scope.topics, Fact.kind: scope.kinds}
    for column, values in wanted.items():
        if values:
            query = query.where(column.in_(sorted(filter(None, values))))
    return query


def _gather(session: Session, actor: Actor, query: Select[DocumentRow, AnnotationRow, Fact], severity: int) -> dict[int, _Told]:
    told: dict[int, _Told] = {}
    for row, annotation, fact in session.execute(query):
        if not actor.may(Role.viewer, row.office):
            continue
        story = told.setdefault(fact.story_id, _Told(row, annotation, Counter(), Counter()))
        story.topics[fact.topic] += 1
        story.severity = max(story.severity, fact.concern)
        if fact.province != NOWHERE:
            story.provinces[fact.province] += 1
    return {story_id: story for story_id, story in told.items() if story.severity >= severity}


def _weight(story: _Told, copies: int) -> float:
    """What an officer reads first: what needs a response, what is negative, what many carry, what has a title."""
    critical = 2.0 * (story.annotation.sentiment == "negative") + 1.0 * (story.annotation.intent in ("complaint", "question"))
    return 3.0 * (story.severity == 2) + critical + 1.5 * math.log(max(copies, 1)) + 1.5 * (story.row.kind == PRESS)


def _topic(story: _Told, parents: dict[str, str]) -> str:
    """The topic under which the story stands: its strongest, never a subtopic."""
    listed = [topic["id"] for topic in story.annotation.payload.get("topics", [])]
    first = next((topic for topic in listed if topic in story.topics), next(iter(story.topics)))
    return parents.get(first, first)


def _first_words(row: DocumentRow) -> tuple[str, bool]:
    if row.title and row.kind in (PRESS, "forum"):
        return excerpt(row.title, 160), False
    return excerpt(row.text, 130), True


def stories_of_day(
    session: Session,
    actor: Actor,
    province: str | None,
    start: date,
    end: date,
    until: datetime,
    *,
    places: Places,
    parents: dict[str, str],
    scope: Scope = EVERYTHING,
) -> list[StoryLine]:
    """All stories of a period, the weightiest first.

    Args:
        session: a session of the record.
        actor: for whom: another office's own imports are left out.
        province: a province of today, or None for the whole country.
        start: the first day.
        end: the last day.
        until: the cut-off; what was published later is tomorrow's.
        places: the provinces.
        parents: the topic of each subtopic.
        scope: what of it is wanted.
    """
    told = _gather(session, actor, _query(province, start, end, until, scope), scope.severity)
    copies = copies_of(session, list(told))
    lines = []
    for story_id, story in told.items():
        carried = copies.get(story_id, [])
        title, quoted = _first_words(story.row)
        lines.append(
            StoryLine(
                story_id=story_id,
                title=title,
                quoted=quoted,
                url=story.row.url,
                topic=_topic(story, parents),
                kind=story.row.kind,
                outlets=list(dict.fromkeys(outlet for outlet, _ in carried)) or [story.row.outlet or story.row.source],
                copies=max(len(carried), 1),
                provinces=[places.name(code) for code, _ in story.provinces.most_common(3)],
                sentiment=story.annotation.sentiment,
                intent=story.annotation.intent,
                severity=story.severity,
                weight=_weight(story, len(carried)),
            )
        )
    return sorted(lines, key=lambda line: (-line.weight, line.story_id))
