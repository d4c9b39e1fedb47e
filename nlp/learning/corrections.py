"""Documents that officers corrected, as labelled texts."""

from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from langnghe.documents import Annotation
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow
from nlp.labelled import TEST_SHARE, Labelled, part_of

VOICE = "officers"


def _story(row: DocumentRow) -> str:
    """A name for the story under which it is never part of the frozen test, which is the project's own and stays as it is."""
    names = (f"{VOICE}-{row.story_id or f'd{row.id}'}-{number}" for number in count())
    return next(name for name in names if part_of(name, "test") >= TEST_SHARE)


def _about(annotation: Annotation) -> dict[str, Any]:
    """What holds of relevant texts only."""
    kept = annotation.model_dump(include={"subtopics", "concern", "responsible", "audience", "formal", "veracity"})
    return kept | {"topics": annotation.topic_ids(), "sentiment": annotation.sentiment.label}


def _labelled(row: DocumentRow, annotation: Annotation) -> Labelled:
    return Labelled.model_validate(
        {
            "id": f"document-{row.id}",
            "voice": VOICE,
            "story": _story(row),
            "kind": row.kind,
            "title": row.title,
            "context": row.context,
            "text": row.text,
            "published": row.day,
            "relevant": annotation.relevant,
            "intent": annotation.intent.label,
            "provinces": [mention.name for mention in annotation.provinces],
            **(_about(annotation) if annotation.relevant else {}),
        }
    )


def corrected_texts(session: Session) -> list[Labelled]:
    """The documents whose labels officers corrected, the last of each story, with the labels as they stand now.

    What an officer left as it was counts as agreed to: they had the text before them. Texts that retention or an erasure took are gone.
    """
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(DocumentRow.id.in_(select(Correction.document_id)), DocumentRow.deleted.is_(None), DocumentRow.erased.is_(None))
        .order_by(DocumentRow.id)
    )
    found: dict[str, Labelled] = {}
    for row, payload in session.execute(query):
        if row.text.strip():
            labelled = _labelled(row, Annotation.model_validate(payload))
            found[labelled.story] = labelled
    return list(found.values())
