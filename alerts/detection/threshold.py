"""The threshold that keeps false alarms within the budget: shipped from simulated worlds, then corrected by the panel's own past."""

import numpy as np
from numpy.typing import NDArray

from alerts.detection.life import GAP, LONGEST
from alerts.panel import Grid

Numbers = NDArray[np.float64]

_SURE = 0.05
"""Alerts that rise to the score of so small a budget are counted as concerns, not as false; so many false ones a day are lost by it."""
_PRIOR_DAYS = 4.0
"""Days of its own past that weigh as much as the shipped rate of the lowest level: its alerts are many, so a few days tell."""
_PRIOR_ALERTS = 12.0
"""Alerts that weigh as much as the shipped fall of the rate from one level to the next; 30 leaves single worlds 5 points further from 1."""
_WARM_UP = 21
"""First days that teach nothing: the expectation is still learning and a few weeks' alerts are up to twice the later ones."""
_KEEP = 0.5 ** (1 / 365)
_STEPS = 25
_TRUE, _TRUE_PART = 0.17, 0.2
"""Of the alerts that are left so many a day are small concerns, and at most this part of the budget. Chosen so that development worlds
without concerns (1.0 of the budget on average) and with them (0.8) are both near it."""


def shipped(prior: dict[float, float], budget: float) -> float:
    """The score that gives ``budget`` false alarms a day by the shipped table (budget → threshold)."""
    budgets = sorted(prior)
    return float(np.interp(np.log(budget), np.log(budgets), [prior[one] for one in budgets]))


class _Counter:
    """Counts alerts as they open, at many thresholds at once."""

    def __init__(self, levels: Numbers, series: int) -> None:
        self._levels = levels
        self._began = np.full((len(levels), series), -(10**6))
        self._latest = np.full((len(levels), series), -(10**6))

    def opened(self, day: int, scores: Numbers, counted: NDArray[np.bool_]) -> Numbers:
        """Alerts that open on a day, by threshold (:func:`alerts.detection.life.openings` at each), where they are ``counted``."""
        near = np.flatnonzero(scores >= self._levels[0])
        alarming = scores[near][None] >= self._levels[:, None]
        latest, began = self._latest[:, near], self._began[:, near]
        opens = alarming & ((day - latest > GAP) | (day - began >= LONGEST))
        self._began[:, near] = np.where(opens, day, began)
        self._latest[:, near] = np.where(alarming, day, latest)
        return np.asarray((opens & counted[near]).sum(axis=1), dtype=np.float64)


class _Rates:
    """False alerts a day at every level: the panel's own where there are many, else the shipped fall from the level below."""

    def __init__(self, levels: Numbers, expected: Numbers) -> None:
        self._levels, self._expected = levels, expected
        self._alerts, self._days = np.zeros(len(levels)), 0.0

    def add(self, opened: Numbers) -> None:
        """Learn the alerts of a day."""
        self._alerts = self._alerts * _KEEP + opened + _SURE
        self._days = self._days * _KEEP + 1

    def _rates(self) -> Numbers:
        lowest = (self._alerts[0] + self._expected[0] * _PRIOR_DAYS) / (self._days + _PRIOR_DAYS)
        fall = self._expected[1:] / self._expected[:-1]
        own = (self._alerts[1:] + fall * _PRIOR_ALERTS) / (self._alerts[:-1] + _PRIOR_ALERTS)
        return np.asarray(lowest * np.cumprod(np.concatenate([[1.0], np.minimum(own, 1.0)])))

    def level_for(self, budget: float) -> float:
        """The lowest threshold whose rate is within the budget, between levels by the logarithm of the rate."""
        rates = np.maximum(self._rates(), 1e-6)
        return float(np.interp(-np.log(budget), -np.log(rates), self._levels))


def _peaks(score: Grid) -> Grid:
    """The highest score of each day and the days after it on which an alert may last."""
    highest = score.copy()
    for days in range(1, LONGEST):
        np.maximum(highest[:-days], score[days:], out=highest[:-days])
    return highest


def thresholds_by_day(score: Grid, prior: dict[float, float], budget: float) -> Numbers:
    """The threshold of each day for ``budget`` false alarms a day, from the days before it.

    An alert teaches when it is over: only then is known how high it rose.

    Args:
        score: scores by day and series.
        prior: the shipped table, budget → threshold.
        budget: false alarms a day wanted.
    """
    budgets = sorted(prior, reverse=True)
    steps = np.linspace(0, len(budgets) - 1, _STEPS)
    levels = np.interp(steps, np.arange(len(budgets)), [prior[one] for one in budgets])
    expected = np.exp(np.interp(steps, np.arange(len(budgets)), np.log(budgets)))
    counter, rates = _Counter(levels, score.shape[1]), _Rates(levels, expected)
    unsure = _peaks(score) < shipped(prior, _SURE)
    thresholds = np.empty(len(score))
    for day in range(len(score)):
        over = day - LONGEST
        if over >= 0:
            opened = counter.opened(over, score[over], unsure[over])
            if over >= _WARM_UP:
                rates.add(opened)
        thresholds[day] = rates.level_for(budget + min(_TRUE, _TRUE_PART * budget))
    return thresholds


def raised_threshold(score: Grid, prior: dict[float, float], budget: float, day: int) -> float:
    """The shipped threshold, or a higher one where the panel's own days before ``day`` had more false alarms than the budget.

    Never a lower one: a record of few stories would spend a budget that it does not need on its noise.

    Args:
        score: scores by day and series, minus infinity where there is no cluster.
        prior: the shipped table, budget → threshold.
        budget: false alarms a day wanted.
        day: the day's place on the first axis.
    """
    own = thresholds_by_day(score[: day + 1], prior, budget)[-1]
    return max(shipped(prior, budget), float(own))
