"""EWMA on distinct negative stories: the first detector, and the one to fall back on."""

import numpy as np

from alerts.detection.expectation import Tuning, expect
from alerts.detection.interface import Scores, with_windows
from alerts.panel import Panel


class Ewma:
    """Exponentially weighted mean of standardised deviations (Roberts 1959), weight 0.3 of the day."""

    name = "ewma"

    def __init__(self, weight: float = 0.3, tuning: Tuning | None = None) -> None:
        self._weight = weight
        self._tuning = tuning

    def scores(self, panel: Panel) -> Scores:
        """Score every day of the panel."""
        usual = expect(panel, self._tuning)
        # The half keeps a single story of a rare series from standing out by the smallness of its expectation alone.
        deviation = (panel.counts["neg_stories"] - usual.negative) / np.sqrt(usual.dispersion * usual.negative + 0.5)
        score, running = np.empty_like(deviation), np.zeros(deviation.shape[1:])
        scale = np.sqrt(self._weight / (2 - self._weight))
        for day in range(len(panel)):
            running = (1 - self._weight) * running + self._weight * deviation[day]
            score[day] = running / scale
        return with_windows(score, panel, usual.negative, usual.complaints, usual.dispersion)
