"""A Bayesian filter with a usual state and elevated ones, on complaints and other negative stories.

A hidden Markov model run forward (Rabiner 1989); the score is the log-odds of being elevated. The elevated states add
``size × √(1 + expected)`` stories a day, most of them complaints. Likelihoods are quasi-Poisson: divided by the dispersion.
"""

from dataclasses import dataclass, field

import numpy as np

from alerts.detection.expectation import Expectation, Tuning, expect, streams
from alerts.detection.interface import Scores, with_windows
from alerts.panel import Grid, Panel


@dataclass(frozen=True)
class FilterTuning:
    """Constants of the filter; how each was found stands in ``docs/detection.md``."""

    sizes: tuple[float, ...] = (0.6, 1.2, 2.4, 4.8)
    """Stories a day that the elevated states add, before the square root of the expectation."""
    complaint_share: float = 0.5
    """Part of a concern's negative stories that are complaints."""
    begin: float = 1 / 1500
    """Chance that a concern begins on a day."""
    end: float = 1 / 9
    """Chance that it ends."""
    volume: float = 0.06
    """Negative stories that come with each unexpected other story: mistaken labels, sharp words under a campaign's news."""
    storyline: float = 1.0
    """Weight of an unusually large storyline."""
    floor: float = 0.01
    """Least expected stories a day: no series is known to be impossible."""


def _log_ratio(observed: Grid, usual: Grid, added: Grid, dispersion: Grid) -> Grid:
    """Quasi-Poisson log-likelihood ratio of ``usual + added`` against ``usual``."""
    ratio: Grid = (observed * np.log1p(added / usual) - added) / dispersion
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
        score = self._filter(panel, usual)
        return with_windows(score, panel, usual.negative, usual.complaints, usual.dispersion)

    def _filter(self, panel: Panel, usual: Expectation) -> Grid:
        complaints, others, rest = streams(panel)
        surprise = np.maximum(rest - usual.rest, 0.0) * self.tuning.volume
        share = usual.complaints / np.maximum(usual.negative, 1e-9)
        mean_complaints = np.maximum(usual.complaints + surprise * share, self.tuning.floor / 2)
        mean_others = np.maximum(usual.others + surprise * (1 - share), self.tuning.floor / 2)
        root = np.sqrt(1 + mean_complaints + mean_others)
        evidence = []
        for size in self.tuning.sizes:
            added = size * root
            of_complaints = _log_ratio(complaints, mean_complaints, added * self.tuning.complaint_share, usual.dispersion)
            of_others = _log_ratio(others, mean_others, added * (1 - self.tuning.complaint_share), usual.dispersion)
            evidence.append(of_complaints + of_others)
        return self._forward(np.stack(evidence))

    def _forward(self, evidence: Grid) -> Grid:
        """Log-odds of the elevated states after each day; ``evidence`` by state, day, unit, topic."""
        tuning = self.tuning
        states, days = evidence.shape[:2]
        odds = np.full((states, *evidence.shape[2:]), tuning.begin / states)
        score = np.empty(evidence.shape[1:])
        for day in range(days):
            elevated = odds.sum(axis=0)
            # Odds against the usual state: what stays elevated, what begins, over what stays usual or ends.
            odds = (odds * (1 - tuning.end) + tuning.begin / states) / (1 - tuning.begin + elevated * tuning.end)
            odds = odds * np.exp(np.clip(evidence[:, day], -50, 50))
            odds = np.clip(odds, 1e-12, 1e12)
            score[day] = np.log(odds.sum(axis=0))
        return score
