"""A Bayesian filter with a usual state and elevated ones, on complaints and other negative stories.

A hidden Markov model run forward (Rabiner 1989); the score is the log-odds of being elevated. The elevated states add
``size × √(1 + expected)`` stories a day, part of them complaints. Counts are negative binomial with the learned dispersion, so that one
wild day proves less than the same stories on several days; the split into complaints and others is binomial.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from alerts.detection.copies import unexpected_copies
from alerts.detection.expectation import Expectation, Tuning, expect, streams
from alerts.detection.interface import WINDOW, Scores, with_windows
from alerts.detection.storylines import storyline_evidence
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel, window_sum


@dataclass(frozen=True)
class FilterTuning:
    """Constants of the filter, chosen on development worlds of ``alerts/simulation`` (points: concerns found at one false alarm a day)."""

    sizes: tuple[float, ...] = (0.3, 0.6, 1.2, 2.4, 4.8)
    """Stories a day that the elevated states add, before the square root of the expectation; without 0.3 half a point less."""
    complaint_shares: tuple[float, ...] = (0.45, 0.8)
    """Part of a concern's negative stories that are complaints; 0.65 alone costs 1 point at five false alarms a day, three gain none."""
    begin: float = 1 / 1500
    """Chance that a concern begins on a day; moves the score's zero, not its order."""
    end: float = 1 / 10
    """Chance that it ends; 1/5 costs 1 point, 1/14 none."""
    volume: float = 0.05
    """Negative stories that come with each unexpected other one (mistaken labels under a drive's news); 0.1 costs half a point."""
    copies: float = 0.06
    """Stories that near-duplicate search leaves over of each unexpected copy; 0.12 is no better."""
    copied: float = 3.0
    """Unexpected copies a story at which its evidence halves: 40 papers with one release are no 40 complaints. Without it four times as
    many releases alarm; 8 lets twice as many through; neither changes how many concerns are found."""
    storyline: float = 0.7
    """Weight of the storylines' evidence, which repeats from day to day; 0 costs 2 to 3 points, 0.4 and 1 half a point."""
    pair: float = 0.6
    """What two stories in a week lose: they meet by chance more often than the model knows; 0 costs half a point."""
    whole: float = 0.7
    """What national series lose: three times as many of their alarms were false; 0 lets twice as many press releases alarm."""
    large: float = 0.2
    """What series lose for each e-fold of stories that a week usually has: much coverage wanders by itself; 0 costs half a point."""
    young: tuple[float, float] = (26.0, 13.0)
    """What every series loses in the first weeks: the first number over the days plus the second. Without it a file's second week has
    three times its false alarms, the sixth half as many again."""
    floor: float = 0.01
    """Least expected stories a day: no series is known to be impossible; 0.005 and 0.02 cost half a point."""


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
        score = self._forward(np.stack(list(self._evidence(panel, usual))))
        if panel.has_storylines:
            score += self.tuning.storyline * storyline_evidence(panel, usual, score)
        score -= self._handicap(panel, usual)
        return with_windows(score, panel, usual.negative, usual.complaints, usual.dispersion)

    def _means(self, usual: Expectation, rest: Grid, copies: Grid) -> tuple[Grid, Grid]:
        """Expected complaints and other negative stories, given how much else was written and copied on the day."""
        surprise = np.maximum(rest - usual.rest, 0.0) * self.tuning.volume
        share = usual.complaints / np.maximum(usual.negative, 1e-9)
        others = usual.others + surprise * (1 - share) + self.tuning.copies * copies
        least = self.tuning.floor / 2
        return np.maximum(usual.complaints + surprise * share, least), np.maximum(others, least)

    def _evidence(self, panel: Panel, usual: Expectation) -> Iterator[Grid]:
        """Log-likelihood ratio of every elevated state, by day, unit and topic."""
        complaints, others, rest = streams(panel)
        copies = unexpected_copies(panel)
        mean_complaints, mean_others = self._means(usual, rest, copies)
        mean = mean_complaints + mean_others
        trust = 1 / (1 + copies / (self.tuning.copied * (complaints + others + 1)))
        for size in self.tuning.sizes:
            added = size * np.sqrt(1 + mean)
            more = _negative_binomial(complaints + others, mean, added, usual.dispersion)
            for share in self.tuning.complaint_shares:
                expected_share = (mean_complaints + added * share) / (mean + added)
                ratio = more + _split(complaints, others, mean_complaints / mean, expected_share)
                yield np.where(ratio > 0, ratio * trust, ratio)

    def _forward(self, evidence: Grid) -> Grid:
        """Log-odds of the elevated states (first axis) after each day."""
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

    def _handicap(self, panel: Panel, usual: Expectation) -> Grid:
        """What the score of a series loses where false alarms were more frequent than the model says."""
        pair = window_sum(panel.counts["neg_stories"], WINDOW) <= 2
        whole = np.array([unit in (NATIONAL, UNPLACED) for unit in panel.units])[:, None]
        large = np.log(np.maximum(WINDOW * usual.negative, 1.0))
        most, days = self.tuning.young
        young = most / (np.arange(len(panel)) + days)
        return np.asarray(self.tuning.pair * pair + self.tuning.whole * whole + self.tuning.large * large + young[:, None, None])
