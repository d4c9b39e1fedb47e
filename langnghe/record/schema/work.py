"""Tables of what officers work on: concerns, cases and what leaves the office about them, mails."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text
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
    """A case (vụ việc): what an office does about a concern, or about one document."""

    __tablename__ = "case_file"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    concern_id: Mapped[int | None] = mapped_column(ForeignKey("concern.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id", ondelete="SET NULL", name="fk_case_file_document"))
    """The one piece that the case is about, such as a false article; None: all that the concern holds."""
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
    first_due: Mapped[datetime | None]
    """Until when the press rule wants the first information; None: it does not apply."""
    first_response: Mapped[datetime | None]
    """When the first answer left."""
    responsible: Mapped[list[str]] = mapped_column(default=list)
    """Whose answer it takes, the labels of ``responsible``."""
    formal: Mapped[str | None] = mapped_column(String(16))
    """complaint (khiếu nại) or denunciation (tố cáo): routed out, not answered here."""
    pakn: Mapped[str | None] = mapped_column(String(40))
    """Code of the same matter in the national portal's feedback system."""
    outcome: Mapped[str | None] = mapped_column(String(24))
    closed: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]]
    row_version: Mapped[int] = mapped_column(default=1)


class CaseEvent(Base):
    """A step of a case: who did what when; ``version`` is the row version that it led to."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(24))
    detail: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)


class CaseSolution(Base):
    """A communication solution (phương án truyền thông): what is to be said to whom, how and where."""

    __tablename__ = "case_solution"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    audience: Mapped[list[str]]
    channels: Mapped[list[str]]
    message: Mapped[str] = mapped_column(Text)
    planned: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    """proposed, approved, refused, done."""
    author: Mapped[str] = mapped_column(String(120))
    written: Mapped[datetime]
    approver: Mapped[str | None] = mapped_column(String(120))
    decided: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(Text)
    row_version: Mapped[int] = mapped_column(default=1)


class CasePaper(Base):
    """What leaves the office about a case: an answer, a request to correct, a transfer slip, a note for the authorities."""

    __tablename__ = "case_paper"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    """draft, submitted, returned, approved, sent, withdrawn."""
    recipient: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    answer_id: Mapped[str | None] = mapped_column(String(80))
    """The approved answer that it was written from."""
    authors: Mapped[list[str]]
    """Whoever wrote a part of what it says now; none of them approves it."""
    written: Mapped[datetime]
    submitted: Mapped[datetime | None]
    approver: Mapped[str | None] = mapped_column(String(120))
    approved: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(Text)
    """Why it was returned."""
    channel: Mapped[str | None] = mapped_column(String(32))
    link: Mapped[str | None] = mapped_column(Text)
    sent: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(120))
    reply_due: Mapped[datetime | None]
    """Of a transfer slip: until when the receiver is asked to answer."""
    reply: Mapped[str | None] = mapped_column(Text)
    replied: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)
