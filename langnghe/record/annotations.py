"""Annotations of the record: which documents need one, and storing it with officers' corrections on top."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from langnghe.documents import Annotation, AnnotationRequest, IntentLabel, Kind, ProvinceMention, SentimentLabel, Topic
from langnghe.labels import Labels
from langnghe.places import Places
from langnghe.record.facts import rewrite_facts
from langnghe.record.outbox import enter
from langnghe.record.schema import AnnotationRow, Correction, DocumentRow


@dataclass(frozen=True)
class Pending:
    """A stored document that needs an annotation."""

    document_id: int
    version: int
    request: AnnotationRequest


def _request(row: DocumentRow, parent: dict[str, Any] | None) -> AnnotationRequest:
    of_parent = Annotation.model_validate(parent).all_provinces() if parent else []
    return AnnotationRequest(
        id=row.id,
        text=row.text,
        title=row.title,
        kind=Kind(row.kind),
        published=row.published,
        source=row.source,
        url=row.url,
        context=row.context,
        context_provinces=of_parent,
        home_province=row.home_province,
    )


def pending(session: Session, model: str, limit: int = 500) -> list[Pending]:
    """Documents that ``model`` has not annotated in their present version, articles and first posts before what belongs to them."""
    parent, parent_annotation = aliased(DocumentRow), aliased(AnnotationRow)
    query = (
        select(DocumentRow, parent_annotation.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .outerjoin(parent, (parent.source == DocumentRow.source) & (parent.ref == DocumentRow.parent_ref))
        .outerjoin(parent_annotation, parent_annotation.document_id == parent.id)
        .where(
            DocumentRow.deleted.is_(None),
            or_(AnnotationRow.document_id.is_(None), AnnotationRow.version != DocumentRow.version, AnnotationRow.model != model),
        )
        .order_by(DocumentRow.parent_ref.is_not(None), DocumentRow.id)
        .limit(limit)
    )
    rows = list(session.execute(query))
    if rows and rows[0][0].parent_ref is None:
        # What belongs to these must wait for the next batch: it inherits their provinces.
        rows = [pair for pair in rows if pair[0].parent_ref is None]
    return [Pending(row.id, row.version, _request(row, payload)) for row, payload in rows]


def _province(code: str, places: Places) -> ProvinceMention:
    return ProvinceMention(name=places.province(code).name, code=code, evidence="", start=0, end=0)


def corrected(annotation: Annotation, corrections: list[Correction], places: Places) -> Annotation:
    """The annotation with corrections laid over it, the latest last; a corrected label has the score 1."""
    update: dict[str, Any] = {}
    for correction in corrections:
        value = correction.value["value"]
        if correction.field == "sentiment":
            update["sentiment"] = SentimentLabel(label=value, score=1)
        elif correction.field == "intent":
            update["intent"] = IntentLabel(label=value, score=1)
        elif correction.field == "topics":
            update["topics"] = [Topic(id=topic, score=1) for topic in value]
        elif correction.field == "provinces":
            update |= {"provinces": [_province(code, places) for code in value], "inherited_provinces": []}
        else:
            update[correction.field] = value
    return annotation.model_copy(update=update)


def store_annotation(session: Session, document_id: int, version: int, annotation: Annotation, now: datetime, places: Places) -> None:
    """Replace a document's annotation; corrections win, facts and index follow. A version that is no longer the present one is dropped."""
    row = session.get_one(DocumentRow, document_id)
    if row.version != version:
        return
    made = list(session.scalars(select(Correction).where(Correction.document_id == document_id).order_by(Correction.id)))
    annotation = corrected(annotation, made, places)
    session.merge(
        AnnotationRow(
            document_id=document_id,
            version=version,
            model=annotation.model,
            relevant=annotation.relevant,
            sentiment=annotation.sentiment.label,
            intent=annotation.intent.label,
            concern=annotation.concern,
            payload=annotation.model_dump(mode="json", by_alias=True),
            annotated=now,
        )
    )
    rewrite_facts(session, row, annotation, places)
    row.revision += 1
    enter(session, row, now)


def check_value(field: str, value: Any, labels: Labels, places: Places) -> None:
    """Raise unless ``value`` is one that ``field`` of an annotation may have."""
    if field in ("sentiment", "intent"):
        labels.check(field, value)
    elif field == "concern":
        labels.check("concern", str(value))
    elif field in ("topics", "subtopics"):
        for label in value:
            labels.check(field, label)
    elif field == "provinces":
        for code in value:
            places.province(code)
