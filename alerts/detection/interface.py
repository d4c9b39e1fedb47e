"""What every detector gives: a score for each day and series, and what was observed against what was expected."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from alerts.panel import Grid, Panel, window_sum

WINDOW = 7
"""Days over which an alarm reports observed and expected."""


@dataclass(frozen=True)
class Scores:
    """A detector's answer, each by day, unit and topic.

    ``score`` ranks alarms across days and series; ``observed``, ``expected``, ``low`` and ``high`` are distinct negative stories
    over 7 days with a 95 % interval of what is usual; ``daily`` and ``daily_complaints`` are the expectation of one day;
    ``dispersion`` is the variance over the mean.
    """

    score: Grid
    observed: Grid
    expected: Grid
    low: Grid
    high: Grid
    daily: Grid
    daily_complaints: Grid
    dispersion: Grid


class Detector(Protocol):
    """Scores a panel; the score of a day uses that day and earlier days only."""

    name: str

    def scores(self, panel: Panel) -> Scores:
        """Score every day of the panel."""
        ...


def interval(expected: Grid, dispersion: Grid) -> tuple[Grid, Grid]:
    """95 % interval of an overdispersed count, by the square root's normal approximation (Anscombe)."""
    root, half = np.sqrt(expected + 0.375), 0.98 * np.sqrt(np.maximum(dispersion, 1.0))
    low = np.square(np.maximum(root - half, 0.0)) - 0.375
    return np.maximum(low, 0.0), np.square(root + half) - 0.375


def with_windows(score: Grid, panel: Panel, daily: Grid, daily_complaints: Grid, dispersion: Grid) -> Scores:
    """Complete a detector's answer by its 7-day windows and their intervals."""
    expected = window_sum(daily, WINDOW)
    low, high = interval(expected, dispersion)
    observed = window_sum(panel.counts["neg_stories"], WINDOW)
    return Scores(score, observed, expected, low, high, daily, daily_complaints, dispersion)
