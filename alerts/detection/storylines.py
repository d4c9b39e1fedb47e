"""Storylines: many stories about one event are a concern sooner than as many about many things."""

from functools import cache
from math import lgamma

import numpy as np

from alerts.detection.expectation import Expectation
from alerts.detection.interface import WINDOW
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel, window_sum

_MOST = 25
"""Stories of a week beyond which the table of habits ends."""
_KEEP = 0.5 ** (1 / 90)
_HABIT = (1.0, 6.0)
"""Beta prior of a story's chance to join the week's largest storyline: one in seven, which routine series had in the prototype's worlds."""
_HABIT_WEEKS, _LEAST_WEEKS = 20.0, 3.0
"""Weeks that the prior weighs at first, and always."""
_RECALL, _RECALL_STORIES = 0.6, 20.0
"""Part of a concern's stories that clustering puts together, and the stories that this assumption weighs."""
_ADDED = 6.0
"""Stories that a concern adds within a week, before the square root of one plus the usual."""
_STEADY = 8.0
"""Concentration of a concern's beta-binomial; 4 costs half a point."""
_NONE = 0.2
"""Chance that a concern shows no storyline at all."""
_SHARES = 40


def _log_beta_binomial(number: int, joined: int, one: float, other: float) -> float:
    chosen = lgamma(number + 1) - lgamma(joined + 1) - lgamma(number - joined + 1)
    after = lgamma(joined + one) + lgamma(number - joined + other) - lgamma(number + one + other)
    return chosen + after - lgamma(one) - lgamma(other) + lgamma(one + other)


def _table(one: float, other: float) -> Grid:
    """Log-probability of the largest storyline's size (second axis) among as many stories (first axis)."""
    table = np.full((_MOST + 1, _MOST + 1), -30.0)
    for stories in range(1, _MOST + 1):
        for size in range(1, stories + 1):
            table[stories, size] = _log_beta_binomial(stories - 1, size - 1, one, other)
    return table


@cache
def _concern_tables() -> Grid:
    """The tables of a concern, by the share of the stories that belong to its storyline."""
    shares = (np.arange(_SHARES) + 0.5) / _SHARES
    return np.stack([_table(share * _STEADY, (1 - share) * _STEADY) for share in shares])


class _Habits:
    """What sizes largest storylines usually have, and how well a concern's stories are put together: learned from earlier days."""

    def __init__(self) -> None:
        self._prior = np.where(_table(*_HABIT) > -30, np.exp(_table(*_HABIT)), 0.0)
        self._seen = self._prior * _HABIT_WEEKS
        self._joined, self._could = _RECALL * _RECALL_STORIES, _RECALL_STORIES

    @property
    def recall(self) -> float:
        """Part of a concern's stories that clustering puts together."""
        return min(self._joined / self._could, 0.9)

    def log_probability(self, stories: Grid, largest: Grid) -> Grid:
        """Of a largest storyline of this size where nothing is the matter."""
        seen = self._seen + self._prior * _LEAST_WEEKS
        table = np.log(seen / np.maximum(seen.sum(axis=1, keepdims=True), 1e-9) + 1e-9)
        return np.asarray(table[stories, largest])

    def learn(self, stories: Grid, largest: Grid, usual: Grid, excess: Grid, elevated: Grid) -> None:
        """Learn a day: habits where the counts are ``usual``, the recall from the ``excess`` where they are ``elevated``."""
        self._seen *= _KEEP
        np.add.at(self._seen, (stories[usual], largest[usual]), 1 / WINDOW)
        lost = 1 - _KEEP
        joined = np.minimum(np.maximum(largest - 1, 0), excess)
        self._joined = self._joined * _KEEP + _RECALL * _RECALL_STORIES * lost + joined[elevated].sum() / WINDOW
        self._could = self._could * _KEEP + _RECALL_STORIES * lost + excess[elevated].sum() / WINDOW


def storyline_evidence(panel: Panel, usual: Expectation, score: Grid) -> Grid:
    """Log-likelihood ratio of the week's largest storyline under a concern against the habits of the past.

    Args:
        panel: the counts.
        usual: what is expected of them.
        score: log-odds of a concern by the counts alone; where they are above 0 teaches what a concern's storylines look like.
    """
    number, size = window_sum(panel.counts["neg_stories"], WINDOW).astype(int), panel.counts["top_storyline"].astype(int)
    expected = window_sum(usual.negative, WINDOW)
    added = _ADDED * np.sqrt(1 + usual.negative)
    part = added / (added + expected)
    stories = np.minimum(number, _MOST)
    largest = np.minimum(size, stories)
    telling = (number >= 2) & (size >= 1)
    placed = np.array([unit not in (NATIONAL, UNPLACED) for unit in panel.units])[:, None]
    tables, habits, evidence = _concern_tables(), _Habits(), np.zeros_like(expected)
    for day in range(len(panel)):
        share = np.clip((habits.recall * part[day] * _SHARES).astype(int), 0, _SHARES - 1)
        of_concern = tables[share, stories[day], largest[day]]
        ratio = of_concern - habits.log_probability(stories[day], largest[day])
        evidence[day] = np.where(telling[day], np.logaddexp(np.log(1 - _NONE) + ratio, np.log(_NONE)), 0.0)
        elevated = (score[day] > 0) & telling[day] & (number[day] >= 3) & placed
        calm = (score[day] < 0) & (stories[day] >= 1) & placed
        habits.learn(stories[day], largest[day], calm, np.maximum(number[day] - expected[day] - 1, 0), elevated)
    return evidence
