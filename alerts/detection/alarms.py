"""From scores to alarms: which series stand out on a day, and enough of them to be a cluster."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from alerts.detection.interface import WINDOW, Scores
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel, window_sum
from alerts.rules import DetectionRules

RARE = 0.5
"""Stories expected in 7 days below which a series is rare."""
FRESH = 3
"""Days without a new story after which a series alarms no more, however much came before."""


@dataclass(frozen=True)
class Alarm:
    """A series that stands out on a day; counts are distinct negative stories over the 7 days that end there."""

    day: date
    unit: str
    topic: str
    score: float
    observed: float
    expected: float
    low: float
    high: float

    @property
    def is_national(self) -> bool:
        """Whether it concerns no single province."""
        return self.unit in (NATIONAL, UNPLACED)

    @property
    def excess(self) -> float:
        """Stories above the expectation."""
        return self.observed - self.expected


def clusters(panel: Panel, scores: Scores, rules: DetectionRules) -> Grid:
    """1 where a series holds enough stories to be a cluster: some, fresh ones, more than the interval of what is usual.

    Where hardly any is expected, a first cluster of complaints is enough, whatever the interval.
    """
    complaints = window_sum(panel.counts["complaint_stories"], WINDOW)
    enough = scores.observed >= rules.least_stories
    rare = scores.expected < RARE
    few = rare & (complaints < rules.least_complaints_rare)
    within = ~rare & (scores.observed <= scores.high)
    fresh = window_sum(panel.counts["neg_stories"], FRESH) > 0
    return (enough & ~few & ~within & fresh).astype(np.float64)


def alarm_at(panel: Panel, scores: Scores, cell: tuple[int, int, int]) -> Alarm:
    """The alarm of one day, unit and topic (their places in the panel)."""
    day, unit, topic = cell
    numbers = (float(grid[cell]) for grid in (scores.score, scores.observed, scores.expected, scores.low, scores.high))
    return Alarm(panel.days[day], panel.units[unit], panel.topics[topic], *numbers)


def alarms_of_day(panel: Panel, scores: Scores, day: date, threshold: float, rules: DetectionRules) -> list[Alarm]:
    """The alarms of ``day``, strongest first."""
    at = panel.index(day)
    alarming = (scores.score[at] >= threshold) & (clusters(panel, scores, rules)[at] > 0)
    found = [alarm_at(panel, scores, (at, int(unit), int(topic))) for unit, topic in np.argwhere(alarming)]
    return sorted(found, key=lambda alarm: -alarm.score)
