"""Daily counts from a CSV file, checked line by line, as a panel of today's provinces."""

import csv
import gzip
import io
import itertools
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import numpy as np

from alerts.panel import NATIONAL, UNPLACED, Panel, units_of
from langnghe.errors import LangngheError, WrongCall
from langnghe.places import NOWHERE, Places

COLUMNS = {
    "n_total": "total",
    "n_negative": "negative",
    "n_complaint": "complaint",
    "n_sources": "sources",
    "n_distinct_stories": "stories",
    "n_neg_stories": "neg_stories",
    "n_complaint_stories": "complaint_stories",
    "top_storyline": "top_storyline",
}
"""Column of the file → count of the panel."""
OPTIONAL = ("n_neg_stories", "n_complaint_stories", "top_storyline")
PARTS = (
    ("n_negative", "n_total"),
    ("n_complaint", "n_total"),
    ("n_sources", "n_total"),
    ("n_distinct_stories", "n_total"),
    ("n_neg_stories", "n_distinct_stories"),
    ("n_complaint_stories", "n_distinct_stories"),
    ("n_neg_stories", "n_negative"),
    ("n_complaint_stories", "n_complaint"),
)
"""(part, total): the part never exceeds the total."""
OLD_NAME = "(cũ)"
LONGEST_DAYS = 3660
CROWDED = 20
"""Lines a day from which a day without any is no quiet day: at a mean of 20 it comes once in 500 million days."""


@dataclass(frozen=True)
class _Row:
    line: int
    day: date
    unit: str
    topic: str
    counts: tuple[int, ...]


