"""What happens in a world besides the everyday: concerns to be found, and bursts that are none."""

from dataclasses import dataclass

import numpy as np

from alerts.panel import Grid
from alerts.simulation.coverage import Shape, within

SIZES = {"small": 0.8, "medium": 1.6, "large": 3.2}
"""Stories a day that a concern adds, before the square root of one plus the usual."""
COURSES = ("step", "ramp", "spike", "waves", "late")


@dataclass(frozen=True)
class Injected:
    """A concern of known size, place and time; ``end`` is its last day."""

    topic: int
    units: tuple[int, ...]
    onset: int
    end: int
    size: str
    course: str


@dataclass(frozen=True)
class Burst:
    """A copied press release."""

    topic: int
    units: tuple[int, ...]
    day: int
    negative: bool


def _course(random: np.random.Generator, course: str, days: int) -> Grid:
    """Relative strength of each day; the mean of a course is about 1."""
    time = (np.arange(days) + 0.5) / days
    if course == "ramp":
        return np.asarray(np.minimum(2 * time, 1.2))
    if course == "spike":
        return np.asarray(2.6 * np.exp(-2.5 * time))
    if course == "waves":
        return np.asarray(1 + np.cos(2 * np.pi * (time * days / random.uniform(3, 7))))
    if course == "late":
        return np.where(time < 0.5, 0.5, 1.5)
    return np.ones(days)


def _units(random: np.random.Generator, placed: int) -> tuple[tuple[int, ...], Grid]:
    """Provinces of a concern and the strength in each: one, some close ones, or many at once."""
    kind = random.choice(3, p=[0.6, 0.25, 0.15])
    number = 1 if kind == 0 else int(random.integers(2, 5)) if kind == 1 else int(random.integers(5, 11))
    units = tuple(int(unit) for unit in random.choice(placed, number, replace=False))
    weights = np.ones(1) if kind == 0 else random.uniform(0.4, 1.0, number) if kind == 1 else random.uniform(0.25, 0.8, number)
    return units, weights


def inject(shape: Shape, expected: Grid, number: int, first: int) -> tuple[list[Injected], Grid, Grid]:
    """Concerns with their negative stories and the complaints among them, from day ``first`` on; no two meet in a cell within 40 days."""
    random, placed = shape.random, shape.units - 1
    usual, busy = expected.mean(axis=0), np.zeros(expected.shape, dtype=bool)
    negative, complaints = np.zeros(expected.shape), np.zeros(expected.shape)
    concerns: list[Injected] = []
    for _ in range(number * 4):
        if len(concerns) == number:
            break
        size, course = str(random.choice(list(SIZES))), str(random.choice(COURSES))
        days, topic = int(within(random, 3, 22)), int(random.integers(shape.topics))
        onset = int(random.integers(first, shape.days - days - 5))
        units, weights = _units(random, placed)
        if busy[max(onset - 40, 0) : onset + days + 40, list(units), topic].any():
            continue
        busy[onset : onset + days, list(units), topic] = True
        strength, share = _course(random, course, days), random.uniform(0.35, 0.9)
        for unit, weight in zip(units, weights, strict=True):
            mean = SIZES[size] * weight * np.sqrt(1 + usual[unit, topic]) * strength
            stories = random.binomial(random.poisson(mean), 1 - shape.missed)
            negative[onset : onset + days, unit, topic] += stories
            complaints[onset : onset + days, unit, topic] += random.binomial(stories, share)
        concerns.append(Injected(topic, units, onset, onset + days - 1, size, course))
    return concerns, negative, complaints


def campaigns(shape: Shape) -> Grid:
    """Other stories of communication drives, by day, unit and topic."""
    random, stories = shape.random, np.zeros((shape.days, shape.units, shape.topics))
    for _ in range(int(random.integers(8, 40))):
        begin, days, topic = int(random.integers(shape.days - 20)), int(random.integers(4, 16)), int(random.integers(shape.topics))
        number = shape.units if random.random() < 0.25 else int(random.integers(1, 8))
        units = random.choice(shape.units, number, replace=False)
        stories[begin : begin + days, units, topic] += random.poisson(random.uniform(0.5, 6), (days, number))
    return stories


def press_releases(shape: Shape) -> tuple[list[Burst], Grid, Grid]:
    """Copied press releases: (bursts, documents, stories that near-duplicate search left over)."""
    random = shape.random
    documents, stories = (np.zeros((2, shape.days, shape.units, shape.topics)) for _ in range(2))
    bursts, leak = [], random.uniform(0.0, 0.1) * (1.5 if shape.harsh else 1)
    for _ in range(int(random.integers(40, 120))):
        day, topic, negative = int(random.integers(shape.days - 3)), int(random.integers(shape.topics)), bool(random.random() < 0.35)
        number = int(random.choice([1, 1, 2, 4]))
        units = tuple(int(unit) for unit in random.choice(shape.units, number, replace=False))
        for unit in units:
            copies = int(random.integers(15, 46)) if unit == units[0] else int(random.integers(1, 20))
            left = 1 + int(random.binomial(copies, leak))
            when = day + random.choice(3, left, p=[0.7, 0.2, 0.1])
            stories[int(negative), :, unit, topic] += np.bincount(when, minlength=shape.days)
            documents[int(negative), day, unit, topic] += copies
        bursts.append(Burst(topic, units, day, negative))
    return bursts, documents, stories
