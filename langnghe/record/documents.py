"""Documents of the record: stored once, new versions when the text changes, removed when the source removes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from langnghe.clock import as_utc, vietnam_day
from langnghe.documents import Document, content_hash
from langnghe.folding import nfc
from langnghe.privacy import Privacy
from langnghe.record.outbox import enter
from langnghe.record.schema import DocumentRow, DocumentVersion, Fact, StoryBand
from langnghe.stories import assign_story


@dataclass(frozen=True)
class Stored:
    """How storing a document ended."""

    outcome: Literal["stored", "updated", "unchanged", "duplicate"]
    document_id: int


def find(session: Session, source: str, ref: str) -> DocumentRow | None:
    """The document with that identity."""
    return session.scalar(select(DocumentRow).where(DocumentRow.source == source, DocumentRow.ref == ref))


def _masked(document: Document, privacy: Privacy) -> Document:
    def clean(text: str | None) -> str | None:
        return privacy.mask(nfc(text).replace("\x00", "")) if text else None

    return document.model_copy(
        update={field: clean(getattr(document, field)) for field in ("title", "lead", "context")} | {"text": clean(document.text) or ""}
    )


def _published(document: Document) -> datetime:
    """What the page says, never later than the fetch."""
    fetched = as_utc(document.fetched)
    return min(as_utc(document.published), fetched) if document.published else fetched


def _fill(row: DocumentRow, document: Document) -> None:
    row.kind, row.url, row.title, row.lead, row.text = document.kind, document.url, document.title, document.lead, document.text
    row.modified, row.section, row.outlet, row.language = (
        document.modified and as_utc(document.modified),
        document.section,
        document.outlet,
        document.language,
    )
    row.parent_ref, row.position, row.context, row.office = document.parent, document.position, document.context, document.office
    row.content_hash = content_hash(document.title, document.text)


def _version(row: DocumentRow) -> DocumentVersion:
    return DocumentVersion(
        document_id=row.id,
        version=row.version,
        title=row.title,
        text=row.text,
        content_hash=row.content_hash,
        modified=row.modified,
        fetched=row.fetched,
    )


def _insert(session: Session, document: Document, privacy: Privacy, now: datetime, home_province: str | None) -> Stored:
    published = _published(document)
    row = DocumentRow(
        source=document.source,
        ref=document.id,
        author_hash=privacy.author_hash(document.source, document.author),
        published=published,
        published_known=document.published is not None,
        fetched=as_utc(document.fetched),
        first_seen=now,
        day=vietnam_day(published),
        home_province=home_province,
        version=1,
        revision=1,
    )
    _fill(row, document)
    session.add(row)
    session.flush()
    assign_story(session, row)
    session.add(_version(row))
    enter(session, row, now)
    return Stored("stored", row.id)


def _update(session: Session, row: DocumentRow, document: Document, now: datetime) -> Stored:
    session.execute(delete(StoryBand).where(StoryBand.document_id == row.id))
    _fill(row, document)
    row.fetched, row.deleted, row.version = as_utc(document.fetched), None, row.version + 1
    session.flush()
    assign_story(session, row)
    session.add(_version(row))
    row.revision += 1
    enter(session, row, now)
    return Stored("updated", row.id)


def store_document(session: Session, document: Document, *, privacy: Privacy, now: datetime, home_province: str | None = None) -> Stored:
    """Store a document, masked, once.

    Source and id are its identity: the same text again is ``unchanged``, another text a new version (``updated``). A URL that another
    source has stored is a ``duplicate`` of that document.
    """
    document = _masked(document, privacy)
    row = find(session, document.source, document.id)
    if row is None:
        same_url = select(DocumentRow.id).where(
            DocumentRow.url == document.url, DocumentRow.source != document.source, DocumentRow.office.is_(None)
        )
        if document.url and document.office is None and (other := session.scalar(same_url.limit(1))) is not None:
            return Stored("duplicate", other)
        return _insert(session, document, privacy, now, home_province)
    if row.content_hash == content_hash(document.title, document.text) and row.deleted is None:
        return Stored("unchanged", row.id)
    return _update(session, row, document, now)


def tombstone(session: Session, row: DocumentRow, now: datetime) -> None:
    """Remove what the source has removed: the text goes, the identity and counts of what was seen stay out of the facts."""
    row.deleted, row.text, row.title, row.lead, row.context = now, "", None, None, None
    row.revision += 1
    session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == row.id))
    session.execute(delete(StoryBand).where(StoryBand.document_id == row.id))
    session.execute(delete(Fact).where(Fact.document_id == row.id))
    enter(session, row, now)
