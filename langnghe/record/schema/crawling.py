"""Tables of crawling and intake: runs, the outcome of every URL, the frontier; column maps, collaborators and what people brought."""

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
    agreement: Mapped[float | None]
    """How far the source's selectors and the generic extraction found the same words, 0 to 1; None: not compared."""


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


class ColumnMap(Base):
    """What the columns of a kind of file mean, as somebody said once: a file with the same header is read the same way."""

    __tablename__ = "column_map"

    layout: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the header's names."""
    office: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Office whose files these are; empty: public coverage."""
    columns: Mapped[list[str]]
    fields: Mapped[dict[str, Any]]
    """Column → field."""
    source: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    remembered: Mapped[datetime]
    remembered_by: Mapped[str] = mapped_column(String(120))


class Collaborator(Base):
    """A commune or collaborator who brings pieces by a form, known by a code of which only the hash is kept."""

    __tablename__ = "collaborator"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    commune: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(16), index=True)
    issued: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(120))
    withdrawn: Mapped[datetime | None]
    last_used: Mapped[datetime | None]


class BroughtPiece(Base):
    """Who brought a piece that no crawl could or did find, and how it ended."""

    __tablename__ = "brought_piece"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    brought_by: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(16), index=True)
    """Office of who brought it, or ``national``."""
    collaborator_id: Mapped[int | None] = mapped_column(ForeignKey("collaborator.id"), index=True)
    form: Mapped[str] = mapped_column(String(16))
    """link, text, picture."""
    outcome: Mapped[str] = mapped_column(String(24))
    missed_by: Mapped[str | None] = mapped_column(String(80), index=True)
    """Crawled source that the address belongs to and that had not found it."""
    at: Mapped[datetime]
