"""CPU time and memory of the processes that a measurement starts."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

SAMPLED_EVERY = 0.5
"""Seconds between two looks at the memory."""


def _children(parent: int) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended in the meantime
            continue
        if int(fields[1]) == parent:
            found.add(int(status.parent.name))
    return found


def _resident(process: int) -> float:
    """Memory of a process in MB."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass
class Used:
    """What a measurement took: seconds by the clock and of the processor, and memory (MB) at every look."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: list[float] = field(default_factory=list)

    @property
    def largest(self) -> float:
        """The largest memory."""
        return max(self.memory, default=0.0)

    def quarters(self) -> list[float]:
        """The largest memory in each quarter of the time."""
        bounds = [len(self.memory) * part // 4 for part in range(5)]
        return [max(self.memory[first:end], default=0.0) for first, end in pairwise(bounds)]


@contextmanager
def measured() -> Iterator[Used]:
    """Measure the processes that the block starts and waits for; those that ran before do not count."""
    used, over, others = Used(), Event(), _children(os.getpid())

    def watch() -> None:
        while not over.wait(SAMPLED_EVERY):
            used.memory.append(sum(map(_resident, _children(os.getpid()) - others)))

    watcher = Thread(target=watch)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    watcher.start()
    try:
        yield used
    finally:
        after, used.seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
        over.set()
        watcher.join()
    used.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
