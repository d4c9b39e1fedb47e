"""Tables of mails: who wants which, and the outbox of what was written and sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class Subscription(Base):
    """What a person wants to get of one office; the address alone says who it is."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("recipient", "office"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    office: Mapped[str] = mapped_column(String(16), index=True)
    frequency: Mapped[str] = mapped_column(String(16), default="daily")
    """daily, weekly, never (only what is sent at once)."""
    at_once: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether a severe concern is told the moment it is found."""
    topics: Mapped[list[str]]
    """Empty: all."""
    kinds: Mapped[list[str]]
    """Kinds of documents; empty: all."""
    severity: Mapped[int] = mapped_column(default=0)
    """The least severity (0, 1, 2) that is told."""
    searches: Mapped[list[str]]
    """Queries whose new hits the digest tells."""
    language: Mapped[str | None] = mapped_column(String(8))
    """None: the installation's."""
    state: Mapped[str] = mapped_column(String(16), default="active")
    """active, stopped (by the recipient), suspended (the mailbox refuses)."""
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """What the one-click address names; it can stop this subscription and nothing else."""
    bounces: Mapped[int] = mapped_column(default=0)
    """Final refusals since the last mail that was taken."""
    detail: Mapped[dict[str, Any]]
    """Why it is in its state, and where it came from."""
    created: Mapped[datetime]
    updated: Mapped[datetime]


class MailRow(Base):
    """A mail: one for each subscriber, kind and day, sent once."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("recipient", "kind", "day", "office"), Index("ix_mail_due", "state", "next_attempt"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(24))
    """digest, weekly, concern-N, bundle-HOUR, notice-N."""
    day: Mapped[date]
    office: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    """waiting, sent, failed."""
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
    updated: Mapped[datetime]
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id", ondelete="SET NULL"), index=True)
    message: Mapped[bytes | None]
    """The whole message while it waits: whatever is sent again is the same; gone once it was sent or given up."""
    next_attempt: Mapped[datetime | None]
    entered: Mapped[datetime | None]


class ToldEvent(Base):
    """That a subscriber's outbox holds a mail which tells an event of a concern: it is told once, and never dropped."""

    __tablename__ = "told_event"

    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("concern_event.id", ondelete="CASCADE"), primary_key=True)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="SET NULL"))
