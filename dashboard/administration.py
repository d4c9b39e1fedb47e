"""What an administrator reads: the audit trail, the corrections, which model labelled what. Each office's administrator reads its own."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import iso, start_of_day
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, AuditEntry, Correction, DocumentRow, PressReview
from langnghe.wording import Wording

PAGE = 50
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Trail:
    """What of the audit trail is asked for."""

    first: date
    last: date
    actor: str = ""
    action: str = ""


def _where(actor: Actor, asked: Trail) -> list[ColumnElement[bool]]:
    actor.require(Role.administrator, actor.office, "read the audit trail")
    given = [AuditEntry.at >= start_of_day(asked.first), AuditEntry.at < start_of_day(asked.last + timedelta(days=1))]
    if not actor.is_national:
        given.append(AuditEntry.office == actor.office)
    if asked.actor:
        given.append(AuditEntry.actor.contains(asked.actor, autoescape=True))
    if asked.action:
        given.append(AuditEntry.action == asked.action)
    return given


def read_trail(session: Session, actor: Actor, asked: Trail, page: int = 1) -> tuple[int, list[AuditEntry]]:
    """How many entries there are, and a page of them, the newest first."""
    where = _where(actor, asked)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0
    query = select(AuditEntry).where(*where).order_by(AuditEntry.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return total, list(session.scalars(query))


def actions_of(session: Session, actor: Actor) -> list[str]:
    """Every action that stands in the trail."""
    actor.require(Role.administrator, actor.office, "read the audit trail")
    return sorted(session.scalars(select(AuditEntry.action).distinct()))


def harmless(cell: object) -> str:
    """A cell of a table program: what would be read as a formula is text."""
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def action_name(action: str, words: Wording) -> str:
    """What an action is called; one without a name keeps the machine's."""
    return words.entries.get(f"act.{action.replace(' ', '_')}", action)


def trail_csv(record: Record, actor: Actor, asked: Trail, words: Wording) -> bytes:
    """The trail as CSV, as Excel reads it; that it left the house is entered into it."""
    with record.session() as session:
        query = select(AuditEntry).where(*_where(actor, asked)).order_by(AuditEntry.id).limit(MOST_EXPORTED)
        entries = list(session.scalars(query))
        period = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
        audit(session, actor, "export", "audit trail", record.clock.now(), entries=len(entries), **period)
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["at", "actor", "role", "office", "action", "name", "target", "detail"])
    for one in entries:
        lines.writerow(
            map(
                harmless, [iso(one.at), one.actor, one.role, one.office, one.action, action_name(one.action, words), one.target, one.detail]
            )
        )
    return written.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Corrected:
    """A correction with the piece it was made to."""

    made: Any
    story_id: int | None
    title: str
    field: str
    value: Any
    actor: str


def read_corrections(session: Session, actor: Actor, limit: int = 50) -> list[Corrected]:
    """The last corrections of the actor's office, or of all for the national desk."""
    actor.require(Role.administrator, actor.office, "read the corrections")
    query = select(Correction, DocumentRow.story_id, DocumentRow.title, DocumentRow.text).join(
        DocumentRow, DocumentRow.id == Correction.document_id
    )
    if not actor.is_national:
        query = query.where(Correction.office == actor.office)
    rows = session.execute(query.order_by(Correction.id.desc()).limit(limit))
    return [Corrected(one.made, story, title or text[:80], one.field, one.value["value"], one.actor) for one, story, title, text in rows]


def correction_counts(session: Session, actor: Actor) -> dict[str, int]:
    """Documents whose label was corrected, by field."""
    actor.require(Role.administrator, actor.office, "read the corrections")
    query = select(Correction.field, func.count(Correction.document_id.distinct())).group_by(Correction.field)
    mine = query if actor.is_national else query.where(Correction.office == actor.office)
    return dict(session.execute(mine).all())


def model_counts(session: Session, actor: Actor) -> dict[str, int]:
    """Documents by the model that labelled them."""
    actor.require(Role.administrator, actor.office, "read the models")
    query = select(AnnotationRow.model, func.count()).group_by(AnnotationRow.model).order_by(func.count().desc())
    return dict(session.execute(query).all())


def oldest_texts(session: Session, actor: Actor) -> dict[str, tuple[int, date | None]]:
    """Kind → documents whose text is kept, and the day of the oldest: retention that works shows here."""
    actor.require(Role.administrator, NATIONAL if actor.is_national else actor.office, "read what is kept")
    query = select(DocumentRow.kind, func.count(), func.min(DocumentRow.day)).where(DocumentRow.deleted.is_(None), DocumentRow.text != "")
    kept: dict[str, tuple[int, date | None]] = {
        kind: (number, day) for kind, number, day in session.execute(query.group_by(DocumentRow.kind))
    }
    reviews = session.execute(select(func.count(), func.min(PressReview.day))).one()
    return kept | {"press_review": (reviews[0], reviews[1])}
