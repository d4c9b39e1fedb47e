"""A whole world: everyday coverage, bursts and concerns as the counts that a detector sees."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from alerts.panel import NATIONAL, Grid, Panel, units_of, window_sum
from alerts.simulation.coverage import Shape, draw, intensities
from alerts.simulation.injections import Burst, Injected, campaigns, inject, press_releases
from langnghe.places import load_places

TOPICS = 20
FIRST = 120
"""First day on which a concern may begin."""


@dataclass(frozen=True)
class World:
    """Counts with and without the concerns, and what is true of them."""

    seed: int
    panel: Panel
    calm: Panel
    """The same world without any concern: every alarm in it is false."""
    concerns: list[Injected]
    bursts: list[Burst]


def _storylines(random: np.random.Generator, routine: Grid, linked: Grid, habit: float, recall: float) -> Grid:
    """Stories of the largest negative storyline of the last 7 days; ``linked`` are stories of one event each."""
    usual = window_sum(routine, 7).astype(int)
    largest = np.where(usual > 0, 1 + random.binomial(np.maximum(usual - 1, 0), habit), 0)
    return np.maximum(largest, random.binomial(window_sum(linked, 7).astype(int), recall)).astype(float)


def _with_national(counts: dict[str, Grid]) -> dict[str, Grid]:
    whole = {}
    for name, grid in counts.items():
        nation = grid.max(axis=1, keepdims=True) if name == "top_storyline" else grid.sum(axis=1, keepdims=True)
        whole[name] = np.concatenate([grid, nation], axis=1)
    return whole


class _Maker:
    """Draws a world step by step from one seed."""

    def __init__(self, seed: int, *, harsh: bool, days: int, concerns: int) -> None:
        random, places = np.random.default_rng([seed, int(harsh)]), load_places()
        self.random, self.seed = random, seed
        self.units = units_of(places)
        merged = [i for i, province in enumerate(places.of_34) if len(province.members) > 1]
        first = date(2024, 1, 1) + timedelta(days=int(random.integers(0, 300)))
        self.shape = Shape(random, days, len(self.units) - 1, TOPICS, first, merged, harsh)
        self.number = concerns
        self.copies, self.hot = random.uniform(0.2, 1.5), random.uniform(1.0, 4.0)
        self.habit, self.recall = random.uniform(0.05, 0.35) * (1.5 if harsh else 1), random.uniform(0.3, 0.95)

    def world(self) -> World:
        """The world of the seed."""
        shape, random = self.shape, self.random
        expected = intensities(shape)
        share = random.uniform(0.08, 0.45, shape.topics)
        real = draw(shape, expected)
        rest = draw(shape, expected * (1 - share) / share) + campaigns(shape)
        mistaken = random.binomial(rest.astype(int), shape.false_negative)
        bursts, documents, left = press_releases(shape)
        calm = random.binomial(real.astype(int), 1 - shape.missed) + mistaken + left[1]
        habitual = random.uniform(0.2, 0.6, shape.topics)
        complaints = random.binomial(random.binomial(real.astype(int), 1 - shape.missed) + 0, habitual)
        complaints = np.minimum(complaints + random.binomial(mistaken, 0.1) + random.binomial(left[1].astype(int), 0.15), calm)
        others = rest - mistaken + left[0]
        concerns, added, added_complaints = inject(shape, expected, self.number, FIRST)
        state = random.bit_generator.state
        base = self._panel(calm, complaints, others, documents, calm, left[1])
        random.bit_generator.state = state
        whole = self._panel(calm + added, complaints + added_complaints, others, documents, calm, left[1] + added)
        return World(self.seed, whole, base, concerns, bursts)

    def _panel(self, negative: Grid, complaints: Grid, others: Grid, documents: Grid, routine: Grid, linked: Grid) -> Panel:
        random = self.random
        # What an event brings is copied more than the everyday.
        copied = random.poisson(routine * self.copies + (negative - routine) * self.copies * self.hot)
        counts = {
            "negative": negative + copied + documents[1],
            "complaint": complaints + np.minimum(copied, complaints),
            "stories": negative + others,
            "neg_stories": negative.astype(float),
            "complaint_stories": complaints.astype(float),
            "top_storyline": np.minimum(_storylines(random, routine, linked, self.habit, self.recall), window_sum(negative, 7)),
        }
        counts["total"] = counts["negative"] + others + random.poisson(others * self.copies) + documents[0]
        counts["sources"] = np.minimum(counts["total"], 40)
        topics = [f"topic {i}" for i in range(TOPICS)]
        return Panel(self.shape.first, self.units, topics, _with_national(counts), has_storylines=True)


def make_world(seed: int, *, harsh: bool = False, days: int = 730, concerns: int = 150) -> World:
    """The world of a seed: the same seed gives the same world; ``harsh``: wilder, with worse labels and more follow-up."""
    return _Maker(seed, harsh=harsh, days=days, concerns=concerns).world()


__all__ = ["NATIONAL", "World", "make_world"]
