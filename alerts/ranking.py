"""The board order: what deserves an officer first, and why it stands where it stands."""

import math
from collections.abc import Mapping

from alerts.explanation import ChartDay, Explanation
from alerts.rules import RankWeights

_LATEST, _BEFORE = 2, 5
"""Days whose stories are compared for the speed: the last two with the five before them."""


def speed(chart: list[ChartDay]) -> float:
    """Growth of negative stories a day, on a log scale; 0: no faster than in the days before."""
    latest, before = chart[-_LATEST:], chart[-_LATEST - _BEFORE : -_LATEST]
    now = sum(day.negative for day in latest) / _LATEST
    then = sum(day.negative for day in before) / _BEFORE
    return max(math.log1p(now) - math.log1p(then), 0.0)


def reach(explanation: Explanation, outlets: Mapping[str, float]) -> float:
    """Sum of the weights of the sources that carry it."""
    return sum(outlets.get(source, 1.0) for source in {carrier.source for carrier in explanation.carriers})


def novelty(explanation: Explanation) -> float:
    """Part (0 to 1) of what its characteristic phrases say that the topic's coverage of before did not."""
    said = sum(phrase.now for phrase in explanation.phrases)
    return sum(phrase.now**2 / (phrase.now + phrase.before) for phrase in explanation.phrases) / said if said else 0.0


def ranking(score: float, explanation: Explanation, severity: int, weights: RankWeights, outlets: Mapping[str, float]) -> dict[str, float]:
    """What each reason adds to a concern's rank, on one scale (detection.md §4: the score alone does not order size)."""
    excess = max(explanation.observed - explanation.expected, 0.0)
    parts = {
        "score": weights.score * score,
        "excess": weights.excess * math.log1p(excess),
        "speed": weights.speed * speed(explanation.chart),
        "reach": weights.reach * math.log1p(reach(explanation, outlets)),
        "provinces": weights.provinces * math.log1p(len(explanation.provinces)),
        "severity": weights.severity * severity,
        "novelty": weights.novelty * novelty(explanation),
    }
    return {name: round(value, 3) for name, value in parts.items()}
