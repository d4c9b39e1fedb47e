"""What looks like a concern and is none: communication drives, and press releases that many papers copy."""

from dataclasses import dataclass, field

import numpy as np

from alerts.panel import Grid
from alerts.simulation.traits import Traits

IN_CALENDAR = 0.7
"""Part of drives that the administrator entered beforehand."""


@dataclass(frozen=True)
class Campaign:
    """A communication drive; ``known``: it stands in the calendar."""

    topic: int
    units: tuple[int, ...]
    start: int
    end: int
    known: bool


@dataclass(frozen=True)
class Burst:
    """A copied press release."""

    topic: int
    units: tuple[int, ...]
    day: int
    negative: bool


@dataclass(frozen=True)
class Releases:
    """Press releases: documents, and the stories that near-duplicate search left over, by tone (other, negative), day, unit and topic."""

    bursts: list[Burst]
    documents: Grid = field(repr=False)
    stories: Grid = field(repr=False)


def campaigns(traits: Traits) -> tuple[list[Campaign], Grid]:
    """Drives, and the other stories that they bring, by day, unit and topic."""
    random, stories = traits.random, np.zeros((traits.days, traits.units, traits.topics))
    drives = []
    for _ in range(int(random.integers(8, 40))):
        begin, days, topic = int(random.integers(traits.days - 20)), int(random.integers(4, 16)), int(random.integers(traits.topics))
        number = traits.units if random.random() < 0.25 else int(random.integers(1, 8))
        units = tuple(int(unit) for unit in random.choice(traits.units, number, replace=False))
        stories[begin : begin + days, units, topic] += random.poisson(random.uniform(0.5, 6), (days, number))
        drives.append(Campaign(topic, units, begin, begin + days - 1, bool(random.random() < IN_CALENDAR)))
    return drives, stories


def press_releases(traits: Traits) -> Releases:
    """Press releases of 15 to 45 copies, of which 35 % are negative."""
    random = traits.random
    documents, stories = (np.zeros((2, traits.days, traits.units, traits.topics)) for _ in range(2))
    bursts = []
    for _ in range(int(random.integers(40, 120))):
        day, topic, negative = int(random.integers(traits.days - 3)), int(random.integers(traits.topics)), bool(random.random() < 0.35)
        units = tuple(int(unit) for unit in random.choice(traits.units, int(random.choice([1, 1, 2, 4])), replace=False))
        for unit in units:
            copies = int(random.integers(15, 46)) if unit == units[0] else int(random.integers(1, 20))
            when = day + random.choice(3, copies, p=[0.7, 0.2, 0.1])
            left = np.concatenate([[True], random.random(copies - 1) < traits.leak])
            documents[int(negative), :, unit, topic] += np.bincount(when, minlength=traits.days)
            stories[int(negative), :, unit, topic] += np.bincount(when[left], minlength=traits.days)
        bursts.append(Burst(topic, units, day, negative))
    return Releases(bursts, documents, stories)
