"""An officer corrects a label: it wins over any model, counts at once and survives a re-annotation."""

from typing import Any

from sqlalchemy import select

from langnghe.actor import Actor, Role
from langnghe.errors import LangngheError
from langnghe.labels import Labels
from langnghe.places import Places
from langnghe.record.annotations import apply_corrections, check_value
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Correction, DocumentRow

FIELDS = ("relevant", "topics", "subtopics", "sentiment", "intent", "concern", "provinces")


def correct(
    record: Record, actor: Actor, document_id: int, field: str, value: Any, labels: Labels, places: Places, *, whole_story: bool = False
) -> int:
    """Set ``field`` of a document, or of all copies of its story, to ``value``; gives how many documents changed.

    Raises:
        NotAllowed: the actor is no officer, or the document belongs to another office.
        LangngheError: the field, the label or the province does not exist, or the value is of another type.
    """
    if field not in FIELDS:
        raise LangngheError(f"{field} can't be corrected", f"Correct one of: {', '.join(FIELDS)}.")
    check_value(field, value, labels, places)
    now, stored = record.clock.now(), {"value": value}
    if field == "subtopics":
        stored["parents"] = [labels.parent_of(subtopic) for subtopic in value]
    with record.session() as session:
        first = session.get(DocumentRow, document_id)
        if first is None:
            raise LangngheError(f"there is no document {document_id}", "Reload the page: it may have been removed at its source.")
        same = select(DocumentRow).where(DocumentRow.story_id == first.story_id)
        rows = [
            row for row in (session.scalars(same) if whole_story and first.story_id else [first]) if actor.may(Role.officer, row.office)
        ]
        actor.require(Role.officer, first.office, "correct a label")
        for row in rows:
            session.add(Correction(document_id=row.id, field=field, value=stored, actor=actor.name, office=actor.office, made=now))
            session.flush()
            apply_corrections(session, row, now, places)
        audit(session, actor, "correct", f"document {document_id}", now, field=field, value=value, documents=len(rows))
    return len(rows)
