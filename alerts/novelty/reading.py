"""The conversations that storylines are made of, read from the record."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from alerts.evidence import Scope
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact

MOST_PIECES = 6000
"""Newest documents that are read; 2000 conversations are compared within some seconds."""
MOST_CONVERSATIONS = 2000
_COMPARED = 900
"""Characters of a text that are compared: what is new stands at its beginning."""


@dataclass(frozen=True)
class Telling:
    """One document of a story."""

    document_id: int
    story_id: int
    conversation: int
    """Story of the article or thread that it stands in, or its own."""
    published: datetime
    day: date
    outlet: str
    kind: str
    title: str | None
    text: str
    url: str | None
    cells: frozenset[tuple[str, str]]
    """Its topics and provinces."""
    negative: bool
    veracity: str | None

    @property
    def compared(self) -> str:
        """What is compared with other stories."""
        return f"{self.title or ''}. {self.text[:_COMPARED]}"


def _telling(row: Any, cells: frozenset[tuple[str, str]]) -> Telling:
    document, fact, conversation, payload = row
    return Telling(
        document_id=document.id,
        story_id=fact.story_id,
        conversation=conversation or fact.story_id,
        published=document.published,
        day=document.day,
        outlet=document.outlet or document.source,
        kind=document.kind,
        title=document.title,
        text=document.lead or document.text,
        url=document.url,
        cells=cells,
        negative=fact.sentiment == "negative",
        veracity=payload.get("veracity"),
    )


def tellings(session: Session, scope: Scope | None, start: date, end: date) -> list[Telling]:
    """Public documents of a period (both days included) that count in a scope (None: anywhere), each once, by time of publication."""
    parent = aliased(DocumentRow)
    where: list[ColumnElement[bool]] = [Fact.day.between(start, end), DocumentRow.deleted.is_(None), DocumentRow.office.is_(None)]
    where += scope.where() if scope else []
    cells = select(func.min(Fact.id)).join(DocumentRow, DocumentRow.id == Fact.document_id).where(*where).group_by(Fact.document_id)
    query = (
        select(DocumentRow, Fact, parent.story_id, AnnotationRow.payload)
        .join(Fact, Fact.document_id == DocumentRow.id)
        .join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .outerjoin(parent, (parent.source == DocumentRow.source) & (parent.ref == DocumentRow.parent_ref))
        .where(Fact.id.in_(cells))
        .order_by(DocumentRow.published.desc(), DocumentRow.id.desc())
        .limit(MOST_PIECES)
    )
    rows = session.execute(query).all()[::-1]
    counted = _cells(session, start, end)
    return [_telling(row, frozenset(counted[row[0].id])) for row in rows]


def _cells(session: Session, start: date, end: date) -> dict[int, set[tuple[str, str]]]:
    """Topics and provinces of the documents of a period."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for document, topic, province in session.execute(
        select(Fact.document_id, Fact.topic, Fact.province).where(Fact.day.between(start, end))
    ):
        found[document].add((topic, province))
    return found


def conversations(pieces: list[Telling]) -> list[list[Telling]]:
    """Articles and threads with what is written below them, the newest at most, in order of their beginning."""
    found: dict[int, list[Telling]] = {}
    for piece in pieces:
        found.setdefault(piece.conversation, []).append(piece)
    return list(found.values())[-MOST_CONVERSATIONS:]


def window(day: date, days: int) -> date:
    """First of the ``days`` days that end with ``day``."""
    return day - timedelta(days=days - 1)
