"""A whole world: everyday coverage, bursts and concerns as the counts that a detector sees."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from alerts.panel import Grid, Panel, units_of, window_sum
from alerts.simulation.bursts import Burst, Campaign, Releases, campaigns, press_releases
from alerts.simulation.concerns import Added, Injected, Injector
from alerts.simulation.coverage import draw, intensities, levels
from alerts.simulation.reading import Reader, Streams
from alerts.simulation.traits import Traits
from langnghe.places import load_places

TOPICS = 20
FIRST = 60
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
    campaigns: list[Campaign]


def _with_national(counts: dict[str, Grid]) -> dict[str, Grid]:
    whole = {}
    for name, grid in counts.items():
        nation = grid.max(axis=1, keepdims=True) if name == "top_storyline" else grid.sum(axis=1, keepdims=True)
        whole[name] = np.concatenate([grid, nation], axis=1)
    return whole


@dataclass(frozen=True)
class _Read:
    """What was read: the everyday, which of it followed up, the press releases."""

    everyday: Streams
    follow_ups: Grid
    releases: Releases


class _Maker:
    """Draws a world step by step from one seed."""

    def __init__(self, seed: int, *, harsh: bool, days: int) -> None:
        random, places = np.random.default_rng([seed, int(harsh)]), load_places()
        self.random, self.seed = random, seed
        self.units = units_of(places)
        merged = [i for i, province in enumerate(places.of_34) if len(province.members) > 1]
        first = date(2024, 1, 1) + timedelta(days=int(random.integers(0, 300)))
        self.traits = Traits(random, days, len(self.units) - 1, TOPICS, first, merged, harsh)
        self.reader = Reader(self.traits)
        self.hot, self.outlets = random.uniform(0.8, 2.0), int(random.integers(15, 70))

    def world(self, number: int) -> World:
        """The world of the seed with so many concerns."""
        traits, random = self.traits, self.random
        level = levels(traits)
        expected = intensities(traits, level)
        drives, advertised = campaigns(traits)
        read = self._everyday(expected, advertised)
        added = Injector(traits, level, FIRST).inject(number)
        seen = self.reader.read(Streams(added.complaints, added.negative - added.complaints, np.zeros_like(added.negative)))
        state = random.bit_generator.state
        calm = self._panel(read, Streams(*np.zeros((3, *expected.shape))))
        random.bit_generator.state = state
        return World(self.seed, self._panel(read, seen), calm, _visible(added), read.releases.bursts, drives)

    def _everyday(self, expected: Grid, advertised: Grid) -> _Read:
        traits, random = self.traits, self.random
        share, habitual = random.uniform(0.08, 0.45, traits.topics), random.uniform(0.2, 0.6, traits.topics)
        fresh, follow_ups = draw(traits, expected)
        rest = sum(draw(traits, expected * (1 - share) / share)) + advertised
        releases = press_releases(traits)
        complaints = random.binomial((fresh + follow_ups).astype(int), habitual).astype(float)
        read = self.reader.read(Streams(complaints, fresh + follow_ups - complaints, rest))
        complain = random.binomial(releases.stories[1].astype(int), 0.15).astype(float)
        released = Streams(complain, releases.stories[1] - complain, releases.stories[0])
        left = Streams(self.reader.left_over(read.complaints), self.reader.left_over(read.others), self.reader.left_over(read.rest))
        return _Read(read + released + left, np.minimum(follow_ups, read.negative), releases)

    def _panel(self, read: _Read, concern: Streams) -> Panel:
        random, copies = self.random, self.traits.copies
        stories = read.everyday + concern
        # What a concern brings is copied more than the everyday.
        share = random.gamma(0.5, 2.0, read.everyday.negative.shape) * copies
        copied = random.poisson(read.everyday.negative * share) + random.poisson(concern.negative * share * self.hot)
        documents = read.releases.documents - read.releases.stories
        negative, others = stories.negative + copied + documents[1], stories.rest + random.poisson(stories.rest * copies) + documents[0]
        largest = self.reader.storylines(read.everyday.negative, read.follow_ups, concern.negative + read.releases.stories[1])
        counts = {
            "total": negative + others,
            "negative": negative,
            "complaint": stories.complaints + random.binomial(copied, np.clip(stories.complaints / np.maximum(stories.negative, 1), 0, 1)),
            "stories": stories.negative + stories.rest,
            "neg_stories": stories.negative,
            "complaint_stories": stories.complaints,
            "top_storyline": np.minimum(largest, window_sum(stories.negative, 7)),
        }
        counts["sources"] = np.ceil(self.outlets * (1 - np.exp(-counts["total"] / self.outlets)))
        topics = [f"topic {i:02}" for i in range(TOPICS)]
        return Panel(self.traits.first, self.units, topics, _with_national(counts), has_storylines=True)


def _visible(added: Added) -> list[Injected]:
    """The concerns of which at least one story was written."""
    return [one for one in added.concerns if added.negative[one.onset : one.end + 1, list(one.units), one.topic].sum() > 0]


def make_world(seed: int, *, harsh: bool = False, days: int = 730, concerns: int = 150) -> World:
    """The world of a seed: the same seed gives the same world; ``harsh``: wilder, with worse labels and more follow-up."""
    return _Maker(seed, harsh=harsh, days=days).world(concerns)
