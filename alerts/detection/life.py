"""The life of an alert on one series: alarms that follow each other closely are one."""

import numpy as np

from alerts.panel import Grid

GAP = 7
"""Days between two alarms of one alert, at most."""
LONGEST = 14
"""Days after which a lasting alert is raised anew."""


def openings(score: Grid, threshold: float, gap: int = GAP, longest: int = LONGEST) -> list[tuple[int, int]]:
    """(day, series) on which an alert opens, in order of time; ``score`` by day and series."""
    opened: list[tuple[int, int]] = []
    began: dict[int, int] = {}
    latest: dict[int, int] = {}
    for day, series in np.argwhere(score >= threshold).tolist():
        if series not in latest or day - latest[series] > gap or day - began[series] >= longest:
            opened.append((day, series))
            began[series] = day
        latest[series] = day
    return opened
