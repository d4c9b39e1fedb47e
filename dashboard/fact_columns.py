"""The facts of the last months as columns in memory: every page of trends and the map count in them, in place of the record each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from langnghe.actor import Actor, Role
from langnghe.record.schema import Correction, Fact
from langnghe.stories import WINDOW

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Keys = NDArray[np.int64]
CHUNK = 50_000
"""Rows that are read before other sessions get their turn again."""


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
    negative: Mask
    complaint: Mask
    """Negative and a complaint."""

    def between(self, first: date, last: date) -> Mask:
        """Rows of a period, both days included."""
        return np.asarray((self.day >= (first - self.start).days) & (self.day <= (last - self.start).days), dtype=np.bool_)


_SEPARATOR = "|"
_CELL = Fact.province + _SEPARATOR + Fact.province_then + _SEPARATOR + Fact.topic + _SEPARATOR + Fact.sentiment + _SEPARATOR + Fact.intent
"""What a row says beside its day and story, as one text: few are different, so that each row costs one look-up, not five."""


@dataclass
class _Reading:
    """Rows as they are read: days and cells get codes as they come."""

    days: dict[Any, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    columns: list[tuple[Codes, Codes, Keys, Keys]] = field(default_factory=list)

    def take(self, rows: Sequence[Any]) -> None:
        """Take rows of day, cell, story and document in."""
        day, cell, story, document = zip(*rows, strict=True)
        self.columns.append((_coded(day, self.days), _coded(cell, self.cells), np.array(story, np.int64), np.array(document, np.int64)))

    def done(self, start: date) -> FactColumns:
        """What has been read."""
        none = (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
        day, cell, story, document = (np.concatenate(parts) for parts in zip(*(self.columns or [none]), strict=True))
        offsets = np.array([(_day(value) - start).days for value in self.days] or [0], np.int32)
        parts = list(zip(*(text.split(_SEPARATOR) for text in self.cells), strict=True)) or [()] * 5
        province, then, topic, sentiment, intent = (_categories(values, cell) for values in parts)
        negative = sentiment.equal("negative")
        return FactColumns(start, offsets[day], story, document, province, then, topic, negative, negative & intent.equal("complaint"))


def _coded(values: Sequence[Any], codes: dict[Any, int]) -> Codes:
    return np.fromiter((codes.setdefault(value, len(codes)) for value in values), np.int32, len(values))


def _day(value: Any) -> date:
    # SQLite keeps days as text, PostgreSQL's driver gives them as days.
    return value if isinstance(value, date) else date.fromisoformat(value)


def _categories(of_cells: Sequence[str], cell: Codes) -> Categories:
    values = sorted(set(of_cells))
    codes = np.array([values.index(value) for value in of_cells] or [0], np.int32)
    return Categories(codes[cell], values)


def _read(session: Session, *where: ColumnElement[bool], start: date) -> FactColumns:
    reading = _Reading()
    query = select(type_coerce(Fact.day, NullType()), _CELL, Fact.story_id, Fact.document_id).where(*where)
    for chunk in session.execute(query.execution_options(yield_per=CHUNK)).partitions():
        reading.take(chunk)
    return reading.done(start)


def read_facts(session: Session, actor: Actor, start: date, end: date) -> FactColumns:
    """The facts of a period; the counts of coverage are every office's."""
    actor.require(Role.viewer, None, "read counts")
    return _read(session, Fact.day.between(start, end), start=start)


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
        newer = _read(session, where, Fact.day.between(self._start, self._end), start=self._start)
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
