"""Concerns to be found: of known topic, place, time, size, course and spread."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alerts.panel import Grid
from alerts.simulation.traits import Traits, within

SIZES = {"small": 0.8, "medium": 1.6, "large": 3.2}
"""Stories a day that a concern adds, before the square root of one plus the usual."""
SPREADS = {"single": 0.5, "cluster": 0.3, "scattered": 0.2}
"""How often a concern has one province, some close ones, or many at once."""
APART = 40
"""Days between two concerns of one cell, at least."""

Course = Callable[[np.random.Generator, Grid], Grid]
"""Relative strength at each part (0 to 1) of a concern's time; its mean is about 1."""


def _ramp(random: np.random.Generator, time: Grid) -> Grid:
    return np.asarray(time ** random.uniform(0.7, 2.0) * random.uniform(1.7, 2.6))


def _spike(random: np.random.Generator, time: Grid) -> Grid:
    rate = random.uniform(1.5, 4)
    return np.asarray(rate / (1 - np.exp(-rate)) * np.exp(-rate * time))


def _waves(random: np.random.Generator, time: Grid) -> Grid:
    return np.asarray(1 + np.cos(2 * np.pi * (time * random.uniform(1, 4) + random.uniform())))


def _late(random: np.random.Generator, time: Grid) -> Grid:
    return np.where(time < random.uniform(0.3, 0.7), 0.4, 1.6)


def _step(_: np.random.Generator, time: Grid) -> Grid:
    return np.ones_like(time)


COURSES: dict[str, Course] = {"step": _step, "ramp": _ramp, "spike": _spike, "waves": _waves, "late": _late}
_OFTEN = (0.4, 0.25, 0.2, 0.07, 0.08)


@dataclass(frozen=True)
class Injected:
    """A concern of known size, place and time; ``end`` is its last day."""

    topic: int
    units: tuple[int, ...]
    onset: int
    end: int
    size: str
    course: str
    spread: str


@dataclass(frozen=True)
class Added:
    """What concerns add: negative stories, and the complaints among them, by day, unit and topic."""

    concerns: list[Injected]
    negative: Grid
    complaints: Grid


def _units(random: np.random.Generator, placed: int, spread: str) -> tuple[tuple[int, ...], Grid]:
    """Provinces of a concern and the strength in each; units stand from north to south, so close numbers are close places."""
    if spread == "single":
        return (int(random.integers(placed)),), np.ones(1)
    number = int(random.integers(2, 5)) if spread == "cluster" else int(random.integers(5, 12))
    if spread == "cluster":
        begin = int(random.integers(placed - number))
        units = tuple(range(begin, begin + number))
    else:
        units = tuple(int(unit) for unit in random.choice(placed, number, replace=False))
    # Between one concern shared out and the same concern everywhere.
    weights = random.dirichlet(np.full(number, 3.0)) * number ** random.uniform(0.15, 0.7)
    return units, weights


class Injector:
    """Puts concerns into a world."""

    def __init__(self, traits: Traits, usual: Grid, first: int) -> None:
        self._traits, self._usual, self._first = traits, usual, first
        self._busy = np.zeros((traits.days, *usual.shape), dtype=bool)
        self._longest = within(traits.random, 12, 28)
        self._chance = usual[:-1].sum(axis=0) ** traits.random.uniform(0, 0.6)

    def _draw(self) -> tuple[Injected, Grid]:
        random, traits = self._traits.random, self._traits
        size, course = str(random.choice(list(SIZES))), str(random.choice(list(COURSES), p=_OFTEN))
        spread = str(random.choice(list(SPREADS), p=list(SPREADS.values())))
        days = int(within(random, 5, self._longest))
        onset = int(random.integers(self._first, traits.days - days - 5))
        topic = int(random.choice(traits.topics, p=self._chance / self._chance.sum()))
        units, weights = _units(random, traits.units - 1, spread)
        return Injected(topic, units, onset, onset + days - 1, size, course, spread), weights

    def _is_free(self, one: Injected) -> bool:
        near = slice(max(one.onset - APART, 0), one.end + APART)
        return not self._busy[near, list(one.units), one.topic].any()

    def _write(self, one: Injected, weights: Grid, added: Added) -> None:
        random, days = self._traits.random, one.end - one.onset + 1
        strength = COURSES[one.course](random, (np.arange(days) + 0.5) / days)
        share, placed = random.uniform(0.35, 0.9), random.uniform(0.7, 1.0)
        when = slice(one.onset, one.end + 1)
        for unit, weight in zip(one.units, weights, strict=True):
            mean = SIZES[one.size] * weight * np.sqrt(1 + self._usual[unit, one.topic]) * strength
            for where, part in ((unit, 1.0), (-1, (1 - placed) / placed)):
                stories = random.poisson(mean * part)
                added.negative[when, where, one.topic] += stories
                added.complaints[when, where, one.topic] += random.binomial(stories, share)

    def inject(self, number: int) -> Added:
        """Concerns with their stories; no two meet in a cell within 40 days."""
        added = Added([], np.zeros(self._busy.shape), np.zeros(self._busy.shape))
        for _ in range(number * 4):
            if len(added.concerns) == number:
                break
            one, weights = self._draw()
            if self._is_free(one):
                self._busy[one.onset : one.end + 1, list(one.units), one.topic] = True
                self._write(one, weights, added)
                added.concerns.append(one)
        return added
