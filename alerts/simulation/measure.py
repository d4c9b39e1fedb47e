"""How many concerns a detector finds, how soon, at a given number of false alarms a day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.detection.life import openings
from alerts.panel import Grid
from alerts.simulation.bursts import Burst
from alerts.simulation.concerns import Injected
from alerts.simulation.worlds import FIRST

GRACE = 3
"""Days after its end in which a concern may still be found."""


@dataclass(frozen=True)
class Run:
    """A detector's scores of a world with and without its concerns, by day, unit (the nation last) and topic."""

    concerns: list[Injected]
    bursts: list[Burst]
    score: Grid
    calm: Grid
    lead: NDArray[np.intp]
    """Province with the most stories above the expectation by day and topic: where a national alarm is strongest."""


@dataclass(frozen=True)
class Found:
    """One concern: days from its onset to its first alarm, or None."""

    concern: Injected
    delay: int | None


@dataclass(frozen=True)
class Result:
    """A detector at one threshold over several worlds."""

    found: list[Found]
    false_a_day: float
    bursts: float
    """Part of copied negative press releases that alarm, in calm worlds."""

    def share(self, size: str | None = None) -> float:
        """Part of the concerns (of a size) that were found."""
        chosen = [one for one in self.found if size in (None, one.concern.size)]
        return sum(one.delay is not None for one in chosen) / max(len(chosen), 1)

    @property
    def within_three(self) -> float:
        """Part found within three days of their onset."""
        return sum(one.delay is not None and one.delay <= 3 for one in self.found) / max(len(self.found), 1)

    @property
    def median_delay(self) -> float:
        """Median days from onset to alarm of those found."""
        delays = [one.delay for one in self.found if one.delay is not None]
        return float(np.median(delays)) if delays else float("nan")


def _opened(score: Grid, threshold: float) -> list[tuple[int, int, int]]:
    topics = score.shape[2]
    return [(day, *divmod(series, topics)) for day, series in openings(score.reshape(len(score), -1), threshold) if day >= FIRST]


def false_a_day(runs: list[Run], threshold: float) -> float:
    """Alerts a day in worlds without concerns."""
    return sum(len(_opened(run.calm, threshold)) for run in runs) / sum(len(run.calm) - FIRST for run in runs)


def threshold_for(runs: list[Run], budget: float) -> float:
    """The threshold that gives ``budget`` false alarms a day in the worlds without concerns."""
    known = np.concatenate([run.calm[FIRST:].ravel() for run in runs])
    known = known[np.isfinite(known)]
    low, high = float(np.quantile(known, 0.5)), float(known.max())
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if false_a_day(runs, middle) > budget else (low, middle)
    return high


def _delay(run: Run, concern: Injected, alarms: dict[tuple[int, int], list[int]], nation: int) -> int | None:
    days = [day for unit in concern.units for day in alarms.get((unit, concern.topic), [])]
    days += [day for day in alarms.get((nation, concern.topic), []) if int(run.lead[day, concern.topic]) in concern.units]
    fitting = [day for day in days if concern.onset <= day <= concern.end + GRACE]
    return min(fitting) - concern.onset if fitting else None


def _alarm_days(score: Grid, threshold: float) -> dict[tuple[int, int], list[int]]:
    days: dict[tuple[int, int], list[int]] = {}
    for day, unit, topic in _opened(score, threshold):
        days.setdefault((unit, topic), []).append(day)
    return days


def thresholds_for(runs: list[Run], budget: float) -> list[float]:
    """The threshold of each world by itself: an installation sees one world, not a mixture of many."""
    return [threshold_for([run], budget) for run in runs]


def _bursts_hit(run: Run, threshold: float) -> list[bool]:
    """Whether each copied negative press release alarms, in the calm world."""
    alarms, nation = _alarm_days(run.calm, threshold), run.calm.shape[1] - 1
    hit = []
    for burst in run.bursts:
        if burst.negative and burst.day >= FIRST:
            units = [min(unit, nation) for unit in (*burst.units, nation)]
            hit.append(any(burst.day <= day <= burst.day + 2 for unit in units for day in alarms.get((unit, burst.topic), [])))
    return hit


def measure(runs: list[Run], thresholds: list[float]) -> Result:
    """What a detector finds in the worlds, each at its threshold."""
    found, hit, false = [], [], 0.0
    for run, threshold in zip(runs, thresholds, strict=True):
        alarms, nation = _alarm_days(run.score, threshold), run.score.shape[1] - 1
        found += [Found(concern, _delay(run, concern, alarms, nation)) for concern in run.concerns]
        hit += _bursts_hit(run, threshold)
        false += false_a_day([run], threshold) / len(runs)
    return Result(found, false, sum(hit) / max(len(hit), 1))
