"""Documents of the record: stored once, new versions when the text changes, removed when the source removes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from langnghe.clock import as_utc, vietnam_day
from langnghe.documents import Document, content_hash
from langnghe.errors import Conflict
from langnghe.folding import nfc
from langnghe.privacy import Privacy
from langnghe.record.facts import redate_facts
from langnghe.record.outbox import enter
from langnghe.record.schema import AnnotationRow, DocumentRow, DocumentVersion, Fact, StoryBand, StoryRow
from langnghe.stories import assign_story, date_story, enter_bands


@dataclass(frozen=True)
class Stored:
    """How storing a document ended."""

    outcome: Literal["stored", "updated", "unchanged", "duplicate"]
    document_id: int


# Made ready once, for they are asked for every document that comes.
_BY_IDENTITY = select(DocumentRow).where(DocumentRow.source == bindparam("source"), DocumentRow.ref == bindparam("ref"))
_ELSEWHERE = select(DocumentRow.id).where(
    DocumentRow.url == bindparam("url"), DocumentRow.source != bindparam("source"), DocumentRow.office.is_(None)
).limit(1)  # fmt: skip


def find(session: Session, source: str, ref: str) -> DocumentRow | None:
    """The document with that identity."""
    return session.scalar(_BY_IDENTITY, {"source": source, "ref": ref})


def _elsewhere(session: Session, document: Document) -> int | None:
    """The document that another source has stored under the same URL."""
    if not document.url or document.office is not None:
        return None
    return session.scalar(_ELSEWHERE, {"url": document.url, "source": document.source})


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
    row.title, row.lead, row.text = document.title, document.lead, document.text
    row.modified, row.section, row.outlet, row.language = (
        document.modified and as_utc(document.modified),
        document.section,
        document.outlet,
        document.language,
    )
    row.position, row.context, row.office = document.position, document.context, document.office
    row.content_hash = content_hash(document.title, document.text)


def _is_exact(document: Document) -> bool:
    """Whether the date is the page's own: "2 hours ago" carries the fetch's fraction of a second, a date to come is cut to the fetch."""
    fetched, published = as_utc(document.fetched), document.published and as_utc(document.published)
    if published is None or published >= fetched:
        return False
    return not fetched.microsecond or published.microsecond != fetched.microsecond


def _author(row: DocumentRow, document: Document, privacy: Privacy) -> str | None:
    """The author's hash; one under an earlier key is the same author, and no change."""
    hashes = privacy.author_hashes(document.source, document.author)
    return row.author_hash if row.author_hash in hashes else next(iter(hashes), None)


def _taken_over(row: DocumentRow, document: Document, privacy: Privacy) -> dict[str, Any]:
    """Columns beside the text that the document gives another value now; what it no longer says stays."""
    given: dict[str, Any] = {
        "kind": document.kind,
        "url": document.url,
        "parent_ref": document.parent,
        "author_hash": _author(row, document, privacy),
    }
    if document.published is not None and (not row.published_known or _is_exact(document)):
        published = _published(document)
        given |= {"published": published, "day": vietnam_day(published), "published_known": True}
    return {column: value for column, value in given.items() if value is not None and value != getattr(row, column)}


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
        kind=document.kind,
        url=document.url,
        parent_ref=document.parent,
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
    assign_story(session, row)
    session.add(row)
    session.flush()
    enter_bands(session, row)
    session.add(_version(row))
    enter(session, row, now)
    return Stored("stored", row.id)


def _new_version(session: Session, row: DocumentRow) -> None:
    session.execute(delete(StoryBand).where(StoryBand.document_id == row.id))
    row.deleted, row.version = None, row.version + 1
    session.flush()
    assign_story(session, row)
    enter_bands(session, row)
    session.add(_version(row))


def _update(session: Session, row: DocumentRow, document: Document, changed: dict[str, Any], now: datetime) -> Stored:
    is_new_text = row.deleted is not None or row.content_hash != content_hash(document.title, document.text)
    _fill(row, document)
    for column, value in changed.items():
        setattr(row, column, value)
    row.fetched = as_utc(document.fetched)
    if is_new_text:
        _new_version(session, row)
    session.flush()
    if "day" in changed and row.story_id is not None:
        date_story(session, row.story_id)
    redate_facts(session, row)
    row.revision += 1
    enter(session, row, now)
    return Stored("updated", row.id)


def require_owner(session: Session, document: Document) -> DocumentRow | None:
    """The stored document of that identity, if there is one.

    Raises:
        Conflict: it belongs to another office, or one of the two is public and the other is not.
    """
    row = find(session, document.source, document.id)
    if row is not None and row.office != document.office:
        raise Conflict(f"{document.source}/{document.id} belongs to another office", "Give --source a name of your own.")
    return row


def store_document(session: Session, document: Document, *, privacy: Privacy, now: datetime, home_province: str | None = None) -> Stored:
    """Store a document, masked, once.

    Source and id are its identity: the same again is ``unchanged``; another text, a new version, is ``updated``, and so is another date,
    author, kind, URL or parent. A URL that another source has stored is a ``duplicate`` of that document. What was erased here stays so.

    Raises:
        Conflict: another office has a document of that identity.
    """
    document = _masked(document, privacy)
    row = require_owner(session, document)
    if row is not None and row.erased is not None:
        return Stored("unchanged", row.id)
    if row is None:
        if (other := _elsewhere(session, document)) is not None:
            return Stored("duplicate", other)
        return _insert(session, document, privacy, now, home_province)
    changed = _taken_over(row, document, privacy)
    if not changed and row.content_hash == content_hash(document.title, document.text) and row.deleted is None:
        return Stored("unchanged", row.id)
    return _update(session, row, document, changed, now)


def tombstone(session: Session, row: DocumentRow, now: datetime) -> None:
    """Remove what the source has removed: the text goes, the identity and counts of what was seen stay out of the facts."""
    row.deleted, row.text, row.title, row.lead, row.context = now, "", None, None, None
    row.revision += 1
    session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == row.id))
    session.execute(delete(StoryBand).where(StoryBand.document_id == row.id))
    session.execute(delete(Fact).where(Fact.document_id == row.id))
    # Its evidence is words of the text.
    session.execute(delete(AnnotationRow).where(AnnotationRow.document_id == row.id))
    # Records of before hold a document's text as their story's title.
    session.execute(update(StoryRow).where(StoryRow.id == row.story_id).values(title=None))
    enter(session, row, now)
