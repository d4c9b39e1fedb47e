"""Everyday coverage of a world: how much is written where, about what, on which day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from alerts.panel import Grid

TET = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6))
"""First day of the lunar year."""


def within(random: np.random.Generator, low: float, high: float) -> float:
    """A number between two, on the scale of its logarithm."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


@dataclass
class Shape:
    """What kind of world it is; every world draws its own, from ranges wider than any one country's."""

    random: np.random.Generator
    days: int
    units: int
    topics: int
    first: date
    merged: list[int]
    """Units that were made of several provinces on 1 July 2025."""
    harsh: bool = False
    stories_a_day: float = field(init=False)
    """Negative stories a day in the whole country."""
    unplaced: float = field(init=False)
    dispersion: float = field(init=False)
    """Shape of the daily gamma factor: small is wild."""
    follow_up: float = field(init=False)
    """Stories that a negative story brings forth in the three days after."""
    false_negative: float = field(init=False)
    """Part of other stories that the classifier calls negative."""
    missed: float = field(init=False)
    """Part of negative stories that it misses."""

    def __post_init__(self) -> None:
        random, wild = self.random, 1.6 if self.harsh else 1.0
        self.stories_a_day = within(random, 20, 1200)
        self.unplaced = random.uniform(0.1, 0.5)
        self.dispersion = within(random, 1.2, 15) / wild
        self.follow_up = random.uniform(0.0, 0.25) * wild
        self.false_negative = random.uniform(0.005, 0.05) * wild
        self.missed = random.uniform(0.02, 0.2) * wild


def _autoregressive(random: np.random.Generator, shape: tuple[int, ...], spread: float, keep: float) -> Grid:
    """Logarithms that wander along the first axis and return to zero."""
    steps = random.normal(0, spread * np.sqrt(1 - keep**2), shape)
    wandering = np.zeros(shape)
    running = random.normal(0, spread, shape[1:])
    for day in range(shape[0]):
        running = keep * running + steps[day]
        wandering[day] = running
    return wandering


def _calendar(shape: Shape) -> Grid:
    """Factor of each day: weekend, Tết, outages, new sources, a drift and a season."""
    random, days = shape.random, shape.days
    moments = [shape.first + timedelta(days=i) for i in range(days)]
    factor = np.ones(days)
    weekend = random.uniform(0.5, 1.0)
    usual = np.array([*random.uniform(0.93, 1.07, 5), weekend, weekend * random.uniform(0.8, 1.1)])
    factor *= np.array([usual[day.weekday()] for day in moments])
    at_tet, length = random.uniform(0.15, 0.6), int(random.integers(5, 11))
    for tet in TET:
        for day in range(-2, length):
            place = (tet - shape.first).days + day
            if 0 <= place < days:
                factor[place] *= at_tet if day >= 0 else (1 + at_tet) / 2
    for _ in range(int(random.integers(0, 6))):
        begin = int(random.integers(0, days - 5))
        factor[begin : begin + int(random.integers(1, 5))] *= random.uniform(0.0, 0.5)
    for _ in range(int(random.integers(0, 3))):
        factor[int(random.integers(0, days)) :] *= random.uniform(0.8, 1.5)
    years = np.arange(days) / 365.25
    season = 1 + random.uniform(0, 0.25) * np.sin(2 * np.pi * (years + random.uniform()))
    noise = np.exp(random.normal(0, random.uniform(0.03, 0.2), days))
    return factor * season * np.exp(random.uniform(-0.3, 0.3) * years) * noise


def _levels(shape: Shape) -> Grid:
    """Negative stories a day of every cell (unit, topic); the last unit is coverage without a province."""
    random = shape.random
    places = np.exp(random.normal(0, random.uniform(0.5, 1.2), shape.units))
    places[-1] = 0
    places *= (1 - shape.unplaced) / places.sum()
    places[-1] = shape.unplaced
    topics = np.exp(random.normal(0, random.uniform(0.6, 1.2), shape.topics))
    mixed = random.gamma(4, 0.25, (shape.units, shape.topics)) ** random.uniform(0.3, 1.2)
    levels = np.outer(places, topics / topics.sum()) * mixed
    return np.asarray(levels * shape.stories_a_day / levels.sum())


def _seasons(shape: Shape) -> Grid:
    """Factors by day and topic: some topics have a time of the year (students' cards, adjustments of pensions)."""
    factor = np.ones((shape.days, shape.topics))
    days = np.arange(shape.days)
    for _ in range(int(shape.random.integers(0, 4))):
        topic, peak = int(shape.random.integers(shape.topics)), shape.random.uniform(0, 365)
        width, height = shape.random.uniform(10, 40), shape.random.uniform(0.5, 3)
        distance = np.abs((days - peak + 182.6) % 365.25 - 182.6)
        factor[:, topic] += height * np.exp(-np.square(distance / width) / 2)
    return factor


def intensities(shape: Shape) -> Grid:
    """Expected negative stories by day, unit and topic: what an oracle would know."""
    random = shape.random
    level = _levels(shape)[None] * _calendar(shape)[:, None, None] * _seasons(shape)[:, None, :]
    national = _autoregressive(random, (shape.days, 1, shape.topics), random.uniform(0.05, 0.35), random.uniform(0.6, 0.97))
    local = _autoregressive(random, (shape.days, shape.units, shape.topics), random.uniform(0, 0.45), random.uniform(0.6, 0.97))
    merger = (date(2025, 7, 1) - shape.first).days
    if 0 < merger < shape.days:
        level[merger:, shape.merged] *= np.exp(random.normal(0, 0.2, (1, len(shape.merged), 1)))
    return np.asarray(level * np.exp(national + local))


def draw(shape: Shape, expected: Grid) -> Grid:
    """Counts with the world's dispersion and follow-up stories."""
    random = shape.random
    wild = random.gamma(shape.dispersion, 1 / shape.dispersion, expected.shape)
    counts = random.poisson(expected * wild * (1 - shape.follow_up)).astype(float)
    born = random.binomial(random.poisson(counts * shape.follow_up).astype(int), 1.0)
    for delay, share in ((1, 0.5), (2, 0.3), (3, 0.2)):
        counts[delay:] += random.binomial(born[:-delay], share)
    return counts
