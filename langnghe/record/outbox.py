"""The outbox: which documents the index must take up, and the lease of the one process that may write it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from langnghe.record.schema import DocumentRow, Lease, OutboxEntry
from langnghe.record.sharing import has_died


def enter(session: Session, row: DocumentRow, now: datetime) -> None:
    """Note that the index must follow the document's present revision."""
    session.add(OutboxEntry(document_id=row.id, revision=row.revision, entered=now))


def pending(session: Session, limit: int = 1000) -> list[OutboxEntry]:
    """The oldest entries."""
    return list(session.scalars(select(OutboxEntry).order_by(OutboxEntry.id).limit(limit)))


def backlog(session: Session) -> int:
    """How many entries wait."""
    return session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def done(session: Session, entries: Sequence[int]) -> None:
    """Remove entries, by id, that the index holds now."""
    session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(entries)))


def acquire_lease(session: Session, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or extend the lease ``name``; False while somebody else holds it. One whose process has ended on this machine holds nothing."""
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        try:
            with session.begin_nested():
                session.add(Lease(name=name, holder=holder, until=now + timedelta(seconds=seconds)))
        except IntegrityError:
            # Another process entered it between the look and the insert.
            return False
        return True
    if lease.holder != holder and lease.until > now and not has_died(lease.holder):
        return False
    lease.holder, lease.until = holder, now + timedelta(seconds=seconds)
    return True


def release_lease(session: Session, name: str, holder: str) -> None:
    """Give the lease back, if it is still held."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
