"""Tables of the coverage: documents, their versions and stories, annotations, corrections and facts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


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


UNREAD = text("read_version != version AND deleted IS NULL")
"""What nothing has annotated in its present version: workers look for it every few seconds, however much is kept."""
IMPORTED = text("office IS NOT NULL")
"""Offices' own imports; an index of all documents would be taken to find the public ones, which are nearly all."""


class DocumentRow(Base):
    """A document as it stands now, masked. ``revision`` grows with every change that the index must follow."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("source", "ref"),
        Index("ix_document_url", "url"),
        Index("ix_document_day_kind", "day", "kind"),
        Index("ix_document_unread", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_document_office", "office", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
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
    office: Mapped[str | None] = mapped_column(String(16))
    home_province: Mapped[str | None] = mapped_column(String(8))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    signature: Mapped[bytes | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    read_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version that its annotation was made for; 0 before there is one."""
    revision: Mapped[int] = mapped_column(default=1)
    deleted: Mapped[datetime | None]
    erased: Mapped[datetime | None]
    """Since when its text is gone for good, by retention or a request; the source's own copy is not taken again."""


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
    __table_args__ = (Index("ix_annotation_model", "model", "document_id"),)

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
        Index("ix_fact_province_day", "province", "day", "topic", "sentiment"),
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
