"""What is usual: a rate for every province and topic that borrows from its province, its topic and the nation.

Gamma-Poisson shrinkage towards the product of the margins (Clayton & Kaldor 1987), with exponentially forgotten history, a guard
of some days so that a concern does not teach its own expectation, weekday factors, and a factor of the day that all topics share.
"""

from dataclasses import dataclass

import numpy as np

from alerts.detection.dispersion import Dispersion
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel

WEEKDAYS = np.array([1.08, 1.10, 1.08, 1.08, 1.05, 0.82, 0.79])
"""Weekday factors (Monday first) that a new installation starts from: papers and forums rest at the weekend."""

_EARLY = 4
"""The guard is no more than this part of the days so far: a new installation learns from its first day on."""


@dataclass(frozen=True)
class Tuning:
    """Constants of the expectation, chosen on development worlds of ``alerts/simulation``."""

    half_life: float = 60.0
    """Days after which a count weighs half; 28 costs 1 point, 45 and 80 are within half a point."""
    guard: int = 7
    """The last days that do not teach what is usual yet; 5 costs half a point on slow beginnings, 9 is no better."""
    strength: float = 12.0
    """Days of exposure that the margins weigh against a series' own past; 5 to 30 make no difference with two years of history."""
    start_rate: float = 0.02
    """Stories a day and cell before anything is known."""
    start_days: float = 2.0
    """Days of exposure that :attr:`start_rate` weighs."""
    cap: float = 4.0
    """A past day counts at most expectation + cap standard deviations + 1."""
    weekday_days: float = 56.0
    """Days of exposure that the shipped weekday factors weigh."""


class ShrunkRate:
    """Rate per day of exposure of every unit and topic, learned from the past."""

    def __init__(self, shape: tuple[int, int], national: int, tuning: Tuning) -> None:
        self._sum = np.zeros(shape)
        self._exposure = 0.0
        self._keep = 0.5 ** (1 / tuning.half_life)
        self._tuning = tuning
        self._national = national
        self._placed = np.arange(shape[0]) != national

    def add(self, counts: Grid, exposure: float) -> None:
        """Learn a day's counts (unit, topic)."""
        self._sum = self._sum * self._keep + counts
        self._exposure = self._exposure * self._keep + exposure

    def rate(self) -> Grid:
        """The rate now, by unit and topic."""
        tuning = self._tuning
        placed = self._sum[self._placed]
        known = tuning.start_rate * tuning.start_days
        rows = placed.sum(axis=1, keepdims=True) + known * placed.shape[1]
        columns = placed.sum(axis=0, keepdims=True) + known * placed.shape[0]
        exposure = self._exposure + tuning.start_days
        margins = np.empty_like(self._sum)
        margins[self._placed] = rows * columns / (placed.sum() + known * placed.size) / exposure
        margins[self._national] = (self._sum[self._national] + known * placed.shape[0]) / exposure
        return (self._sum + tuning.strength * margins) / (self._exposure + tuning.strength)


class WeekdayFactors:
    """Factors of the weekdays, shrunk towards the shipped ones; their mean is 1."""

    def __init__(self, tuning: Tuning) -> None:
        self._observed = WEEKDAYS * tuning.weekday_days / 7
        self._expected = np.full(7, tuning.weekday_days / 7)
        self._keep = 0.5 ** (1 / 180)

    def factor(self, weekday: int) -> float:
        """Factor of a weekday (Monday is 0)."""
        ratio = self._observed / self._expected
        return float(ratio[weekday] / ratio.mean())

    def add(self, weekday: int, ratio: float) -> None:
        """Learn a day's volume over its level."""
        self._observed *= self._keep
        self._expected *= self._keep
        self._observed[weekday] += ratio
        self._expected[weekday] += 1.0


def day_factor(observed: Grid, expected: Grid) -> float:
    """How much busier than usual the whole day is: the median over topics of the national volume, pulled to 1 where volume is small.

    The median keeps one topic's storm from raising the expectation of all; Tết, outages and new sources move every topic.
    """
    busy = expected >= 1.0
    total = float((observed.sum() + 10) / (expected.sum() + 10))
    if busy.sum() < 5:
        return min(max(total, 0.2), 5.0)
    ratio = np.sort((observed[busy] + 1) / (expected[busy] + 1))
    return float(min(max(np.median(ratio), 0.1), 10.0))


