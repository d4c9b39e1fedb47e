"""Annotating a whole record anew with another model: in order of id, on several processes, to be broken off and taken up at any moment.

What is left is seen from the record: each annotation names its model. Articles and first posts come first, for what belongs to them
inherits their provinces. Officers' corrections are laid over whatever a model says, when it is stored.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from langnghe.documents import Annotation, AnnotationRequest
from langnghe.places import Places
from langnghe.record.annotations import Pending
from langnghe.record.database import Record
from langnghe.record.reannotation import stale
from langnghe.settings import Settings
from nlp.annotator import Annotator, load_annotator
from nlp.stored import BATCH, store

UNDER_WAY = 2
"""Batches for each process that are predicted or wait to be stored."""
Predict = Callable[[list[AnnotationRequest]], "Future[list[Annotation]]"]
_here: list[Annotator] = []


def _start(settings: Settings) -> None:
    _here.append(load_annotator(settings))


def _predict(requests: list[AnnotationRequest]) -> list[Annotation]:
    return _here[0].annotate(requests)


@contextmanager
def predicting(annotator: Annotator, settings: Settings, processes: int) -> Iterator[Predict]:
    """What predicts: this process, or several others while this one reads and stores."""
    if processes > 1:
        with ProcessPoolExecutor(processes, get_context("spawn"), _start, (settings,)) as pool:
            try:
                yield lambda requests: pool.submit(_predict, requests)
            finally:
                _cancel(pool)
        return

    def at_once(requests: list[AnnotationRequest]) -> "Future[list[Annotation]]":
        done: Future[list[Annotation]] = Future()
        done.set_result(annotator.annotate(requests))
        return done

    yield at_once


def _cancel(pool: Executor) -> None:
    pool.shutdown(wait=True, cancel_futures=True)


def _batches(record: Record, model: str, *, belonging: bool) -> Iterator[list[Pending]]:
    last = 0
    while True:
        with record.reading() as session:
            batch = stale(session, model, after=last, belonging=belonging, limit=BATCH)
        if not batch:
            return
        yield batch
        last = batch[-1].document_id


def annotate_stale(record: Record, places: Places, model: str, predict: Predict, processes: int, after_batch: Callable[[int], bool]) -> int:
    """Annotate what another model than ``model`` has annotated; gives how many documents were stored.

    ``after_batch`` is told how many each batch had, and says whether to go on.
    """
    done = 0
    for belonging in (False, True):
        waiting: deque[tuple[Sequence[Pending], Future[list[Annotation]]]] = deque()
        batches = _batches(record, model, belonging=belonging)
        while True:
            batch = next(batches, None)
            if batch is not None:
                waiting.append((batch, predict([item.request for item in batch])))
            if batch is not None and len(waiting) < UNDER_WAY * processes:
                continue
            if not waiting:
                break
            first, predicted = waiting.popleft()
            store(record, places, first, predicted.result())
            done += len(first)
            if not after_batch(len(first)):
                return done
    return done
