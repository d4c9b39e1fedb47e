"""What kind of world it is: every world draws its own traits, from ranges wider than any one country's."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np


def within(random: np.random.Generator, low: float, high: float) -> float:
    """A number between two, on the scale of its logarithm."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


@dataclass
class Traits:
    """The traits of one world; ``harsh`` makes coverage wilder and the machine that reads it worse."""

    random: np.random.Generator
    days: int
    units: int
    """The provinces and, last, coverage without a province."""
    topics: int
    first: date
    merged: list[int]
    """Units that were made of several provinces on 1 July 2025."""
    harsh: bool = False
    stories_a_day: float = field(init=False)
    """Negative stories a day in the whole country."""
    unplaced: float = field(init=False)
    """Part of coverage that names no province."""
    gamma: float = field(init=False)
    """Shape of the daily gamma factor: small is wild."""
    follow_up: float = field(init=False)
    """Stories that a negative story brings forth in the days after."""
    absent: float = field(init=False)
    """Part of all days on which nothing of a cell is collected (zero inflation)."""
    mistaken: float = field(init=False)
    """Part of other stories that the classifier calls negative."""
    missed: float = field(init=False)
    """Part of negative stories that it misses."""
    strayed: float = field(init=False)
    """Part of stories that it gives a neighbouring topic."""
    unlocated: float = field(init=False)
    """Part of a province's stories whose province is not recognised."""
    mislocated: float = field(init=False)
    """Part whose province is mistaken for another one."""
    joined: float = field(init=False)
    """Part of a cell's further stories that near-duplicate search takes for copies."""
    leak: float = field(init=False)
    """Part of copies that it takes for stories."""
    copies: float = field(init=False)
    """Copies of a story."""
    habit: float = field(init=False)
    """Part of a week's stories that join its largest storyline without a concern."""
    steady: float = field(init=False)
    """How much the weeks' habits agree: concentration of their beta distribution."""
    recall: float = field(init=False)
    """Part of a concern's stories that are recognised as one storyline."""

    def __post_init__(self) -> None:
        random, wild = self.random, 1.6 if self.harsh else 1.0
        self.stories_a_day = within(random, 30, 500)
        self.unplaced = random.uniform(0.1, 0.4)
        self.gamma = within(random, 1.5, 12) / wild
        self.follow_up = random.uniform(0.0, 0.22) * wild
        self.absent = random.uniform(0.0, 0.08) * wild
        self.mistaken = random.uniform(0.005, 0.04) * wild
        self.missed = random.uniform(0.05, 0.2) * wild
        self.strayed = random.uniform(0.01, 0.08) * wild
        self.unlocated = random.uniform(0.03, 0.15) * wild
        self.mislocated = random.uniform(0.0, 0.03) * wild
        self.joined = random.uniform(0.0, 0.08) * wild
        self.leak = random.uniform(0.0, 0.06) * wild
        self.copies = random.uniform(0.5, 2.0)
        self.habit = min(within(random, 0.02, 0.35) * wild, 0.6)
        self.steady = within(random, 3, 60)
        self.recall = random.uniform(0.35, 0.95) / (1.2 if self.harsh else 1.0)
