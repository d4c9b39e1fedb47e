"""The facts of the last months as columns in memory: every page of trends and the map count in them, in place of the record each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray
from pyarrow import csv
from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.record.schema import Correction, Fact
from langnghe.stories import WINDOW

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Keys = NDArray[np.int64]
STEP = 200_000
"""Facts that are read at once, some ten megabytes of text."""


@dataclass(frozen=True)
class Categories:
    """A column of few values: their codes by row, and the values by code."""

    codes: Codes
    values: list[str]

    def equal(self, value: str) -> Mask:
        """Rows that have ``value``."""
        at = self.values.index(value) if value in self.values else -1
        return np.asarray(self.codes == at, dtype=np.bool_)


@dataclass(frozen=True)
class FactColumns:
    """Facts from a day on; ``day`` counts days since then."""

    start: date
    day: Codes
    story: Keys
    document: Keys
    province: Categories
    province_then: Categories
    topic: Categories
    source: Categories
    kind: Categories
    negative: Mask
    complaint: Mask
    """Negative and a complaint."""

    def between(self, first: date, last: date) -> Mask:
        """Rows of a period, both days included."""
        return np.asarray((self.day >= (first - self.start).days) & (self.day <= (last - self.start).days), dtype=np.bool_)


_CATEGORIES = ("province", "province_then", "topic", "sentiment", "intent", "source", "kind")
_CODED = pa.dictionary(pa.int32(), pa.string())
_TYPES = {"day": pa.date32(), **dict.fromkeys(_CATEGORIES, _CODED), "story": pa.int64(), "document": pa.int64()}
_SEPARATOR, _END = "|", "\n"
_COLUMNS = (
    cast(Fact.day, String),
    *(getattr(Fact, name) for name in _CATEGORIES),
    cast(Fact.story_id, String),
    cast(Fact.document_id, String),
)
_LINES = func.aggregate_strings(reduce(lambda line, column: line + _SEPARATOR + column, _COLUMNS), _END)
"""Facts as lines of one text. Both the database and the reader of such lines work without Python's lock, so that whoever looks at a page
meanwhile does not wait; of rows each would take the lock once."""
_EPOCH = date(1970, 1, 1)


def _table(lines: str) -> Any:
    names = csv.ReadOptions(column_names=list(_TYPES), use_threads=False)
    form = csv.ParseOptions(delimiter=_SEPARATOR, quote_char=False)
    return csv.read_csv(BytesIO(lines.encode()), names, form, csv.ConvertOptions(column_types=_TYPES))


def _categories(column: Any) -> Categories:
    values = column.dictionary.to_pylist()
    ranks = np.argsort(np.argsort(np.array(values, dtype=np.str_))).astype(np.int32) if values else np.zeros(1, np.int32)
    return Categories(ranks[column.indices.to_numpy(zero_copy_only=False)], sorted(values))


def _columns(tables: Sequence[Any], start: date) -> FactColumns:
    """The facts of some tables."""
    whole = pa.concat_tables(tables or [pa.schema(list(_TYPES.items())).empty_table()]).unify_dictionaries().combine_chunks()
    found = {name: whole[name].chunk(0) if whole.num_rows else pa.array([], kind) for name, kind in _TYPES.items()}
    coded = {name: _categories(found[name]) for name in _CATEGORIES}
    negative = coded["sentiment"].equal("negative")
    return FactColumns(
        start=start,
        day=found["day"].cast(pa.int32()).to_numpy() - np.int32((start - _EPOCH).days),
        story=found["story"].to_numpy(),
        document=found["document"].to_numpy(),
        province=coded["province"],
        province_then=coded["province_then"],
        topic=coded["topic"],
        source=coded["source"],
        kind=coded["kind"],
        negative=negative,
        complaint=negative & coded["intent"].equal("complaint"),
    )


def _read(session: Session, *where: ColumnElement[bool]) -> list[Any]:
    lines = session.scalar(select(_LINES).where(*where))
    return [_table(lines)] if lines else []


def read_facts(session: Session, actor: Actor, start: date, end: date) -> FactColumns:
    """The facts of a period; the counts of coverage are every office's."""
    actor.require(Role.viewer, None, "read counts")
    of_period = Fact.day.between(start, end)
    # In the order in which they were entered, which is nearly that of their days: by the index of days each would be looked up alone.
    first, last = session.scalar(select(func.min(Fact.id)).where(Fact.day >= start)), session.scalar(select(func.max(Fact.id)))
    steps = range(first or 0, (last or 0) + 1 if first else 0, STEP)
    return _columns([table for key in steps for table in _read(session, Fact.id.between(key, key + STEP - 1), of_period)], start)


