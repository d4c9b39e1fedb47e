"""Erasure by request: texts of a person or a page are removed everywhere, for good, with a proof that holds none of them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.clock import iso
from langnghe.errors import LangngheError, WrongCall
from langnghe.privacy import Privacy
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import (
    AnnotationRow,
    Concern,
    Correction,
    DocumentRow,
    DocumentVersion,
    Erasure,
    Fact,
    MailRow,
    OutboxEntry,
    StoryBand,
    ToldEvent,
    UrlOutcome,
)
from langnghe.retention import QUOTING, remove_texts

BATCH = 500


@dataclass(frozen=True)
class Wanted:
    """Whose texts are to go: pages by address, one document by source and id, or all that an author wrote at a source."""

    urls: tuple[str, ...] = ()
    source: str | None = None
    refs: tuple[str, ...] = ()
    author: str | None = None

    def check(self) -> None:
        """Refuse a request that names nothing, or an author without a source.

        Raises:
            WrongCall: it does.
        """
        if (self.refs or self.author) and not self.source:
            raise WrongCall("an author and an id belong to a source", "Give --source too: hashes differ from source to source.")
        if not (self.urls or self.refs or self.author):
            raise WrongCall("the request names no text", "Give --url, --source with --id, or --source with --author.")


@dataclass
class Proof:
    """What was removed, and what was looked at afterwards."""

    number: int
    reference: str
    documents: list[str]
    removed: dict[str, int]
    left: dict[str, int]
    """What was still found afterwards, which should be nothing."""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing was left."""
        return not any(self.left.values())


def called(row: DocumentRow) -> str:
    """A document's name in a proof: who holds the request can compute it, from the proof alone nobody learns anything."""
    return hashlib.sha256(f"{row.source}\0{row.ref}".encode()).hexdigest()


def find_wanted(session: Session, wanted: Wanted, privacy: Privacy) -> list[DocumentRow]:
    """The documents that a request means, those included that stand only as hashes of their author."""
    wanted.check()
    found: dict[int, DocumentRow] = {}
    queries = [select(DocumentRow).where(DocumentRow.url.in_(wanted.urls))] if wanted.urls else []
    mine = select(DocumentRow).where(DocumentRow.source == wanted.source)
    if wanted.refs:
        queries.append(mine.where(DocumentRow.ref.in_(wanted.refs)))
    if wanted.author:
        queries.append(mine.where(DocumentRow.author_hash.in_(privacy.author_hashes(wanted.source or "", wanted.author))))
    for query in queries:
        found |= {row.id: row for row in session.scalars(query)}
    return [found[key] for key in sorted(found)]


def _purge_quotations(session: Session, ids: set[int]) -> int:
    """Take what quotes the documents out of the explanations of concerns."""
    changed = 0
    for concern in session.scalars(select(Concern)):
        quotes = {part: concern.explanation.get(part, []) for part in QUOTING if part != "phrases"}
        if any(item.get("document_id") in ids for items in quotes.values() for item in items):
            kept = {part: [item for item in items if item.get("document_id") not in ids] for part, items in quotes.items()}
            concern.explanation = {**concern.explanation, **kept, "phrases": []}
            changed += 1
    return changed


def _forget_addresses(session: Session, ids: set[int]) -> int:
    """The ledger keeps that a URL ended, not which it was."""
    outcomes = list(session.scalars(select(UrlOutcome).where(UrlOutcome.document_id.in_(ids))))
    for outcome in outcomes:
        outcome.url = None
    return len(outcomes)


def _count(session: Session, table: Any, ids: Iterable[int]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.document_id.in_(ids))) or 0


def _erase(session: Session, record: Record, rows: Sequence[DocumentRow]) -> dict[str, int]:
    ids = {row.id for row in rows}
    removed = {"documents": len(rows)}
    for name, table in {"versions": DocumentVersion, "annotations": AnnotationRow, "facts": Fact, "corrections": Correction}.items():
        removed[name] = _count(session, table, ids)
    remove_texts(session, rows, record.clock.now(), keep_counts=False)
    session.execute(delete(Fact).where(Fact.document_id.in_(ids)))
    session.execute(delete(Correction).where(Correction.document_id.in_(ids)))
    for row in rows:
        row.url = row.parent_ref = row.outlet = None
    removed["concerns quoting them"] = _purge_quotations(session, ids)
    removed["addresses in the ledger"] = _forget_addresses(session, ids)
    # A mail that waits may quote them; it is written anew from the record.
    waiting = list(session.scalars(select(MailRow).where(MailRow.state == "waiting", MailRow.message.is_not(None))))
    session.execute(delete(ToldEvent).where(ToldEvent.mail_id.in_([mail.id for mail in waiting])))
    for mail in waiting:
        session.delete(mail)
    removed["mails that waited"] = len(waiting)
    return removed


def left_of(session: Session, ids: Sequence[int]) -> dict[str, int]:
    """What the record still holds of documents beside their bare existence."""
    with_text = select(func.count()).select_from(DocumentRow).where(DocumentRow.id.in_(ids))
    told = (DocumentRow.text != "") | DocumentRow.title.is_not(None) | DocumentRow.author_hash.is_not(None) | DocumentRow.url.is_not(None)
    left = {"texts": session.scalar(with_text.where(told)) or 0}
    for name, table in {"versions": DocumentVersion, "annotations": AnnotationRow, "facts": Fact, "bands": StoryBand}.items():
        left[name] = _count(session, table, ids)
    return left


def erase(record: Record, privacy: Privacy, actor: Actor, wanted: Wanted, *, reference: str, reason: str, requested: date) -> Proof:
    """Erase what a request means, and prove it; the index follows by its outbox.

    Args:
        record: where it stands.
        privacy: knows the keys that hashed authors.
        actor: an administrator of the national desk.
        wanted: what the request means.
        reference: number of the request in the office's register.
        reason: on what it rests.
        requested: the day of the request.

    Raises:
        NotAllowed: the actor is no administrator.
        WrongCall: the request names nothing.
        LangngheError: nothing in the record is meant by it.
    """
    actor.require(Role.administrator, None, "erase texts")
    now = record.clock.now()
    with record.session() as session:
        rows = find_wanted(session, wanted, privacy)
        if not rows:
            raise LangngheError(
                "the record holds nothing that the request means", "Compare address, source, id and author with the request."
            )
        names, ids = [called(row) for row in rows], [row.id for row in rows]
        removed = _erase(session, record, rows)
        session.flush()
        left = left_of(session, ids)
        detail = {"removed": removed, "left": left, "document_ids": ids}
        entry = Erasure(
            reference=reference, reason=reason, requested=requested, erased=now, actor=actor.name, office=actor.office,
            documents=names, detail=detail,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        audit(session, actor, "erase", f"erasure:{entry.id}", now, reference=reference, documents=len(rows))
        return Proof(entry.id, reference, names, removed, left, {"erased": iso(now), "document_ids": ids, "reason": reason})


def left_in_index(record: Record, ids: Sequence[int]) -> dict[str, int]:
    """Changes of the documents that the index has not taken up yet."""
    with record.reading() as session:
        waiting = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.document_id.in_(ids))
        return {"index": session.scalar(waiting) or 0}
