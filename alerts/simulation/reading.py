"""What the machine makes of a world's stories: mistaken tones, topics and places, copies taken for stories and stories for copies."""

from dataclasses import dataclass

import numpy as np

from alerts.panel import Grid, window_sum
from alerts.simulation.traits import Traits

_COMPLAINTS_MISTAKEN = 0.1
"""Part of mistaken negatives that is called a complaint."""


@dataclass(frozen=True)
class Streams:
    """Stories by day, unit and topic."""

    complaints: Grid
    others: Grid
    """Negative stories that are no complaints."""
    rest: Grid
    """Stories that are not negative."""

    @property
    def negative(self) -> Grid:
        """Negative stories."""
        return self.complaints + self.others

    def __add__(self, other: "Streams") -> "Streams":
        return Streams(self.complaints + other.complaints, self.others + other.others, self.rest + other.rest)


class Reader:
    """Reads stories with the errors of its world."""

    def __init__(self, traits: Traits) -> None:
        self._traits, self._random = traits, traits.random
        self._sister = np.roll(traits.random.permutation(traits.topics), 1)
        self._namesake = np.append(traits.random.permutation(traits.units - 1), traits.units - 1)

    def _part(self, stories: Grid, share: float) -> Grid:
        return self._random.binomial(stories.astype(int), share).astype(float)

    def _placed(self, stories: Grid) -> Grid:
        """Stories with the topics and provinces that the machine gives them."""
        strayed = self._part(stories, self._traits.strayed)
        stories = stories - strayed + strayed[:, :, self._sister]
        mistaken = self._part(stories, self._traits.mislocated)
        stories = stories - mistaken + mistaken[:, self._namesake]
        lost = self._part(stories[:, :-1], self._traits.unlocated)
        stories = np.concatenate([stories[:, :-1] - lost, stories[:, -1:] + lost.sum(axis=1, keepdims=True)], axis=1)
        return stories - self._part(np.maximum(stories - 1, 0), self._traits.joined)

    def read(self, true: Streams) -> Streams:
        """The stories as the machine counts them."""
        traits = self._traits
        complaints, others, rest = (self._placed(stories) for stories in (true.complaints, true.others, true.rest))
        missed, also = self._part(complaints, traits.missed), self._part(others, traits.missed)
        wrong = self._part(rest, traits.mistaken)
        as_complaints = self._part(wrong, _COMPLAINTS_MISTAKEN)
        return Streams(complaints - missed + as_complaints, others - also + wrong - as_complaints, rest - wrong + missed + also)

    def left_over(self, stories: Grid) -> Grid:
        """Copies of stories that are taken for stories."""
        return self._random.poisson(stories * self._traits.copies * self._traits.leak).astype(float)

    def storylines(self, routine: Grid, follow_ups: Grid, linked: Grid) -> Grid:
        """Stories of the largest negative storyline of the last 7 days; ``linked`` are stories of one event."""
        week = window_sum(routine, 7).astype(int)
        # A week's habit lasts: what clusters today clusters tomorrow.
        weeks, usual, steady = -(-len(week) // 7), self._traits.habit, self._traits.steady
        habit = np.repeat(self._random.beta(usual * steady, (1 - usual) * steady, (weeks, *week.shape[1:])), 7, axis=0)[: len(week)]
        largest = np.where(week > 0, 1 + self._random.binomial(np.maximum(week - 1, 0), habit), 0)
        chained = window_sum(self._part(follow_ups, self._traits.recall), 7)
        largest = np.maximum(largest, np.where(chained > 0, 1 + np.minimum(chained, 3 + chained // 3), 0))
        return np.asarray(np.maximum(np.minimum(largest, week), window_sum(self._part(linked, self._traits.recall), 7)))
