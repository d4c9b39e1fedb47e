"""The panel: daily counts of every province and topic, the form that detection works on."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from langnghe.places import NOWHERE, Places

NATIONAL = NOWHERE
"""Unit of the national series: everything, wherever it speaks of."""
UNPLACED = "unplaced"
"""Unit of coverage without a province; part of the national series."""

COUNTS = (
    "total",
    "negative",
    "complaint",
    "sources",
    "stories",
    "neg_stories",
    "complaint_stories",
    "top_storyline",
)
"""Documents (total, negative, complaint), sources, and distinct stories (all, negative, complaints).

``top_storyline``: the most distinct negative stories that one storyline collected in the cell in the last 7 days.
"""

Grid = NDArray[np.float64]
"""Numbers by day, unit and topic."""


def units_of(places: Places) -> list[str]:
    """The units of a panel: 34 provinces of today, coverage without a province, the nation."""
    return [*(province.id for province in places.of_34), UNPLACED, NATIONAL]


@dataclass(frozen=True)
class Panel:
    """Counts (see :data:`COUNTS`) by day, unit and topic, without gaps between the first day and the last."""

    first: date
    units: list[str]
    topics: list[str]
    counts: dict[str, Grid] = field(repr=False)
    has_storylines: bool = False
    unfinished: bool = False
    """Whether the last day is not over: its counts are tested against what a whole day brings."""

    @classmethod
    def empty(cls, first: date, last: date, units: list[str], topics: list[str]) -> "Panel":
        """A panel of zeros over a period, both days included."""
        shape = ((last - first).days + 1, len(units), len(topics))
        return cls(first, units, topics, {name: np.zeros(shape) for name in COUNTS})

    def __len__(self) -> int:
        return int(self.counts["total"].shape[0])

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(days=len(self) - 1)

    @cached_property
    def days(self) -> list[date]:
        """Every day."""
        return [self.first + timedelta(days=i) for i in range(len(self))]

    @cached_property
    def unit_index(self) -> dict[str, int]:
        """Place of each unit on the second axis."""
        return {unit: i for i, unit in enumerate(self.units)}

    @cached_property
    def topic_index(self) -> dict[str, int]:
        """Place of each topic on the third axis."""
        return {topic: i for i, topic in enumerate(self.topics)}

    def index(self, day: date) -> int:
        """Place of a day on the first axis."""
        return (day - self.first).days

    def cell(self, name: str, unit: str, topic: str) -> Grid:
        """One count's daily series."""
        return self.counts[name][:, self.unit_index[unit], self.topic_index[topic]]


def window_sum(daily: Grid, days: int) -> Grid:
    """Sum of each day and the ``days - 1`` before it along the first axis (fewer at the start)."""
    running = np.cumsum(daily, axis=0)
    windowed = running.copy()
    windowed[days:] -= running[:-days]
    return windowed
