"""Keeping the index in step with the record: draining the outbox, building anew, comparing."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from index.backends import build_beside
from index.documents import IndexedDocument, indexed
from index.interface import NeedsRebuild, SearchIndex, open_index
from index.saved_searches import keep_matches
from langnghe.documents import Annotation
from langnghe.errors import Conflict
from langnghe.places import Places, load_places
from langnghe.progress import progress_bar
from langnghe.record import outbox
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow, OutboxEntry, State
from langnghe.record.sharing import shared_now, this_process
from langnghe.settings import Settings
from langnghe.wording import load_wording

BATCH = 1_000
LEASE = "index"
REINDEX = "reindex"
LEASE_SECONDS = 120.0
"""A writer that died gives way after this long."""
REMEMBER = 20
"""Batches after which a build is committed and its place remembered: what a broken-off one has to do again."""
PATIENCE = 60.0
"""Seconds that a second writer waits for the first one."""

Advance = Callable[[int], object]


class LeaseHeld(Conflict):
    """Another process does the same thing now."""

    def __init__(self) -> None:
        super().__init__("another process writes the search index", "It follows the record by itself; try again when it has finished.")


@contextmanager
def lease(record: Record, name: str = LEASE) -> Iterator[Callable[[], None]]:
    """Hold a lease; the function it gives extends it and must be called more often than every two minutes.

    Raises:
        LeaseHeld: another process holds it.
    """
    holder = this_process()

    def extend() -> None:
        with record.session() as session:
            if not outbox.acquire_lease(session, name, holder, shared_now(session, record.clock), LEASE_SECONDS):
                raise LeaseHeld

    extend()
    try:
        yield extend
    finally:
        with record.session() as session:
            outbox.release_lease(session, name, holder)


def _rows(record: Record, ids: Sequence[int]) -> list[tuple[DocumentRow, dict[str, object] | None]]:
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(DocumentRow.id.in_(ids))
        .order_by(DocumentRow.id)
    )
    with record.reading() as session:
        return [(row, payload) for row, payload in session.execute(query)]


def _indexed(row: DocumentRow, payload: dict[str, object] | None, places: Places) -> IndexedDocument:
    return indexed(row, Annotation.model_validate(payload) if payload else None, places)


def put(record: Record, index: SearchIndex, ids: Sequence[int], places: Places) -> list[IndexedDocument]:
    """Bring documents of the index to what the record holds of them now: written, or deleted where they are gone.

    Gives those that were written.
    """
    rows = _rows(record, ids)
    written = [_indexed(row, payload, places) for row, payload in rows if row.deleted is None]
    index.write(written)
    gone = {row.id: row.revision for row, _ in rows if row.deleted is not None}
    gone |= dict.fromkeys(set(ids) - {row.id for row, _ in rows}, 2**31)
    if gone:
        index.delete(gone)
    return written


def drain_outbox(
    record: Record, index: SearchIndex, progress: Advance | None = None, *, places: Places | None = None, patience: float = PATIENCE
) -> int:
    """Take up all that waits in the outbox; gives how many entries this process took. What waited is searchable when it returns.

    An entry leaves the outbox only after the index has committed its document, so that nothing is lost whenever this is killed; what is
    then done a second time changes nothing. While another process drains it, this one waits for up to ``patience`` seconds.

    Raises:
        Unavailable: the index does not answer; the entries stay.
        LeaseHeld: another process has kept the writer's lease for longer.
    """
    deadline = time.monotonic() + patience
    while _oldest(record, 1):
        try:
            with lease(record) as extend:
                return _drain(record, index, extend, progress, places or load_places())
        except LeaseHeld:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    return 0


def _drain(record: Record, index: SearchIndex, extend: Callable[[], None], progress: Advance | None, places: Places) -> int:
    taken = 0
    try:
        while entries := _oldest(record, BATCH):
            extend()
            written = put(record, index, list(dict.fromkeys(entry.document_id for entry in entries)), places)
            index.refresh()
            keep_matches(record, written)
            with record.session() as session:
                outbox.done(session, [entry.id for entry in entries])
            taken += len(entries)
            if progress:
                progress(len(entries))
    finally:
        index.release()
    return taken


def _oldest(record: Record, limit: int) -> list[OutboxEntry]:
    with record.reading() as session:
        return outbox.pending(session, limit)


def _id_batches(record: Record, last: int = 0) -> Iterator[list[tuple[int, int, bool]]]:
    """(id, revision, whether it was removed) of all documents of the record after ``last``, by id, a batch at a time."""
    while True:
        query = select(DocumentRow.id, DocumentRow.revision, DocumentRow.deleted.is_not(None)).where(DocumentRow.id > last)
        with record.reading() as session:
            batch = [(key, revision, gone) for key, revision, gone in session.execute(query.order_by(DocumentRow.id).limit(BATCH))]
        if not batch:
            return
        yield batch
        last = batch[-1][0]


def count_documents(record: Record) -> int:
    """Documents that the index should hold."""
    with record.reading() as session:
        return session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.deleted.is_(None))) or 0


def reindex(record: Record, settings: Settings) -> int:
    """Build a fresh index beside the one that serves, and swap it in when it is complete; gives how many documents it holds.

    Meanwhile the old one serves and follows the outbox. What changed while the new one was built is entered into the outbox again
    after the swap, and drained. Broken off, it goes on where it was the next time.
    """
    places, said = load_places(settings.config_dir), load_wording(settings.language, settings.config_dir)
    total = count_documents(record)
    with lease(record, REINDEX) as extend, progress_bar(said("index.building"), total, said("index.documents")) as advance:
        begun = _begun(record, settings)
        name, index, publish = build_beside(settings, begun.get("name"))
        last = int(begun["last"]) if name == begun.get("name") else 0
        advance(index.count() if last else 0)
        for number, batch in enumerate(_id_batches(record, last), 1):
            present = [key for key, _, is_removed in batch if not is_removed]
            put(record, index, present, places)
            extend()
            advance(len(present))
            if number % REMEMBER == 0:
                index.refresh()
                _remember(record, {"name": name, "last": batch[-1][0], "backend": settings.index.backend})
        index.refresh()
        index.release()
        done = index.count()
        publish()
        index.close()
        _remember(record, {})
    serving = open_index(settings)
    try:
        enter_missing(record, serving)
        drain_outbox(record, serving)
    finally:
        serving.close()
    return done


def _begun(record: Record, settings: Settings) -> dict[str, Any]:
    """How far an earlier build on this backend came before it was broken off."""
    with record.reading() as session:
        state = session.get(State, REINDEX)
    return state.value if state is not None and state.value.get("backend") == settings.index.backend else {}


def _remember(record: Record, value: dict[str, Any]) -> None:
    with record.session() as session:
        session.merge(State(name=REINDEX, value=value))


def enter_missing(record: Record, index: SearchIndex) -> int:
    """Enter into the outbox every document that the index holds in an older revision, or not at all, or in vain; gives how many."""
    missing: list[int] = []
    for batch in _id_batches(record):
        held = index.revisions([key for key, _, _ in batch])
        missing += [key for key, revision, is_removed in batch if (key in held if is_removed else held.get(key, 0) < revision)]
    for at in range(0, len(missing), BATCH):
        with record.session() as session:
            for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(missing[at : at + BATCH]))):
                outbox.enter(session, row, record.clock.now())
    return len(missing)


def open_or_build(record: Record, settings: Settings) -> SearchIndex:
    """The index that serves; where there is none that can be read it is built from the record first."""
    try:
        return open_index(settings)
    except NeedsRebuild:
        reindex(record, settings)
        return open_index(settings)


@dataclass(frozen=True)
class Counts:
    """How the index stands to the record: documents to search in each, and outbox entries that wait."""

    record: int
    index: int
    waiting: int


def compare_counts(record: Record, index: SearchIndex) -> Counts:
    """Counts for ``langnghe doctor``: where nothing waits they are equal, or the index has to be built again."""
    with record.reading() as session:
        waiting = outbox.backlog(session)
    return Counts(count_documents(record), index.count(), waiting)
