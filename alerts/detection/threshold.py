"""The threshold that keeps false alarms within the budget: shipped from simulated worlds, then corrected by the panel's own past."""

import numpy as np
from numpy.typing import NDArray

from alerts.detection.life import GAP, LONGEST
from alerts.panel import Grid

Numbers = NDArray[np.float64]

_PRIOR_DAYS = 60.0
"""Days of its own past that weigh as much as the shipped thresholds."""
_WARM_UP = 60
"""First days that teach nothing: the expectation is still learning."""
_KEEP = 0.5 ** (1 / 365)
_STEPS = 40
_TRUE = 0.1
"""Of the past's alerts some are true; so many, against the budget, that worlds with and without concerns both stay within 30 % of it."""


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

    def opened(self, day: int, scores: Numbers) -> Numbers:
        """Alerts that open on a day, by threshold (:func:`alerts.detection.life.openings` at each)."""
        near = np.flatnonzero(scores >= self._levels[0])
        alarming = scores[near][None] >= self._levels[:, None]
        latest, began = self._latest[:, near], self._began[:, near]
        opens = alarming & ((day - latest > GAP) | (day - began >= LONGEST))
        self._began[:, near] = np.where(opens, day, began)
        self._latest[:, near] = np.where(alarming, day, latest)
        return np.asarray(opens.sum(axis=1), dtype=np.float64)


def _level_for(levels: Numbers, rate: Numbers, budget: float) -> float:
    """The lowest threshold whose rate of alerts is within the budget, between levels by the logarithm of the rate."""
    falling = np.maximum.accumulate(np.maximum(rate, 1e-4)[::-1])[::-1]
    return float(np.interp(-np.log(budget), -np.log(falling), levels))


def thresholds_by_day(score: Grid, prior: dict[float, float], budget: float) -> Numbers:
    """The threshold of each day for ``budget`` false alarms a day, from the days before it.

    Args:
        score: scores by day and series.
        prior: the shipped table, budget → threshold.
        budget: false alarms a day wanted.
    """
    budgets = sorted(prior, reverse=True)
    levels = np.interp(np.linspace(0, len(budgets) - 1, _STEPS), np.arange(len(budgets)), [prior[one] for one in budgets])
    expected = np.exp(np.interp(np.linspace(0, len(budgets) - 1, _STEPS), np.arange(len(budgets)), np.log(budgets)))
    counter = _Counter(levels, score.shape[1])
    alerts, days = expected * _PRIOR_DAYS, _PRIOR_DAYS
    thresholds = np.empty(len(score))
    for day in range(len(score)):
        thresholds[day] = _level_for(levels, alerts / days, budget * (1 + _TRUE))
        opened = counter.opened(day, score[day])
        if day >= _WARM_UP:
            alerts, days = alerts * _KEEP + opened, days * _KEEP + 1
    return thresholds
