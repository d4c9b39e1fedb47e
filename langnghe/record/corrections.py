"""An officer corrects a label: it wins over any model, counts at once and survives a re-annotation."""

from typing import Any

from sqlalchemy import select

from langnghe.actor import Actor, Role
from langnghe.documents import Annotation
from langnghe.errors import LangngheError
from langnghe.labels import Labels
from langnghe.places import Places
from langnghe.record.annotations import check_value, store_annotation
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow

FIELDS = ("relevant", "topics", "subtopics", "sentiment", "intent", "concern", "provinces")


def correct(
    record: Record, actor: Actor, document_id: int, field: str, value: Any, labels: Labels, places: Places, *, whole_story: bool = False
) -> int:
    """Set ``field`` of a document, or of all copies of its story, to ``value``; gives how many documents changed.

    Raises:
        NotAllowed: the actor is no officer, or the document belongs to another office.
        LangngheError: the field or the label does not exist.
    """
    if field not in FIELDS:
        raise LangngheError(f"{field} can't be corrected", f"Correct one of: {', '.join(FIELDS)}.")
    check_value(field, value, labels, places)
    now = record.clock.now()
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
            session.add(
                Correction(document_id=row.id, field=field, value={"value": value}, actor=actor.name, office=actor.office, made=now)
            )
            session.flush()
            if (annotated := session.get(AnnotationRow, row.id)) is not None:
                store_annotation(session, row.id, row.version, Annotation.model_validate(annotated.payload), now, places)
        audit(session, actor, "correct", f"document {document_id}", now, field=field, value=value, documents=len(rows))
    return len(rows)
