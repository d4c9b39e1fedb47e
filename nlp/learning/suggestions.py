"""Which documents would teach the models most: those that they are least sure of, and that are unlike each other (active learning)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.documents import Annotation
from langnghe.folding import fold
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow

DAYS = 90
"""Older documents are not suggested: forum text is kept no longer, and language moves on."""
POOL = 5000
"""Newest documents that are looked at."""
CANDIDATES = 10
"""Times the wanted number that the least sure are taken to choose unlike ones from."""
SHOWN = 300
"""Characters of a text that are shown."""


@dataclass(frozen=True)
class Suggestion:
    """A document to label; ``unsure``: what the models doubt, from 0 (sure) to 1 (a coin's throw), the most doubtful first."""

    document_id: int
    kind: str
    title: str | None
    excerpt: str
    worth: float
    unsure: dict[str, float]


def doubts(annotation: Annotation) -> dict[str, float]:
    """How unsure the models are of each label of an annotation: 0 sure, 1 either way."""
    found = {"relevant": 1 - 2 * abs(annotation.relevance - 0.5), "intent": _doubt_of_best(annotation.intent.score)}
    if annotation.relevant:
        found["sentiment"] = _doubt_of_best(annotation.sentiment.score)
        found["topics"] = max((1 - 2 * abs(topic.score - 0.5) for topic in annotation.topics), default=1.0)
    return dict(sorted(((name, round(doubt, 3)) for name, doubt in found.items()), key=lambda item: -item[1]))


def _doubt_of_best(score: float) -> float:
    """Of labels that exclude each other the best is sure at 1 and anybody's guess at a half or less."""
    return min(2 * (1 - score), 1.0)


def _worth(unsure: dict[str, float]) -> float:
    """Whether a text belongs here at all weighs twice: everything else hangs on it."""
    return (2 * unsure["relevant"] + sum(doubt for name, doubt in unsure.items() if name != "relevant")) / 5


def _words(row: DocumentRow) -> frozenset[str]:
    return frozenset(fold(f"{row.title or ''} {row.text[:1000]}").split())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def unlike(candidates: Sequence[tuple[float, frozenset[str]]], count: int) -> list[int]:
    """Places of ``count`` candidates (worth, words): each time the one whose worth, less its likeness to those chosen, is greatest."""
    left = [worth for worth, _ in candidates]
    chosen: list[int] = []
    open_ = set(range(len(candidates)))
    likeness = [0.0] * len(candidates)
    while open_ and len(chosen) < count:
        best = max(sorted(open_), key=lambda place: left[place] * (1 - likeness[place]))
        open_.remove(best)
        chosen.append(best)
        for place in open_:
            likeness[place] = max(likeness[place], _likeness(candidates[place][1], candidates[best][1]))
    return chosen


def _rows(session: Session, actor: Actor, since: date) -> Iterable[tuple[DocumentRow, Annotation]]:
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(
            DocumentRow.day >= since,
            DocumentRow.deleted.is_(None),
            DocumentRow.erased.is_(None),
            DocumentRow.id.not_in(select(Correction.document_id)),
        )
        .order_by(DocumentRow.id.desc())
        .limit(POOL)
    )
    if not actor.is_national:
        query = query.where(or_(DocumentRow.office.is_(None), DocumentRow.office == actor.office))
    for row, payload in session.execute(query):
        yield row, Annotation.model_validate(payload)


def suggest(record: Record, actor: Actor, count: int = 50) -> list[Suggestion]:
    """The documents whose labels an officer should look at to teach the models most, one of each story, the most useful first.

    Raises:
        NotAllowed: the actor may not correct labels.
    """
    actor.require(Role.officer, None, "correct labels")
    with record.reading() as session:
        stories: dict[object, tuple[float, DocumentRow, dict[str, float]]] = {}
        for row, annotation in _rows(session, actor, vietnam_day(record.clock.now()) - timedelta(days=DAYS)):
            unsure = doubts(annotation)
            key, worth = row.story_id or f"d{row.id}", _worth(unsure)
            if key not in stories or worth > stories[key][0]:
                stories[key] = (worth, row, unsure)
        least_sure = sorted(stories.values(), key=lambda item: (-item[0], item[1].id))[: CANDIDATES * count]
        order = unlike([(worth, _words(row)) for worth, row, _ in least_sure], count)
        return [_suggestion(*least_sure[place]) for place in order]


def _suggestion(worth: float, row: DocumentRow, unsure: dict[str, float]) -> Suggestion:
    return Suggestion(row.id, row.kind, row.title, " ".join(row.text[:SHOWN].split()), round(worth, 3), unsure)
