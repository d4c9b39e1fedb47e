"""How far counts stray from what is expected: more than Poisson by a constant part, and by one that grows with the expectation."""

import numpy as np

from alerts.panel import Grid

_KEEP = 0.5 ** (1 / 120)
_FEW, _MANY = 0.25, 0.5
"""Stories a day up to which a series teaches the constant part, and from which it teaches the growing one."""
_CONSTANT = 0.7
"""Part of the constant's estimate that is used: some of it is the expectation's own error. 0.5 and 1 are as good, 1.5 costs 1 point."""

_EXTREME = 5.0
"""Standard deviations beyond which a day teaches no more."""


class Dispersion:
    """Variance over mean as ``1 + a + b · expected``, learned from all provinces together, and ``b`` for the nation by itself.

    A dispersion of every single series, as an earlier version had it, follows the noise of few counts and rises with a concern's own
    first days; it cost 2 to 3 points.
    """

    def __init__(self, whole: int) -> None:
        """Units from ``whole`` on hold coverage of the whole country."""
        self._whole = whole
        self._constant, self._constant_weight = 0.15 * 40, 40.0
        self._growing, self._growing_weight = np.full(2, 0.1 * 20), np.full(2, 20.0)

    @property
    def _a(self) -> float:
        return max(self._constant / self._constant_weight, 0.0)

    def _forget(self) -> None:
        """Let old days fade, towards what was assumed at first."""
        lost = 1 - _KEEP
        self._constant = self._constant * _KEEP + 0.15 * 40 * lost
        self._constant_weight = self._constant_weight * _KEEP + 40 * lost
        self._growing = self._growing * _KEEP + 0.1 * 20 * lost
        self._growing_weight = self._growing_weight * _KEEP + 20 * lost

    def add(self, counts: Grid, expected: Grid) -> None:
        """Learn a day's squared deviations by unit and topic; extreme ones count as :data:`_EXTREME` standard deviations."""
        self._forget()
        squares = np.minimum(np.square(counts - expected), np.square(_EXTREME * np.sqrt(expected * self.value(expected)) + 1))
        placed = slice(0, self._whole)
        few = expected[placed] < _FEW
        self._constant += float((squares[placed] - expected[placed])[few].sum())
        self._constant_weight += float(expected[placed][few].sum())
        for group, units in enumerate((placed, slice(self._whole, None))):
            many = expected[units] >= _MANY
            usual = expected[units][many]
            self._growing[group] += ((squares[units][many] - (1 + self._a) * usual) / usual).sum()
            self._growing_weight[group] += usual.sum()

    def value(self, expected: Grid) -> Grid:
        """Variance over mean of counts with these expectations."""
        growing = np.clip(self._growing / self._growing_weight, 0.01, 1.5)
        slope = np.where(np.arange(len(expected)) < self._whole, growing[0], growing[1])
        return np.asarray(1 + _CONSTANT * self._a + slope[:, None] * expected)
