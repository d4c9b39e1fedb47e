"""A page that takes too long to read is given up: one hostile page may not hold up all others."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 20.0
"""The slowest page that was met took 1.4 s."""


class TooSlow(ValueError):
    """Reading took longer than the limit."""


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow(f"took longer than {SECONDS:g} s to read")


@contextmanager
def at_most(seconds: float = SECONDS) -> Iterator[None]:
    """Raise :class:`TooSlow` in the block after so long; without effect outside the main thread, where no signal arrives."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
