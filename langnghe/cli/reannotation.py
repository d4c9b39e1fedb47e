"""Annotating everything anew while the system serves: what is new goes first, the index follows, and any process may be killed."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

from langnghe.errors import Conflict
from langnghe.installation import Installation
from langnghe.record.jobs import machine
from langnghe.record.outbox import release_lease
from langnghe.record.reannotation import count_stale
from langnghe.record.schema import Lease

if TYPE_CHECKING:
    from nlp.annotator import Annotator

LEASE = "reannotate"
BETWEEN_SECONDS = 15.0
"""Between two looks at what is new, and drains of the outbox."""


class UnderWay(Conflict):
    """Another process annotates anew."""

    def __init__(self) -> None:
        super().__init__("another process annotates everything anew", "Let it go on; it is as fast alone. Its bar shows how far it is.")


def is_held_by_the_dead(holder: str) -> bool:
    """Whether a lease's holder was a process of this machine that is gone: killed, so that it could not give it back."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != machine() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def free_from_the_dead(installation: Installation, name: str) -> None:
    """Give back a lease whose holder was killed on this machine, in place of waiting until it runs out."""
    with installation.record.session() as session:
        lease = session.get(Lease, name)
        if lease is not None and is_held_by_the_dead(lease.holder):
            release_lease(session, name, lease.holder)


@contextmanager
def alone(installation: Installation) -> Iterator[Callable[[], None]]:
    """Be the one that annotates anew; gives what extends that.

    Raises:
        UnderWay: another process is.
    """
    from index.synchronise import LeaseHeld, lease

    free_from_the_dead(installation, LEASE)
    try:
        with lease(installation.record, LEASE) as extend:
            yield extend
    except LeaseHeld:
        raise UnderWay from None


class _Between:
    """What is done between batches: extend the lease, take in what is new, let the index follow, and see whether time is up."""

    def __init__(self, installation: Installation, annotator: "Annotator", extend: Callable[[], None], seconds: float) -> None:
        self._installation, self._annotator, self._extend = installation, annotator, extend
        self._last = self._began = time.monotonic()
        self._seconds = seconds

    def __call__(self) -> bool:
        now = time.monotonic()
        if now - self._last >= BETWEEN_SECONDS:
            self.settle()
            self._last = time.monotonic()
        return now - self._began < self._seconds

    def settle(self) -> None:
        """Annotate what is new, and bring the index up to the record unless somebody else does."""
        from index.synchronise import LeaseHeld, drain_outbox, open_or_build
        from nlp.stored import annotate_pending

        self._extend()
        here = self._installation
        annotate_pending(here.record, self._annotator, here.places, progress=False, again=False)
        index = open_or_build(here.record, here.settings)
        try:
            drain_outbox(here.record, index, places=here.places, patience=0, progress=lambda _: self._extend())
        except LeaseHeld:
            pass
        finally:
            index.close()


def annotate_again(
    installation: Installation, *, seconds: float = inf, processes: int = 1, advance: Callable[[int], object] | None = None
) -> int:
    """Annotate what another model has annotated, for some seconds or to the end; gives how many documents.

    What it has not come to is found by the next call, however this one ends.

    Raises:
        UnderWay: another process does.
    """
    from nlp.again import annotate_stale, predicting
    from nlp.annotator import load_annotator

    annotator = load_annotator(installation.settings)
    with installation.record.reading() as session:
        if not count_stale(session, annotator.model):
            return 0
    with alone(installation) as extend, predicting(annotator, installation.settings, processes) as predict:
        between = _Between(installation, annotator, extend, seconds)

        def after_batch(number: int) -> bool:
            if advance:
                advance(number)
            return between()

        done = annotate_stale(installation.record, installation.places, annotator.model, predict, processes, after_batch)
        between.settle()
    return done