@dataclass(frozen=True)
class Expectation:
    """The expectation of every day by unit and topic: complaints, other negative stories, and all other stories."""

    complaints: Grid
    others: Grid
    rest: Grid
    dispersion: Grid

    @property
    def negative(self) -> Grid:
        """Expected negative stories a day."""
        return self.complaints + self.others


def streams(panel: Panel) -> tuple[Grid, Grid, Grid]:
    """Complaint stories, other negative stories, and all other stories of a panel."""
    negative = panel.counts["neg_stories"]
    complaints = np.minimum(panel.counts["complaint_stories"], negative)
    return complaints, negative - complaints, np.maximum(panel.counts["stories"] - negative, 0.0)


Counts = tuple[Grid, Grid, Grid]
"""A day's complaints, other negative stories and other stories, by unit and topic."""


class _Learner:
    """Learns day by day; the last days wait until the guard lets them teach."""

    def __init__(self, panel: Panel, tuning: Tuning) -> None:
        shape, self._national = (len(panel.units), len(panel.topics)), panel.unit_index[NATIONAL]
        self._tuning = tuning
        self._rates = [ShrunkRate(shape, self._national, tuning) for _ in range(3)]
        self._weekdays, self._spread = WeekdayFactors(tuning), Dispersion(min(panel.unit_index[UNPLACED], self._national))
        self._waiting: list[tuple[Counts, float, Grid]] = []
        self._days = 0

    def expect(self, counts: Counts, weekday: int, *, unfinished: bool) -> Grid:
        """Complaints, other negative stories and other stories expected on a day, and their dispersion; then learn the day."""
        level = [rate.rate() for rate in self._rates]
        exposure = self._exposure(counts, level, weekday, least=1.0 if unfinished else 0.0)
        expected = np.stack(level) * exposure
        spread = self._spread.value(expected[0] + expected[1])
        self._waiting.append((self._capped(counts, expected, spread), exposure, expected[0] + expected[1]))
        self._days += 1
        if len(self._waiting) > min(self._tuning.guard, self._days // _EARLY):
            self._learn(*self._waiting.pop(0))
        return np.concatenate([expected, spread[None]])

    def _exposure(self, counts: Counts, level: list[Grid], weekday: int, least: float) -> float:
        """How much of a usual day this one is, by its weekday and by what is written everywhere (at ``least`` so much)."""
        volume, usual = sum(count[self._national] for count in counts), sum(one[self._national] for one in level)
        by_weekday = self._weekdays.factor(weekday)
        self._weekdays.add(weekday, min(float(np.sum(volume) + 1) / float(np.sum(usual) + 1), 3.0))
        return by_weekday * max(day_factor(np.asarray(volume), np.asarray(usual) * by_weekday), least)

    def _capped(self, counts: Counts, expected: Grid, spread: Grid) -> Counts:
        caps = expected + self._tuning.cap * np.sqrt(expected * spread) + 1
        complaints, others, rest = (np.minimum(count, cap) for count, cap in zip(counts, caps, strict=True))
        return complaints, others, rest

    def _learn(self, counts: Counts, exposure: float, negative: Grid) -> None:
        for rate, count in zip(self._rates, counts, strict=True):
            rate.add(count, exposure)
        self._spread.add(counts[0] + counts[1], negative)


def expect(panel: Panel, tuning: Tuning | None = None) -> Expectation:
    """What is usual on each day of the panel, from the days before it and the volume of the day itself."""
    complaints, others, rest = streams(panel)
    learner = _Learner(panel, tuning or Tuning())
    expected = np.empty((4, *complaints.shape))
    for day in range(len(panel)):
        weekday = (panel.first.toordinal() + day - 1) % 7
        unfinished = panel.unfinished and day == len(panel) - 1
        expected[:, day] = learner.expect((complaints[day], others[day], rest[day]), weekday, unfinished=unfinished)
    return Expectation(*expected)
