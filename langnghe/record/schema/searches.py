"""Tables of searches that are kept: what they ask, what they found since, and who has read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from langnghe.record.schema.base import Base, Key


class SavedSearch(Base):
    """A search that somebody keeps; ``request`` is a ``SearchRequest``."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("office", "owner", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    office: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))
    request: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether the whole office sees it."""
    in_digest: Mapped[bool] = mapped_column(default=False)
    """Whether the office's morning mail tells what it found."""
    created: Mapped[datetime]
    updated: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)


class SavedSearchMatch(Base):
    """A document that answered a saved search when it arrived; once, however often it changes."""

    __tablename__ = "saved_search_match"
    __table_args__ = (Index("ix_saved_search_match_found", "search_id", "found"),)

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    found: Mapped[datetime]


class SavedSearchReading(Base):
    """When somebody last read what a saved search found."""

    __tablename__ = "saved_search_reading"

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    reader: Mapped[str] = mapped_column(String(120), primary_key=True)
    read: Mapped[datetime]
