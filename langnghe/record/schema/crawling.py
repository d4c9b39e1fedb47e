"""Tables of crawling: runs, the outcome of every URL, and the frontier."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class CrawlRun(Base):
    """One run of one source's spider; ``finished`` is None while it runs and after it was killed."""

    __tablename__ = "crawl_run"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str] = mapped_column(String(80), index=True)
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)


class UrlOutcome(Base):
    """How one URL of one run ended; exactly one outcome each. ``url`` is empty for what is off topic (only the hash is kept)."""

    __tablename__ = "url_outcome"
    __table_args__ = (Index("ix_url_outcome_hash", "url_hash"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("crawl_run.id", ondelete="CASCADE"), primary_key=True)
    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(24), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[int | None]
    at: Mapped[datetime]


class FrontierUrl(Base):
    """A discovered URL and when it is to be visited next; work survives a killed crawler because it stands here."""

    __tablename__ = "frontier"
    __table_args__ = (Index("ix_frontier_due", "source", "state", "next_visit"),)

    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    """What the URL leads to: feed, listing, article, comments, thread."""
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    """waiting, leased, done, quarantined."""
    priority: Mapped[int] = mapped_column(default=0)
    discovered: Mapped[datetime]
    next_visit: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    holder: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    hint: Mapped[dict[str, Any] | None]
    """What the page that led here said of it: title, published, context."""
    found_in: Mapped[int | None]
    """Run that discovered it; None: before this was kept."""
