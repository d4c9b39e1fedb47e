"""Tables of the system itself: outbox, leases, the audit trail and small facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class OutboxEntry(Base):
    """A document revision that the index does not hold yet."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInteger, index=True)
    revision: Mapped[int]
    entered: Mapped[datetime]


class Lease(Base):
    """Who alone may do something (write the index) until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime]


class AuditEntry(Base):
    """Who did what, when, to what."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    office: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]


class State(Base):
    """Small facts about the system itself: day 0 of the demo, the index's generation, the last detection."""

    __tablename__ = "state"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]]
