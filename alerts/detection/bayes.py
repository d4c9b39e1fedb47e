"""A Bayesian filter with a usual state and elevated ones, on complaints and other negative stories.

A hidden Markov model run forward (Rabiner 1989); the score is the log-odds of being elevated. The elevated states add
``size × √(1 + expected)`` stories a day, most of them complaints. Counts are negative binomial with the learned dispersion, so that one
wild day proves less than the same stories on several days; the split into complaints and others is binomial.
"""

from dataclasses import dataclass, field

import numpy as np

from alerts.detection.copies import unexpected_copies
from alerts.detection.expectation import Expectation, Tuning, expect, streams
from alerts.detection.interface import Scores, with_windows
from alerts.detection.storylines import storyline_surprise
from alerts.panel import Grid, Panel


@dataclass(frozen=True)
class FilterTuning:
    """Constants of the filter, chosen on development worlds of ``alerts/simulation`` (points: concerns found at one false alarm a day)."""

    sizes: tuple[float, ...] = (0.6, 1.2, 2.4, 4.8)
    """Stories a day that the elevated states add, before the square root of the expectation; 0.4 to 6.4 made no difference."""
    complaint_share: float = 0.65
    """Part of a concern's negative stories that are complaints; 0.5 costs 1 point, 0.75 none."""
    begin: float = 1 / 1500
    """Chance that a concern begins on a day; moves the score's zero, not its order."""
    end: float = 1 / 7
    """Chance that it ends; 1/14 to 1/5 are within half a point."""
    volume: float = 0.1
    """Negative stories that come with each unexpected other one (mistaken labels under a drive's news); 0 costs 3 points, 0.15 none."""
    copies: float = 0.06
    """Stories that near-duplicate search leaves over of each unexpected copy; 0.12 is no better."""
    copied: float = 3.0
    """Unexpected copies a story at which its evidence halves: 40 papers with one release are no 40 complaints. Without it four times as
    many releases alarm; 8 lets twice as many through; neither changes how many concerns are found."""
    storyline: float = 0.8
    """Weight of an unusually large storyline; 0 costs 1 to 3 points, 2 costs 2 at five false alarms a day."""
    floor: float = 0.01
    """Least expected stories a day: no series is known to be impossible."""


def _negative_binomial(observed: Grid, usual: Grid, added: Grid, dispersion: Grid) -> Grid:
    """Log-likelihood ratio of ``usual + added`` against ``usual``, both with the size that gives ``usual`` its dispersion."""
    size = np.maximum(usual / np.maximum(dispersion - 1, 0.02), 0.05)
    ratio: Grid = observed * np.log1p(added / usual) - (observed + size) * np.log1p(added / (size + usual))
    return ratio


def _split(complaints: Grid, others: Grid, usual: Grid, expected: Grid) -> Grid:
    """Log-likelihood ratio of a share of complaints ``expected`` against the ``usual`` one."""
    ratio: Grid = complaints * np.log(expected / usual) + others * np.log((1 - expected) / (1 - usual))
    return ratio


@dataclass
class TwoStates:
    """The filter as a detector."""

    tuning: FilterTuning = field(default_factory=FilterTuning)
    expectation: Tuning = field(default_factory=Tuning)
    name: str = "bayes"

    def scores(self, panel: Panel) -> Scores:
        """Score every day of the panel."""
        usual = expect(panel, self.expectation)
        score = self._forward(self._evidence(panel, usual))
        if panel.has_storylines:
            score += self.tuning.storyline * storyline_surprise(panel)
        return with_windows(score, panel, usual.negative, usual.complaints, usual.dispersion)

    def _means(self, usual: Expectation, rest: Grid, copies: Grid) -> tuple[Grid, Grid]:
        """Expected complaints and other negative stories, given how much else was written and copied on the day."""
        surprise = np.maximum(rest - usual.rest, 0.0) * self.tuning.volume
        share = usual.complaints / np.maximum(usual.negative, 1e-9)
        others = usual.others + surprise * (1 - share) + self.tuning.copies * copies
        least = self.tuning.floor / 2
        return np.maximum(usual.complaints + surprise * share, least), np.maximum(others, least)

    def _evidence(self, panel: Panel, usual: Expectation) -> Grid:
        """Log-likelihood ratio of every elevated state, by state, day, unit and topic."""
        complaints, others, rest = streams(panel)
        copies = unexpected_copies(panel)
        mean_complaints, mean_others = self._means(usual, rest, copies)
        mean = mean_complaints + mean_others
        share = mean_complaints / mean
        trust = 1 / (1 + copies / (self.tuning.copied * (complaints + others + 1)))
        evidence = []
        for size in self.tuning.sizes:
            added = size * np.sqrt(1 + mean)
            expected_share = (mean_complaints + added * self.tuning.complaint_share) / (mean + added)
            of_split = _split(complaints, others, share, expected_share) / np.sqrt(usual.dispersion)
            ratio = _negative_binomial(complaints + others, mean, added, usual.dispersion) + of_split
            evidence.append(np.where(ratio > 0, ratio * trust, ratio))
        return np.stack(evidence)

    def _forward(self, evidence: Grid) -> Grid:
        """Log-odds of the elevated states after each day."""
        tuning, states = self.tuning, len(evidence)
        odds = np.full((states, *evidence.shape[2:]), tuning.begin / states)
        score = np.empty(evidence.shape[1:])
        for day in range(evidence.shape[1]):
            elevated = odds.sum(axis=0)
            # Odds against the usual state: what stays elevated and what begins, over what stays usual and what ends.
            odds = (odds * (1 - tuning.end) + tuning.begin / states) / (1 - tuning.begin + elevated * tuning.end)
            odds = np.clip(odds * np.exp(np.clip(evidence[:, day], -50, 50)), 1e-12, 1e15)
            score[day] = np.log(odds.sum(axis=0))
        return score
