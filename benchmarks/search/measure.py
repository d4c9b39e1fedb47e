"""What is measured, and how: every figure is a call of the service that the dashboard and the command line call."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select, update

from benchmarks.search.corpus import LAST_DAY, relevant_texts
from index.interface import SearchIndex, SearchRequest
from index.search import search
from index.series import count_facts, count_index
from index.synchronise import drain_outbox
from index.tokens import words
from langnghe.actor import SYSTEM
from langnghe.record import outbox
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact, OutboxEntry, StoryRow

QUERIES = 60
YEAR = (LAST_DAY - timedelta(364), LAST_DAY)
QUARTER = (LAST_DAY - timedelta(89), LAST_DAY)
PROVINCES = ("34-40", "34-79", "34-01", "34-44", "34-75")
SIX = ("province", "topic", "sentiment", "intent", "kind", "source")


@dataclass(frozen=True)
class Figure:
    """One row of the table, in milliseconds or as ``unit`` says."""

    what: str
    middle: float
    worst: float
    unit: str = "ms"


CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
clock = CLOCKS["wall"]
"""What is measured by; the command line may choose another."""


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of a call."""
    start = clock()
    call()
    return (clock() - start) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figure(what: str, calls: Sequence[Callable[[], object]], repeats: int = 3) -> Figure:
    """p50 and p95 over calls, each the best of some: neighbours on the machine are no part of the program."""
    best = [min(timed(call) for _ in range(repeats)) for call in calls]
    return Figure(what, percentile(best, 0.5), percentile(best, 0.95))


def queries(length: tuple[int, ...] = (2, 3), *, marked: bool = False) -> list[str]:
    """Stretches of the texts as queries."""
    chooser = random.Random(11)  # noqa: S311 - no secret
    texts = [found for found in (words(text.text) for text in relevant_texts()) if len(found) > 8]
    made: list[str] = []
    while len(made) < QUERIES:
        found, size = chooser.choice(texts), chooser.choice(length)
        at = chooser.randrange(len(found) - size)
        made.append(" ".join(pair[0 if marked else 1] for pair in found[at : at + size]))
    return made


class Measured:
    """A filled record and index, and what is measured on them."""

    def __init__(self, record: Record, index: SearchIndex) -> None:
        self.record, self.index = record, index

    def _search(self, **asked: object) -> Callable[[], object]:
        request = SearchRequest.model_validate(asked)
        return lambda: search(self.record, self.index, SYSTEM, request)

    def _counted(self, query: str, by: tuple[str, ...], span: tuple[date, date], province: str | None) -> Callable[[], object]:
        request = SearchRequest(query=query, first_day=span[0], last_day=span[1], provinces=(province,) if province else (), relevant=True)
        return lambda: count_index(self.record, self.index, SYSTEM, request, by)  # type: ignore[arg-type]

    def _of_facts(self, by: tuple[str, ...], span: tuple[date, date], province: str | None) -> Callable[[], object]:
        request = SearchRequest(first_day=span[0], last_day=span[1], provinces=(province,) if province else ())
        return lambda: count_facts(self.record, SYSTEM, request, by)  # type: ignore[arg-type]

    def words(self) -> Figure:
        """The commonest search of all."""
        return figure("2–3 words without marks, first 20 with highlights", [self._search(query=query) for query in queries()])

    def all(self, *, has_facts: bool = True) -> list[Figure]:
        """Everything that only reads; a record without facts is not asked for them."""
        span = {"first_day": QUARTER[0], "last_day": QUARTER[1]}
        pairs = list(zip(queries((2,), marked=True), PROVINCES * QUERIES, strict=False))
        by_day, matrix = ("day", "topic", "sentiment"), ("province", "topic", "day")
        phrases = [self._search(query=f'"{query}"', provinces=(place,), **span) for query, place in pairs]
        facets = [self._search(query=query, facets=True, facet_names=SIX) for query in queries()]
        year_of_query = [self._counted("bhyt", by_day, YEAR, code) for code in PROVINCES]
        year_of_facts = [self._of_facts(by_day, YEAR, code) for code in PROVINCES]
        figures = [
            self.words(),
            figure("the same with marks", [self._search(query=query) for query in queries(marked=True)]),
            figure("the same, newest first", [self._search(query=query, sort="newest") for query in queries()]),
            figure("phrase, province and 90 days", phrases),
            figure("facets over six fields", facets),
            figure("a province's year by day, topic, stance; under a query", year_of_query),
            figure("province × topic × day of 90 days; all, from the index", [self._counted("", matrix, QUARTER, None)]),
        ]
        if has_facts:
            figures += [
                figure("a province's year by day, topic, stance; from the facts", year_of_facts),
                figure("province × topic × day of 90 days; from the facts", [self._of_facts(matrix, QUARTER, None)]),
            ]
        return figures

    def labels_changed(self, number: int = 1_000) -> Figure:
        """Labels of documents changed in the record, until they are searchable."""
        with self.record.session() as session:
            rows = list(session.scalars(select(DocumentRow).order_by(DocumentRow.id).limit(number)))
            session.execute(update(AnnotationRow).where(AnnotationRow.document_id.in_([row.id for row in rows])).values(concern=1))
            for row in rows:
                row.revision += 1
                outbox.enter(session, row, self.record.clock.now())
        seconds = timed(lambda: drain_outbox(self.record, self.index)) / 1000
        return Figure(f"labels of {number:,} documents changed, until searchable", seconds, seconds, "s")

    def forget_arrived(self, documents: int) -> None:
        """Remove what arrived meanwhile, so that the next run finds what this one found."""
        with self.record.session() as session:
            arrived = list(session.scalars(select(DocumentRow.id).where(DocumentRow.id > documents)))
            for column in (Fact.document_id, AnnotationRow.document_id, OutboxEntry.document_id, DocumentRow.id, StoryRow.id):
                session.execute(delete(column.class_).where(column > documents))
        self.index.delete(dict.fromkeys(arrived, 1))
        self.index.refresh()
        self.index.release()
