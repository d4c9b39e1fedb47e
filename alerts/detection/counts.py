"""Detection on a panel of counts alone, as ``langnghe detect`` runs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from alerts.detection.alarms import alarm_at
from alerts.detection.choice import make_detector
from alerts.detection.interface import Scores
from alerts.detection.life import openings
from alerts.detection.threshold import shipped, thresholds_by_day
from alerts.panel import NATIONAL, UNPLACED, Grid, Panel
from alerts.rules import DetectionRules, Drive
from langnghe.places import Places

CANDIDATES = 20.0
"""Budget that decides which candidates are worth writing."""
SEVERAL = 2
"""Distinct negative stories in 7 days below which nothing is a candidate: one post is no cluster."""
_ECHO = timedelta(days=7)


@dataclass(frozen=True)
class CountsDetection:
    """Scores of a panel, ready to be written as alarms."""

    panel: Panel
    scores: Scores
    watched: Grid
    """Scores of what is watched: the provinces and the nation, where there is a cluster; else minus infinity."""
    units: list[int]
    """Units of the second axis of ``watched``."""


def detect_counts(panel: Panel, rules: DetectionRules) -> CountsDetection:
    """Score a panel; coverage without a province is watched as part of the nation."""
    scores = make_detector(rules.detector).scores(panel)
    several = scores.observed >= SEVERAL
    watched = np.where(several, scores.score, -np.inf)
    unplaced, national = panel.unit_index[UNPLACED], panel.unit_index[NATIONAL]
    watched[:, national] = np.maximum(watched[:, national], watched[:, unplaced])
    units = [i for i in range(len(panel.units)) if i != unplaced]
    return CountsDetection(panel, scores, watched[:, units], units)


def _lead(detection: CountsDetection, day: int, topic: int) -> int | None:
    """The province with the most in excess."""
    excess = detection.scores.observed[day, :, topic] - detection.scores.expected[day, :, topic]
    placed = [i for i, unit in enumerate(detection.panel.units) if unit not in (NATIONAL, UNPLACED)]
    best = max(placed, key=lambda i: excess[i])
    return best if excess[best] >= 1 else None


def _line(detection: CountsDetection, cell: tuple[int, int, int], drives: list[Drive], places: Places) -> dict[str, Any]:
    day, watched, topic = cell
    panel, unit = detection.panel, detection.units[watched]
    score = float(detection.watched[cell])
    if panel.units[unit] == NATIONAL and score > detection.scores.score[day, unit, topic]:
        unit = panel.unit_index[UNPLACED]
    alarm = alarm_at(panel, detection.scores, (day, unit, topic))
    code = None if alarm.is_national else alarm.unit
    lead = _lead(detection, day, topic) if alarm.is_national else None
    line: dict[str, Any] = {
        "date": alarm.day.isoformat(),
        "province": code and places.name(code),
        "topic": alarm.topic,
        "score": round(score, 6),
        "observed": round(alarm.observed),
        "expected": round(alarm.expected, 3),
        "low": round(alarm.low, 3),
        "high": round(alarm.high, 3),
    }
    if lead is not None:
        line["lead"] = places.name(panel.units[lead])
    echoes = [drive.name for drive in drives if drive.touches(alarm.topic, [code] if code else [], alarm.day - _ECHO, alarm.day)]
    return line | ({"drives": echoes} if echoes else {})


def opened_within(detection: CountsDetection, budget: float, rules: DetectionRules) -> list[tuple[int, int]]:
    """(day, series) on which alerts open, with a threshold that follows the panel's own past."""
    flat = detection.watched.reshape(len(detection.watched), -1)
    above = flat - thresholds_by_day(flat, rules.shipped, budget)[:, None]
    return openings(above, 0.0)


def alarm_lines(
    detection: CountsDetection, budget: float, rules: DetectionRules, drives: list[Drive], places: Places, *, everything: bool = False
) -> Iterator[dict[str, Any]]:
    """Alarms as JSON-able lines in order of time: an alert once, on the day it opens, or (``everything``) every candidate of every day."""
    topics = detection.watched.shape[2]
    if everything:
        found = np.argwhere(detection.watched >= shipped(rules.shipped, CANDIDATES)).tolist()
        cells = [(day, unit, topic) for day, unit, topic in found]
    else:
        cells = [(day, *divmod(series, topics)) for day, series in opened_within(detection, budget, rules)]
    for day, unit, topic in cells:
        yield _line(detection, (day, unit, topic), drives, places)