class CountsFile:
    """Reads one file; every error names its line."""

    def __init__(self, path: Path, places: Places) -> None:
        self.path = path
        self._places = places
        self._provinces: dict[tuple[str, bool], str] = {}
        self._seen: dict[tuple[date, str, str], int] = {}
        self._days: dict[str, date] = {}
        self._given: list[str] = []
        self.holes: list[tuple[date, int]] = []
        """After :meth:`read`: days that have no line at all where every other day has many, each with the last line before it."""

    def _error(self, line: int, problem: str, remedy: str) -> LangngheError:
        return LangngheError(f"{self.path}:{line}: {problem}", remedy)

    @contextmanager
    def _open(self) -> Iterator[IO[str]]:
        try:
            with self.path.open("rb") as raw:
                packed = raw.peek(2)[:2] == b"\x1f\x8b"
                data = gzip.GzipFile(fileobj=raw) if packed else raw
                yield io.TextIOWrapper(data, encoding="utf-8-sig", newline="")
        except FileNotFoundError:
            raise WrongCall(f"there is no file {self.path}", "Name a CSV or CSV.gz file of daily counts.") from None
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise LangngheError(f"{self.path} can't be read: {reason}", "Name a CSV or CSV.gz file of daily counts.") from None
        except UnicodeDecodeError:
            raise LangngheError(f"{self.path} is not UTF-8", "Save it as UTF-8.") from None

    def _header(self, row: list[str]) -> dict[str, int]:
        place = {name.strip(): i for i, name in enumerate(row)}
        needed = ["date", "province", "topic", *(name for name in COLUMNS if name not in OPTIONAL)]
        missing = [name for name in needed if name not in place]
        if missing:
            raise self._error(1, f"there is no column {missing[0]}", f"The first line names the columns: {', '.join(needed)}.")
        return place

    def _day(self, text: str, line: int) -> date:
        if text not in self._days:
            try:
                self._days[text] = date.fromisoformat(text.strip())
            except ValueError:
                raise self._error(line, f"date is {text!r}", "Write days as YYYY-MM-DD.") from None
        return self._days[text]

    def _province(self, name: str, day: date, line: int) -> str:
        """Id of a province by its name on the day, however it is spelt; ``NAME (cũ)`` is the one of before."""
        key = (name, day >= date(2025, 7, 1))
        if key not in self._provinces:
            bare, old = name.strip(), name.strip().endswith(OLD_NAME)
            if bare == NOWHERE:
                self._provinces[key] = NOWHERE
            else:
                province = self._places.by_name(bare.removesuffix(OLD_NAME).strip(), date(2025, 6, 30) if old else day)
                if province is None:
                    raise self._error(line, f"there is no province {name!r}", f"Use the official name of its day, or {NOWHERE}.")
                self._provinces[key] = province.id
        return self._provinces[key]

    def _count(self, text: str, column: str, line: int) -> int:
        if not text and column == "top_storyline":
            return 0
        try:
            number = int(text)
        except ValueError:
            raise self._error(line, f"{column} is {text!r}", "Counts are whole numbers from 0.") from None
        if number < 0:
            raise self._error(line, f"{column} is {number}", "Counts are whole numbers from 0.")
        return number

    def rows(self) -> Iterator[_Row]:
        """The checked rows, in the order of the file."""
        with self._open() as text:
            reader = csv.reader(text)
            try:
                place = self._header(next(reader, []))
                yield from self._checked(reader, place)
            except csv.Error as error:
                raise self._error(reader.line_num, str(error), "Write comma-separated lines.") from None

    def _checked(self, reader: Iterable[list[str]], place: dict[str, int]) -> Iterator[_Row]:
        columns = [(name, place[name]) for name in COLUMNS if name in place]
        self._given = [name for name, _ in columns]
        order = {name: i for i, (name, _) in enumerate(columns)}
        parts = [(order[part], order[total], part, total) for part, total in PARTS if part in order]
        at_day, at_province, at_topic, width = place["date"], place["province"], place["topic"], max(place.values()) + 1
        for line, row in enumerate(reader, 2):
            if not row:
                continue
            if len(row) < width:
                raise self._error(line, f"{len(row)} of {width} columns", "Write a value, or 0, for every column.")
            day, topic = self._day(row[at_day], line), row[at_topic].strip()
            counts = tuple(self._count(row[i], name, line) for name, i in columns)
            for part, total, part_name, total_name in parts:
                if counts[part] > counts[total]:
                    problem = f"{part_name} ({counts[part]}) exceeds {total_name} ({counts[total]})"
                    raise self._error(line, problem, "A part never exceeds its total.")
            if not topic:
                raise self._error(line, "the topic is empty", "Name the topic of every line.")
            province = self._province(row[at_province], day, line)
            self._once(day, province, topic, line)
            yield _Row(line, day, UNPLACED if province == NOWHERE else self._places.today_of(province), topic, counts)

    def _once(self, day: date, province: str, topic: str, line: int) -> None:
        first = self._seen.setdefault((day, province, topic), line)
        if first != line:
            name = self._places.name(province)
            raise self._error(line, f"{name}, {topic} has {day} twice, first in line {first}", "Keep one of the two lines.")

    def read(self) -> Panel:
        """The whole file as a panel; days without a line are days without coverage.

        Raises:
            LangngheError: naming file and line of what is wrong.
        """
        rows = list(self.rows())
        if not rows:
            raise LangngheError(f"{self.path} holds no counts", "Write at least one line below the names of the columns.")
        first, last = min(row.day for row in rows), max(row.day for row in rows)
        if (last - first).days > LONGEST_DAYS:
            row = min(rows, key=lambda row: row.day)
            raise self._error(row.line, f"{first} to {last} are more than ten years", "Correct the date.")
        topics = sorted({row.topic for row in rows})
        self.holes = _holes(rows)
        panel = Panel.empty(first, last, units_of(self._places), topics)
        return self._filled(panel, rows)

    def _filled(self, panel: Panel, rows: list[_Row]) -> Panel:
        cells = tuple(
            np.array(axis)
            for axis in zip(
                *((panel.index(row.day), panel.unit_index[row.unit], panel.topic_index[row.topic]) for row in rows), strict=True
            )
        )
        numbers = np.array([row.counts for row in rows], dtype=np.float64)
        for i, name in enumerate(self._given):
            join = np.maximum if name == "top_storyline" else np.add
            join.at(panel.counts[COLUMNS[name]], cells, numbers[:, i])
        _complete(panel, set(self._given))
        return Panel(panel.first, panel.units, panel.topics, panel.counts, "top_storyline" in self._given)


def _holes(rows: list[_Row]) -> list[tuple[date, int]]:
    """Days without any line in a file whose days have so many lines that it can't be chance."""
    latest: dict[date, int] = {}
    for row in rows:
        latest[row.day] = max(row.line, latest.get(row.day, 0))
    days = sorted(latest)
    if len(rows) < CROWDED * len(days):
        return []
    return [
        (before + timedelta(days=i), latest[before]) for before, after in itertools.pairwise(days) for i in range(1, (after - before).days)
    ]


def _complete(panel: Panel, given: set[str]) -> None:
    """Estimate the stories that the file does not count, and add up the national series."""
    counts, national = panel.counts, panel.unit_index[NATIONAL]
    originality = counts["stories"] / np.maximum(counts["total"], 1)
    for name, documents in (("neg_stories", "negative"), ("complaint_stories", "complaint")):
        if f"n_{name}" not in given:
            # The same share of negative documents is copied as of all documents.
            counts[name] = np.minimum(np.ceil(counts[documents] * originality), counts["stories"])
    for name, grid in counts.items():
        grid[:, national] = grid.max(axis=1) if name == "top_storyline" else grid.sum(axis=1)
