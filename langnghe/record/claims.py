"""Handing documents out to workers: each goes to one of them at a time, and to another one if it is not heard of again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from langnghe.record.annotations import awaiting
from langnghe.record.dead_letters import given_up
from langnghe.record.schema import Claim, DocumentRow


def claim_pending(session: Session, model: str, now: datetime, length: timedelta, limit: int) -> list[int]:
    """Claim documents that ``model`` has not annotated; gives their ids. Claims that have run out are free again.

    A comment is handed out once its article is annotated: it inherits the article's provinces. What was put aside as a dead letter waits
    for a person.
    """
    session.execute(delete(Claim).where(Claim.until <= now))
    put_aside = given_up(session, "annotate", "documents")
    query = awaiting(model, select(Claim.document_id)).where(DocumentRow.id.not_in(put_aside))
    ids = list(session.scalars(query.limit(limit)))
    session.add_all(Claim(document_id=key, until=now + length) for key in ids)
    return ids


def release(session: Session, ids: Sequence[int]) -> None:
    """Give claims back: the documents are annotated, or may be handed out again."""
    session.execute(delete(Claim).where(Claim.document_id.in_(ids)))


def claimed(session: Session) -> list[int]:
    """Documents that workers have now."""
    return list(session.scalars(select(Claim.document_id).order_by(Claim.document_id)))
