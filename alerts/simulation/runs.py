"""Running detectors over worlds: own ones through their interface, peers on a count of the panel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from alerts.detection.counts import SEVERAL
from alerts.detection.interface import WINDOW, Detector
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel, window_sum
from alerts.simulation.measure import Run
from alerts.simulation.worlds import World

Scorer = Callable[[Panel], Grid]
"""Scores of a panel by day, unit and topic."""


@dataclass(frozen=True)
class Contestant:
    """A detector under its name in the table."""

    name: str
    score: Scorer


def own(name: str, detector: Detector) -> Contestant:
    """A detector of this project; what is no cluster never alarms."""

    def score(panel: Panel) -> Grid:
        scores = detector.scores(panel)
        return np.where(scores.observed >= SEVERAL, scores.score, -np.inf)

    return Contestant(name, score)


def peer(name: str, method: Callable[[Grid], Grid], count: str = "neg_stories") -> Contestant:
    """A published method on one count; equal scores, of which small counts give many, are put in a random order."""

    def score(panel: Panel) -> Grid:
        scores = method(panel.counts[count])
        return np.asarray(scores + np.random.default_rng(0).uniform(0, 1e-3, scores.shape))

    return Contestant(name, score)


def watched(panel: Panel, score: Grid) -> Grid:
    """Scores of the provinces and, last, of the nation: the higher of the national series and that of coverage without a province."""
    national, unplaced = panel.unit_index[NATIONAL], panel.unit_index[UNPLACED]
    placed = [i for i in range(len(panel.units)) if i not in (national, unplaced)]
    nation = np.maximum(score[:, national], score[:, unplaced])
    return np.concatenate([score[:, placed], nation[:, None]], axis=1).astype(np.float32)


def _lead(panel: Panel) -> Grid:
    """Stories of a week above the mean of the eight weeks before it, by day, province and topic."""
    stories = panel.counts["neg_stories"][:, : len(panel.units) - 2]
    before = window_sum(stories, 9 * WINDOW) - window_sum(stories, WINDOW)
    return np.asarray(window_sum(stories, WINDOW) - before / 8)


def run(contestants: Iterable[Contestant], worlds: Iterable[World]) -> dict[str, list[Run]]:
    """Every contestant's run of every world; a world is dropped as soon as all have seen it."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for world in worlds:
        lead = np.argmax(_lead(world.panel), axis=1)
        for contestant in contestants:
            score = watched(world.panel, contestant.score(world.panel))
            calm = watched(world.calm, contestant.score(world.calm))
            runs[contestant.name].append(Run(world.concerns, world.bursts, score, calm, lead))
    return runs
