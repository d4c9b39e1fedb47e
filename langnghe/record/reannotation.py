"""What is to be annotated anew because another model has annotated it: how much there is, and which comes next."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.record.annotations import Pending, as_pending, is_new, is_stale, requested
from langnghe.record.schema import AnnotationRow, DocumentRow


def stale(session: Session, model: str, *, after: int, belonging: bool, limit: int) -> list[Pending]:
    """The next documents after an id that another model than ``model`` has annotated; ``belonging``: those that belong to another one."""
    of_parent = DocumentRow.parent_ref.is_not(None) if belonging else DocumentRow.parent_ref.is_(None)
    query = requested().where(is_stale(model), of_parent, DocumentRow.id > after).order_by(None).order_by(DocumentRow.id)
    return as_pending(session.execute(query.limit(limit)))


def count_stale(session: Session, model: str) -> int:
    """How many documents another model than ``model`` has annotated."""
    query = select(func.count()).select_from(DocumentRow).join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    return session.scalar(query.where(is_stale(model))) or 0


def count_new(session: Session) -> int:
    """How many documents nothing has annotated in their present version."""
    return session.scalar(select(func.count()).select_from(DocumentRow).where(is_new())) or 0


def has_new(session: Session) -> bool:
    """Whether there is a document that nothing has annotated in its present version."""
    return session.scalar(select(DocumentRow.id).where(is_new()).limit(1)) is not None


def has_several_models(session: Session) -> bool:
    """Whether what is kept was annotated by more than one model; two looks into the index of models."""
    least, most = (select(of(AnnotationRow.model)).scalar_subquery() for of in (func.min, func.max))
    return bool(session.scalar(select(least != most)))


def count_by_model(session: Session) -> dict[str, int]:
    """How many annotations each model has made."""
    query = select(AnnotationRow.model, func.count()).group_by(AnnotationRow.model).order_by(AnnotationRow.model)
    return dict(session.execute(query).all())
