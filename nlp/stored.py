"""Annotating what is in the record: in batches, resumable, articles before their comments."""

from collections.abc import Sequence

from langnghe.documents import Annotation
from langnghe.places import Places
from langnghe.progress import progress_bar
from langnghe.record.annotations import Pending, pending, pending_of, store_annotation
from langnghe.record.database import Record
from nlp.annotator import Annotator

BATCH = 200
"""Documents predicted and stored together: a crash loses at most that much work."""


def _annotate_batch(record: Record, annotator: Annotator, places: Places, *, again: bool) -> int:
    with record.reading() as session:
        batch = pending(session, annotator.model if again else None, BATCH)
    _annotate(record, annotator, places, batch)
    return len(batch)


def _annotate(record: Record, annotator: Annotator, places: Places, batch: list[Pending]) -> None:
    if not batch:
        return
    store(record, places, batch, annotator.annotate([waiting.request for waiting in batch]))  # takes long: no transaction is open meanwhile


def store(record: Record, places: Places, batch: Sequence[Pending], annotations: Sequence[Annotation]) -> None:
    """Store the annotations of a batch in one transaction."""
    with record.session() as session:
        for waiting, annotation in zip(batch, annotations, strict=True):
            store_annotation(session, waiting.document_id, waiting.version, annotation, record.clock.now(), places)


def annotate_documents(record: Record, annotator: Annotator, places: Places, ids: Sequence[int]) -> int:
    """Annotate those of some documents that still need it; how many did. Done twice, it changes nothing."""
    with record.reading() as session:
        batch = pending_of(session, annotator.model, ids)
    _annotate(record, annotator, places, batch)
    return len(batch)


def annotate_pending(record: Record, annotator: Annotator, places: Places, progress: bool = True, *, again: bool = True) -> int:
    """Annotate every document that waits for it; how many there were.

    ``again``: also those that another model has annotated; for a whole record see :mod:`nlp.again`.
    """
    if not progress:
        return sum(iter(lambda: _annotate_batch(record, annotator, places, again=again), 0))
    total = 0
    with progress_bar("annotate", unit="bài") as advance:
        while done := _annotate_batch(record, annotator, places, again=again):
            total += done
            advance(done)
    return total
