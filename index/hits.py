"""Hits as they are shown: rows of the record, with snippet, copies and reasons."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from index.highlight import Pattern, cut, matches
from index.interface import Hit
from index.why import Wanted, reasons, words_at
from langnghe.actor import Actor, Role
from langnghe.clock import iso
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow

AT_ONCE = 500
"""Documents that one statement asks for."""
_DOCUMENT = DocumentRow.__table__.c
_ANNOTATION = AnnotationRow.__table__.c
_NAMES = ("id", "ref", "title", "context", "lead", "text", "url", "source", "outlet", "kind", "published", "story_id", "office")
# Columns and no objects: keeping track of twenty objects takes as long as reading them.
_SHOWN = select(*(_DOCUMENT[name] for name in _NAMES), _ANNOTATION.payload).outerjoin(
    AnnotationRow.__table__, _ANNOTATION.document_id == _DOCUMENT.id
)
_OUTLET = func.coalesce(_DOCUMENT.outlet, _DOCUMENT.source)
_STORIES = select(_DOCUMENT.story_id, func.count(), func.count(_OUTLET.distinct())).group_by(_DOCUMENT.story_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Documents that an actor may see: public ones and the imports of the own office (the national desk: of all)."""
    exists = _DOCUMENT.deleted.is_(None)
    return exists if actor.is_national else exists & or_(_DOCUMENT.office.is_(None), _DOCUMENT.office == actor.office)


def full_text(row: DocumentRow | Row[Any]) -> str:
    """Lead and text."""
    return f"{row.lead}\n{row.text}" if row.lead and row.lead not in row.text else str(row.text)


def load_hits(record: Record, found: Sequence[tuple[int, float]], actor: Actor, patterns: list[list[Pattern]], asked: Wanted) -> list[Hit]:
    """The hits as they stand in the record now; what was removed since it was indexed is left out."""
    rows: dict[int, Row[Any]] = {}
    with record.reading() as session:
        for at in range(0, len(found), AT_ONCE):
            query = _SHOWN.where(_DOCUMENT.id.in_([key for key, _ in found[at : at + AT_ONCE]]), visible_to(actor))
            rows |= {row.id: row for row in session.execute(query)}
        copies = _copies(session, {row.story_id for row in rows.values() if row.story_id}, actor)
    seen = [(rows[key], score) for key, score in found if key in rows and actor.may(Role.viewer, rows[key].office)]
    return [_hit(row, score, patterns, asked, copies.get(row.story_id or 0, (1, 1))) for row, score in seen]


def _copies(session: Session, stories: set[int], actor: Actor) -> dict[int, tuple[int, int]]:
    """Documents and outlets of each story, as far as the actor sees them."""
    query = _STORIES.where(_DOCUMENT.story_id.in_(stories), visible_to(actor))
    return {story: (documents, outlets) for story, documents, outlets in session.execute(query) if story}


def _hit(row: Row[Any], score: float, patterns: list[list[Pattern]], asked: Wanted, copies: tuple[int, int]) -> Hit:
    text = full_text(row)
    found = matches(text, patterns)
    return Hit(
        document_id=row.id,
        ref=row.ref,
        score=score,
        title=row.title,
        context=row.context,
        highlight=cut(text, found),
        url=row.url,
        source=row.source,
        outlet=row.outlet,
        kind=row.kind,
        published=iso(row.published) or "",
        story_id=row.story_id,
        office=row.office,
        annotation=row.payload,
        copies=copies[0] - 1,
        other_outlets=copies[1] - 1,
        why=reasons(row, row.payload, patterns, words_at(text, found), asked),
    )


def stories_of(record: Record, ids: Sequence[int]) -> dict[int, int]:
    """Story of each document; one without a story is a story of its own."""
    found: dict[int, int] = {}
    with record.reading() as session:
        for at in range(0, len(ids), AT_ONCE):
            query = select(DocumentRow.id, DocumentRow.story_id).where(DocumentRow.id.in_(ids[at : at + AT_ONCE]))
            found |= {key: story or -key for key, story in session.execute(query)}
    return found
