"""Copies beyond the usual: a press release in forty papers leaves some stories over that near-duplicate search took for new ones."""

import numpy as np

from alerts.panel import NATIONAL, Grid, Panel

_KEEP = 0.5 ** (1 / 60)
_LINGER = (0.6, 0.4)
"""Part of a day's unexpected copies that counts on the next days: late papers print the release a day or two after."""


def unexpected_copies(panel: Panel) -> Grid:
    """Copies of negative stories above the learned ratio of copies to stories and two standard deviations, by day, unit and topic."""
    stories = panel.counts["neg_stories"]
    copies = np.maximum(panel.counts["negative"] - stories, 0)
    placed = np.arange(len(panel.units)) != panel.unit_index[NATIONAL]
    known_copies = known_stories = 10.0
    unexpected = np.zeros_like(stories)
    for day in range(len(stories)):
        usual = known_copies / known_stories * stories[day]
        unexpected[day] = np.maximum(copies[day] - usual - 2 * np.sqrt(usual + 0.5), 0)
        ordinary = np.minimum(copies[day], 3 * stories[day] + 1)
        known_copies = known_copies * _KEEP + ordinary[placed].sum()
        known_stories = known_stories * _KEEP + stories[day][placed].sum()
    lingering = unexpected.copy()
    for days, share in enumerate(_LINGER, 1):
        lingering[days:] = np.maximum(lingering[days:], share * unexpected[:-days])
    return lingering
