"""Storylines: many stories about one event are a concern sooner than as many about many things."""

import numpy as np

from alerts.detection.interface import WINDOW
from alerts.panel import NATIONAL, Grid, Panel, window_sum

_KEEP = 0.5 ** (1 / 60)


def storyline_surprise(panel: Panel) -> Grid:
    """How unusual the largest storyline is among as many stories, by day, unit and topic; 0 where it is usual or a single story.

    Usual: a story joins the largest one with a probability that the past teaches; the surprise is ``log(1 + z²)`` of the excess.
    """
    others = np.maximum(window_sum(panel.counts["neg_stories"], WINDOW) - 1, 0)
    joined = np.maximum(panel.counts["top_storyline"] - 1, 0)
    placed = np.arange(len(panel.units)) != panel.unit_index[NATIONAL]
    known_joined, known_others = 1.5, 10.0
    surprise = np.zeros_like(others)
    for day in range(len(others)):
        habit = min(known_joined / known_others, 0.95)
        excess = np.maximum(joined[day] - others[day] * habit, 0)
        variance = 1.5 * others[day] * habit * (1 - habit) + 0.5
        surprise[day] = np.where(joined[day] >= 1, np.log1p(np.square(excess) / variance), 0)
        known_joined = known_joined * _KEEP + joined[day][placed].sum()
        known_others = known_others * _KEEP + others[day][placed].sum()
    return surprise
