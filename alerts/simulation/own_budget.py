"""How well the detector keeps its budget by itself: false alarms a day of worlds with and without concerns, without knowing them."""

from dataclasses import dataclass

import numpy as np

from alerts.detection.life import openings
from alerts.detection.threshold import thresholds_by_day
from alerts.panel import Grid
from alerts.simulation.measure import GRACE, Run
from alerts.simulation.worlds import FIRST


@dataclass(frozen=True)
class Kept:
    """Of one world: false alarms a day against the budget, without and with concerns, and the part of the concerns found."""

    calm: float
    false: float
    share: float


def _alarms(score: Grid, prior: dict[float, float], budget: float) -> list[tuple[int, int, int]]:
    flat = score.reshape(len(score), -1).astype(np.float64)
    above = flat - thresholds_by_day(flat, prior, budget)[:, None]
    return [(day, *divmod(series, score.shape[2])) for day, series in openings(above, 0.0)]


def _of(run: Run, day: int, unit: int, topic: int) -> set[int]:
    """Places in the list of the concerns that an alarm is about."""
    where = int(run.lead[day, topic]) if unit == run.score.shape[1] - 1 else unit
    fits = (one.topic == topic and where in one.units and one.onset <= day <= one.end + GRACE for one in run.concerns)
    return {i for i, fit in enumerate(fits) if fit}


def kept(run: Run, prior: dict[float, float], budget: float) -> Kept:
    """What the detector's own thresholds give, from day :data:`FIRST` on."""
    days = len(run.score) - FIRST
    calm = sum(day >= FIRST for day, _, _ in _alarms(run.calm, prior, budget))
    about = [_of(run, *alarm) for alarm in _alarms(run.score, prior, budget) if alarm[0] >= FIRST]
    found = set().union(*about)
    return Kept(calm / days / budget, sum(not one for one in about) / days / budget, len(found) / max(len(run.concerns), 1))
