"""A simulation of the queues: documents arrive, are handed out in batches, annotated by workers, and followed by the index.

All tasks wait in one queue, first come first served, as they do in Redis; a worker does one at a time. How long a task takes is a part
for itself and a part for each document, both measured (:mod:`benchmarks.load.workers`).
"""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

HAND_OUT, ANNOTATE, FOLLOW, JOBS = "hand_out", "annotate", "follow_index", "do_jobs"


@dataclass(frozen=True)
class Service:
    """Seconds that a task takes: ``fixed`` and ``each`` for every document."""

    fixed: float
    each: float

    def seconds(self, documents: int) -> float:
        """Of a task with so many documents."""
        return max(self.fixed + self.each * documents, 0.0)


@dataclass(frozen=True)
class Shape:
    """How a system is set up."""

    workers: int
    batch: int
    most_claimed: int
    hand_out_every: float
    follow_every: float
    jobs_every: float
    age: float
    """Seconds that it had been running when the first document came: the regular tasks are sent from its start on."""

    def regular(self) -> dict[str, float]:
        """Seconds between two tasks of each regular kind."""
        return {HAND_OUT: self.hand_out_every, FOLLOW: self.follow_every, JOBS: self.jobs_every}


@dataclass
class Outcome:
    """When each document, in order of arrival, was annotated and found by its labels."""

    annotated: list[float]
    searchable: list[float]


@dataclass
class _System:
    services: dict[str, Service]
    shape: Shape
    arrivals: Sequence[float]
    events: list[tuple[float, int, str, list[int]]] = field(default_factory=list)
    queue: deque[tuple[str, list[int]]] = field(default_factory=deque)
    waiting: deque[int] = field(default_factory=deque)
    unindexed: list[int] = field(default_factory=list)
    claimed: int = 0
    busy: int = 0
    numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: float, what: str, documents: list[int]) -> None:
        heapq.heappush(self.events, (at, next(self.numbers), what, documents))

    def begin_tasks(self, now: float) -> None:
        """Give free workers what waits; what a task takes up is decided when it begins."""
        while self.queue and self.busy < self.shape.workers:
            task, documents = self.queue.popleft()
            if task == HAND_OUT:
                room = max(self.shape.most_claimed - self.claimed, 0)
                documents = [self.waiting.popleft() for _ in range(min(room, len(self.waiting)))]
                self.claimed += len(documents)
            elif task == FOLLOW:
                documents, self.unindexed = self.unindexed, []
            self.busy += 1
            self.plan(now + self.services[task].seconds(len(documents)), f"end {task}", documents)


def simulate(arrivals: Sequence[float], services: dict[str, Service], shape: Shape) -> Outcome:
    """Run until every document that arrived can be found by its labels."""
    system = _System(services, shape, arrivals)
    outcome = Outcome([0.0] * len(arrivals), [0.0] * len(arrivals))
    left = len(arrivals)
    for number, at in enumerate(arrivals):
        system.plan(at, "arrival", [number])
    for task, every in shape.regular().items():
        system.plan(every - shape.age % every, f"beat {task}", [])
    while left:
        now, _, what, documents = heapq.heappop(system.events)
        kind, _, task = what.partition(" ")
        if kind == "arrival":
            system.waiting += documents
        elif kind == "beat":
            system.queue.append((task, []))
            system.plan(now + shape.regular()[task], what, [])
        else:
            system.busy -= 1
            left -= _end(system, outcome, now, task, documents)
        system.begin_tasks(now)
    return outcome


def _end(system: _System, outcome: Outcome, now: float, task: str, documents: list[int]) -> int:
    """What a task that has ended leaves behind; gives how many documents are done."""
    size = system.shape.batch
    if task == HAND_OUT:
        system.queue += [(ANNOTATE, documents[at : at + size]) for at in range(0, len(documents), size)]
    elif task == ANNOTATE:
        system.claimed -= len(documents)
        system.unindexed += documents
        for number in documents:
            outcome.annotated[number] = now
    elif task == FOLLOW:
        for number in documents:
            outcome.searchable[number] = now
        return len(documents)
    return 0