def _joined(one: Categories, keep: Mask, other: Categories) -> Categories:
    values = sorted({*one.values, *other.values})
    place = {value: at for at, value in enumerate(values)}
    mine = np.array([place[value] for value in one.values] or [0], np.int32)
    theirs = np.array([place[value] for value in other.values] or [0], np.int32)
    return Categories(np.concatenate([mine[one.codes[keep]], theirs[other.codes]]), values)


def replaced(facts: FactColumns, newer: FactColumns, documents: Keys) -> FactColumns:
    """The facts with those of ``documents`` taken out and newer ones put in."""
    keep = ~np.isin(facts.document, documents)

    def joined(name: str) -> Any:
        return np.concatenate([getattr(facts, name)[keep], getattr(newer, name)])

    def of_values(name: str) -> Categories:
        return _joined(getattr(facts, name), keep, getattr(newer, name))

    return FactColumns(
        start=facts.start,
        day=joined("day"),
        story=joined("story"),
        document=joined("document"),
        province=of_values("province"),
        province_then=of_values("province_then"),
        topic=of_values("topic"),
        source=of_values("source"),
        kind=of_values("kind"),
        negative=joined("negative"),
        complaint=joined("complaint"),
    )


class KeptFacts:
    """The facts of a period, read once; afterwards only what has been entered since."""

    def __init__(self, start: date, end: date) -> None:
        self._start, self._end = start, end
        self._lock = Lock()
        self._facts: FactColumns | None = None
        self._last_fact = self._last_correction = 0

    def current(self, session: Session, actor: Actor) -> FactColumns:
        """The facts as the record has them now; a piece that was deleted stays until the day is over."""
        actor.require(Role.viewer, None, "read counts")
        with self._lock:
            last_fact = session.scalar(select(func.max(Fact.id))) or 0
            last_correction = session.scalar(select(func.max(Correction.id))) or 0
            if self._facts is None:
                self._facts = read_facts(session, actor, self._start, self._end)
            elif (last_fact, last_correction) != (self._last_fact, self._last_correction):
                self._facts = self._caught_up(session, self._facts)
            self._last_fact, self._last_correction = last_fact, last_correction
            return self._facts

    def _caught_up(self, session: Session, facts: FactColumns) -> FactColumns:
        corrected = list(session.scalars(select(Correction.document_id).where(Correction.id > self._last_correction).distinct()))
        where = (Fact.id > self._last_fact) | Fact.document_id.in_(corrected)
        newer = _columns(_read(session, where, Fact.day.between(self._start, self._end)), self._start)
        changed = np.union1d(newer.document, np.array(corrected, np.int64))
        return replaced(facts, newer, changed)


def first_days(facts: FactColumns, rows: Mask, groups: Sequence[Codes], first: date, last: date) -> Codes:
    """Where distinct stories begin: one line each of the group's codes and the day (since ``first``) on which a story is first in it.

    Args:
        facts: the facts.
        rows: which of them count.
        groups: codes by row (place, topic, ...); a story begins once in each combination.
        first: the first day that is counted; a story that began up to 45 days before is none of the period's.
        last: the last day.
    """
    at = np.flatnonzero(rows & facts.between(first - WINDOW, last))
    keys: list[Any] = [group[at] for group in groups]
    order = np.lexsort((facts.day[at], facts.story[at], *reversed(keys)))
    sorted_keys = [key[order] for key in (*keys, facts.story[at])]
    is_first = np.ones(len(order), dtype=np.bool_)
    if len(order):
        is_first[1:] = np.any([key[1:] != key[:-1] for key in sorted_keys], axis=0)
    day = facts.day[at][order][is_first] - (first - facts.start).days
    table = np.column_stack([*(key[order][is_first] for key in keys), day]).astype(np.int32)
    return np.asarray(table[day >= 0], dtype=np.int32)


def longest_start(end: date, days: int) -> date:
    """The first day whose facts a period of ``days`` until ``end`` needs."""
    return end - timedelta(days=days) - WINDOW
