"""Annotations of the record: which documents need one, and storing it with officers' corrections on top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from langnghe.documents import Annotation, AnnotationRequest, IntentLabel, Kind, ProvinceMention, SentimentLabel, Topic
from langnghe.errors import LangngheError
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


def is_new() -> ColumnElement[bool]:
    """Whether nothing has annotated a document in its present version; an index holds just those, however many are kept."""
    return and_(DocumentRow.read_version != DocumentRow.version, DocumentRow.deleted.is_(None))


def is_stale(model: str) -> ColumnElement[bool]:
    """Whether another model than ``model`` has annotated a document; asks for the join with its annotation."""
    return and_(DocumentRow.deleted.is_(None), AnnotationRow.version == DocumentRow.version, AnnotationRow.model != model)


def is_unread(model: str) -> ColumnElement[bool]:
    """Whether ``model`` has not annotated a document in its present version; asks for the outer join with its annotation."""
    return or_(is_new(), is_stale(model))


def requested() -> Select[DocumentRow, dict[str, Any]]:
    """Documents with their parent's annotation, articles and first posts before what belongs to them."""
    parent, parent_annotation = aliased(DocumentRow), aliased(AnnotationRow)
    return (
        select(DocumentRow, parent_annotation.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .outerjoin(parent, (parent.source == DocumentRow.source) & (parent.ref == DocumentRow.parent_ref))
        .outerjoin(parent_annotation, parent_annotation.document_id == parent.id)
        .order_by(DocumentRow.parent_ref.is_not(None), DocumentRow.id)
    )


def pending(session: Session, model: str | None, limit: int = 500) -> list[Pending]:
    """Documents that ``model`` (None: any model) has not annotated in their present version.

    Articles and first posts come before what belongs to them.
    """
    unread = is_new() if model is None else is_unread(model)
    rows = list(session.execute(requested().where(unread).limit(limit)))
    if rows and rows[0][0].parent_ref is None:
        # What belongs to these must wait for the next batch: it inherits their provinces.
        rows = [pair for pair in rows if pair[0].parent_ref is None]
    return as_pending(rows)


def as_pending(rows: Iterable[Any]) -> list[Pending]:
    """Rows of :func:`requested` as what an annotator is given."""
    return [Pending(row.id, row.version, _request(row, payload)) for row, payload in rows]


def pending_of(session: Session, model: str, ids: Sequence[int]) -> list[Pending]:
    """Those of the documents that ``model`` has still not annotated."""
    query = requested().where(is_unread(model), DocumentRow.id.in_(ids))
    return as_pending(session.execute(query))


def _held_back(model: str | None) -> Exists:
    """Whether what a document belongs to waits for an annotation itself; with ``model``, for one by that."""
    parent, of_parent = aliased(DocumentRow), aliased(AnnotationRow)
    unread = parent.read_version != parent.version
    return (
        select(parent.id)
        .outerjoin(of_parent, of_parent.document_id == parent.id)
        .where(
            parent.source == DocumentRow.source,
            parent.ref == DocumentRow.parent_ref,
            parent.deleted.is_(None),
            unread if model is None else or_(unread, of_parent.model != model),
        )
        .exists()
    )


def awaiting(held: Select[int]) -> Select[int]:
    """Ids of documents that nobody holds and that nothing has annotated in their present version, once what they belong to is."""
    return select(DocumentRow.id).where(is_new(), DocumentRow.id.not_in(held), ~_held_back(None)).order_by(DocumentRow.id)


def stale_awaiting(held: Select[int], model: str) -> list[Select[int]]:
    """The same of documents that another model than ``model`` has annotated.

    Two queries, for what stands before ``model`` and after it in the index of models: what ``model`` has annotated is not looked at.
    """
    return [
        select(DocumentRow.id)
        .join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(other, AnnotationRow.version == DocumentRow.version, DocumentRow.deleted.is_(None))
        .where(DocumentRow.id.not_in(held), ~_held_back(model))
        .order_by(AnnotationRow.model, AnnotationRow.document_id)
        for other in (AnnotationRow.model < model, AnnotationRow.model > model)
    ]


def _province(code: str, places: Places) -> ProvinceMention:
    return ProvinceMention(name=places.province(code).name, code=code, evidence="", start=0, end=0)


def _laid_over(correction: Correction, places: Places) -> dict[str, Any]:
    value = correction.value["value"]
    if correction.field == "sentiment":
        return {"sentiment": SentimentLabel(label=value, score=1)}
    if correction.field == "intent":
        return {"intent": IntentLabel(label=value, score=1)}
    if correction.field == "topics":
        return {"topics": [Topic(id=topic, score=1) for topic in value]}
    if correction.field == "provinces":
        return {"provinces": [_province(code, places) for code in value], "inherited_provinces": []}
    return {correction.field: value}


def corrected(annotation: Annotation, corrections: list[Correction], places: Places) -> Annotation:
    """The annotation with corrections laid over it, the latest last; a corrected label has the score 1.

    A corrected subtopic brings its parent, and what an officer calls relevant counts under ``other`` where it has no topic.
    """
    if not corrections:
        return annotation
    update: dict[str, Any] = {}
    parents: list[str] = []
    for correction in corrections:
        update |= _laid_over(correction, places)
        if correction.field == "subtopics":
            parents = correction.value.get("parents", [])
    annotation = annotation.model_copy(update=update)
    missing = [parent for parent in dict.fromkeys(parents) if parent not in annotation.topic_ids()]
    if annotation.relevant and not annotation.topics and not missing:
        missing = ["other"]
    return annotation.model_copy(update={"topics": [*annotation.topics, *(Topic(id=topic, score=1) for topic in missing)]})


def store_annotation(session: Session, document_id: int, version: int, annotation: Annotation, now: datetime, places: Places) -> None:
    """Replace a document's annotation; corrections win, facts and index follow. What has changed or gone in the meantime is left alone."""
    row = session.get(DocumentRow, document_id, with_for_update=True)
    if row is not None and row.version == version and row.deleted is None:
        _write(session, row, version, annotation, now, places)


def apply_corrections(session: Session, row: DocumentRow, now: datetime, places: Places) -> None:
    """Lay corrections over the stored annotation, if there is one; a newer text than it was made for still awaits its own."""
    if (annotated := session.get(AnnotationRow, row.id)) is not None:
        _write(session, row, annotated.version, Annotation.model_validate(annotated.payload), now, places)


def _write(session: Session, row: DocumentRow, version: int, annotation: Annotation, now: datetime, places: Places) -> None:
    made = list(session.scalars(select(Correction).where(Correction.document_id == row.id).order_by(Correction.id)))
    annotation = corrected(annotation, made, places)
    session.merge(
        AnnotationRow(
            document_id=row.id,
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
    row.read_version = version
    row.revision += 1
    enter(session, row, now)


def _check_type(field: str, value: Any) -> None:
    expected: type = {"relevant": bool, "concern": int, "topics": list, "subtopics": list, "provinces": list}.get(field, str)
    if type(value) is not expected:
        raise LangngheError(f"{value!r} is no value of {field}", f"Give it as {expected.__name__}.")


def check_value(field: str, value: Any, labels: Labels, places: Places) -> None:
    """Raise unless ``value`` is one that ``field`` of an annotation may have."""
    _check_type(field, value)
    if field in ("sentiment", "intent", "concern"):
        labels.check(field, str(value))
    elif field in ("topics", "subtopics"):
        for label in value:
            labels.check(field, label)
    elif field == "provinces":
        for code in value:
            if places.name(str(code)) == str(code):
                raise LangngheError(f"unknown province {code!r}", "Use the id of a province, such as 34-40 or 63-40.")
