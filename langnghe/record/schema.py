"""Tables of the record, the one truth; Alembic's migrations (``migrations/``) follow what stands here."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Key = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, which comes back with its offset from SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To the database, in UTC; a moment without an offset is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs an offset: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database, in UTC."""
        return None if value is None else (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map: ClassVar = {datetime: Moment, date: Date, dict[str, Any]: JSON, list[str]: JSON, bytes: LargeBinary}


class StoryRow(Base):
    """A story: near-duplicates of one text, counted once."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    first_day: Mapped[date] = mapped_column(index=True)
    title: Mapped[str | None] = mapped_column(Text)
    first_source: Mapped[str | None] = mapped_column(String(80))


class StoryBand(Base):
    """One band of a text's MinHash: documents that share a band may be copies of each other."""

    __tablename__ = "story_band"

    band: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


class DocumentRow(Base):
    """A document as it stands now, masked. ``revision`` grows with every change that the index must follow."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index("ix_document_url", "url"),
        Index("ix_document_day_kind", "day", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    ref: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    lead: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author_hash: Mapped[str | None] = mapped_column(String(64))
    published: Mapped[datetime]
    published_known: Mapped[bool] = mapped_column(Boolean, default=True)
    modified: Mapped[datetime | None]
    fetched: Mapped[datetime]
    first_seen: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)
    section: Mapped[str | None] = mapped_column(String(200))
    outlet: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="vi")
    parent_ref: Mapped[str | None] = mapped_column(String(200))
    position: Mapped[int | None]
    context: Mapped[str | None] = mapped_column(Text)
    office: Mapped[str | None] = mapped_column(String(16), index=True)
    home_province: Mapped[str | None] = mapped_column(String(8))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    signature: Mapped[bytes | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    deleted: Mapped[datetime | None]


class DocumentVersion(Base):
    """What a document said at an earlier or the present version."""

    __tablename__ = "document_version"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    modified: Mapped[datetime | None]
    fetched: Mapped[datetime]


class AnnotationRow(Base):
    """The last annotation of a document, officers' corrections applied; ``payload`` is an ``Annotation``."""

    __tablename__ = "annotation"
    __table_args__ = (Index("ix_annotation_model", "model"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    model: Mapped[str] = mapped_column(String(120))
    relevant: Mapped[bool]
    sentiment: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(16))
    concern: Mapped[int]
    payload: Mapped[dict[str, Any]]
    annotated: Mapped[datetime]


class Correction(Base):
    """What an officer says of a document's label; it wins over any model and survives a re-annotation."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(32))
    value: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(String(120))
    office: Mapped[str] = mapped_column(String(16))
    made: Mapped[datetime]


class Fact(Base):
    """One cell that a relevant document counts in; count with DISTINCT, for cells overlap.

    ``province`` is the code of a province of today, or ``VN`` for coverage without one; ``province_then`` that of the document's own day.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_day", "day", "province", "topic"),
        Index("ix_fact_document", "document_id"),
        Index("ix_fact_story", "story_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    story_id: Mapped[int]
    day: Mapped[date]
    province: Mapped[str] = mapped_column(String(8))
    province_then: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(40))
    sentiment: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(80))
    concern: Mapped[int]


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


class Account(Base):
    """A person who may log in to the local account store."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    office: Mapped[str] = mapped_column(String(16))
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


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
