"""The board order: what deserves an officer first."""

import math

from alerts.explanation import Explanation
from alerts.rules import RankWeights


def rank(score: float, explanation: Explanation, severity: int, weights: RankWeights) -> float:
    """Size against expectation, spread, severity and reach on one scale (detection.md §4: the score alone does not order size)."""
    excess = max(explanation.observed - explanation.expected, 0.0)
    return (
        weights.score * score
        + weights.excess * math.log1p(excess)
        + weights.provinces * math.log1p(len(explanation.provinces))
        + weights.severity * severity
        + weights.sources * math.log1p(explanation.sources)
    )
