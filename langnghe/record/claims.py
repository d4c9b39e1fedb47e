"""Handing documents out to workers: each goes to one of them at a time, and to another one if it is not heard of again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from langnghe.record.annotations import awaiting, stale_awaiting
from langnghe.record.dead_letters import given_up
from langnghe.record.schema import Claim, DocumentRow


def claim_pending(session: Session, model: str, now: datetime, length: timedelta, limit: int) -> list[int]:
    """Claim documents for annotation, as many as are missing from ``limit`` claims; gives their ids. Claims that ran out are free again.

    What nothing has annotated yet comes first. What another model than ``model`` has annotated takes up half of the claims at most: a
    re-annotation of everything goes on for hours and keeps nothing new waiting. A comment is handed out once its article is annotated,
    for it inherits the article's provinces. What was put aside as a dead letter waits for a person.
    """
    session.execute(delete(Claim).where(Claim.until <= now))
    held = session.scalar(select(func.count()).select_from(Claim)) or 0
    put_aside = given_up(session, "annotate", "documents")

    def free(query: Select[int], most: int) -> list[int]:
        return list(session.scalars(query.where(DocumentRow.id.not_in(put_aside)).limit(most))) if most > 0 else []

    ids = free(awaiting(select(Claim.document_id)), limit - held)
    for query in stale_awaiting(select(Claim.document_id), model):
        ids += free(query, max(limit // 2, 1) - held - len(ids))
    session.add_all(Claim(document_id=key, until=now + length) for key in ids)
    return ids


def release(session: Session, ids: Sequence[int]) -> None:
    """Give claims back: the documents are annotated, or may be handed out again."""
    session.execute(delete(Claim).where(Claim.document_id.in_(ids)))


def claimed(session: Session) -> list[int]:
    """Documents that workers have now."""
    return list(session.scalars(select(Claim.document_id).order_by(Claim.document_id)))
