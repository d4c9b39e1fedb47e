"""Tables of what officers work on: concerns, cases and mails."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class Concern(Base):
    """An emerging concern: one alert, updated while it lasts. ``province`` is a code of today or ``VN``."""

    __tablename__ = "concern"
    __table_args__ = (Index("ix_concern_key", "topic", "province"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    province: Mapped[str] = mapped_column(String(8))
    provinces: Mapped[list[str]]
    """All provinces that it touches, the strongest first."""
    state: Mapped[str] = mapped_column(String(16), default="open")
    """open, cooling, snoozed, dismissed, closed."""
    opened: Mapped[date]
    last_alarm: Mapped[date]
    score: Mapped[float] = mapped_column(Float)
    rank: Mapped[float] = mapped_column(Float)
    observed: Mapped[float] = mapped_column(Float)
    expected: Mapped[float] = mapped_column(Float)
    low: Mapped[float] = mapped_column(Float)
    high: Mapped[float] = mapped_column(Float)
    severity: Mapped[int] = mapped_column(default=1)
    explanation: Mapped[dict[str, Any]]
    updated: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)


class ConcernEvent(Base):
    """What happened to a concern: opened, updated, escalated, dismissed with a reason, closed, reopened."""

    __tablename__ = "concern_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(24))
    detail: Mapped[dict[str, Any]]


class Case(Base):
    """A case (vụ việc): what an office does about a concern."""

    __tablename__ = "case_file"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    concern_id: Mapped[int | None] = mapped_column(ForeignKey("concern.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(40))
    province: Mapped[str] = mapped_column(String(8))
    office: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    """open, answering, answered, transferred, closed."""
    severity: Mapped[int] = mapped_column(default=1)
    officer: Mapped[str | None] = mapped_column(String(120))
    opened: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(120))
    due: Mapped[datetime]
    closed: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]]
    row_version: Mapped[int] = mapped_column(default=1)


class CaseEvent(Base):
    """A step of a case: who did what when."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(24))
    detail: Mapped[dict[str, Any]]


class MailRow(Base):
    """A mail: one for each subscriber, kind and day, sent once."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("recipient", "kind", "day", "office"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(24))
    day: Mapped[date]
    office: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    """written, waiting, sent, failed."""
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
    updated: Mapped[datetime]
