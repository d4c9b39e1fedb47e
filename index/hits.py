"""Hits as they are shown: rows of the record, with snippet, copies and reasons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
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


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Documents that an actor may see: public ones and the imports of the own office (the national desk: of all)."""
    exists = DocumentRow.deleted.is_(None)
    return exists if actor.is_national else exists & or_(DocumentRow.office.is_(None), DocumentRow.office == actor.office)


def full_text(row: DocumentRow) -> str:
    """Lead and text."""
    return f"{row.lead}\n{row.text}" if row.lead and row.lead not in row.text else row.text


def load_hits(record: Record, found: Sequence[tuple[int, float]], actor: Actor, patterns: list[list[Pattern]], asked: Wanted) -> list[Hit]:
    """The hits as they stand in the record now; what was removed since it was indexed is left out."""
    rows: dict[int, tuple[DocumentRow, dict[str, Any] | None]] = {}
    with record.reading() as session:
        for at in range(0, len(found), AT_ONCE):
            query = (
                select(DocumentRow, AnnotationRow.payload)
                .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
                .where(DocumentRow.id.in_([key for key, _ in found[at : at + AT_ONCE]]), visible_to(actor))
            )
            rows |= {row.id: (row, payload) for row, payload in session.execute(query)}
        copies = _copies(session, {row.story_id for row, _ in rows.values() if row.story_id}, actor)
    hits = [_hit(*rows[key], score, patterns, asked) for key, score in found if key in rows and actor.may(Role.viewer, rows[key][0].office)]
    return [_with_copies(hit, copies) for hit in hits]


def _copies(session: Session, stories: set[int], actor: Actor) -> dict[int, tuple[int, int]]:
    """Documents and outlets of each story, as far as the actor sees them."""
    outlet = func.coalesce(DocumentRow.outlet, DocumentRow.source)
    query = (
        select(DocumentRow.story_id, func.count(), func.count(outlet.distinct()))
        .where(DocumentRow.story_id.in_(stories), visible_to(actor))
        .group_by(DocumentRow.story_id)
    )
    return {story: (documents, outlets) for story, documents, outlets in session.execute(query) if story}


def _with_copies(hit: Hit, copies: dict[int, tuple[int, int]]) -> Hit:
    documents, outlets = copies.get(hit.story_id or 0, (1, 1))
    return replace(hit, copies=documents - 1, other_outlets=outlets - 1)


def _hit(row: DocumentRow, payload: dict[str, Any] | None, score: float, patterns: list[list[Pattern]], asked: Wanted) -> Hit:
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
        annotation=payload,
        why=reasons(row, payload, patterns, words_at(text, found), asked),
    )


def stories_of(record: Record, ids: Sequence[int]) -> dict[int, int]:
    """Story of each document; one without a story is a story of its own."""
    found: dict[int, int] = {}
    with record.reading() as session:
        for at in range(0, len(ids), AT_ONCE):
            query = select(DocumentRow.id, DocumentRow.story_id).where(DocumentRow.id.in_(ids[at : at + AT_ONCE]))
            found |= {key: story or -key for key, story in session.execute(query)}
    return found
