"""Tables of the system itself: outbox, leases, jobs, the audit trail, erasures and small facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text
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


class JobRun(Base):
    """One run of a job of the schedule; ``finished`` is None while it runs and after it was killed."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name", "name", "started"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    """running, done, failed, stopped."""
    attempt: Mapped[int] = mapped_column(default=1)
    """How many times in a row it has been tried, this one included."""
    problem: Mapped[str | None] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(String(120))
    """Machine and process that does it."""


class Erasure(Base):
    """That texts were erased by request: the proof, which holds nothing of what is gone."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(String(200))
    """Number of the request in the office's register."""
    reason: Mapped[str] = mapped_column(Text)
    requested: Mapped[date]
    erased: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(16))
    documents: Mapped[list[str]]
    """Hashes of what the documents were called."""
    detail: Mapped[dict[str, Any]]
    """What was removed where, and what was looked at afterwards."""
