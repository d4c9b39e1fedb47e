"""Published detectors for comparison: EARS C1 to C3, a Farrington-like regression, CUSUM, plain EWMA."""

from collections.abc import Callable

import numpy as np

from alerts.panel import Grid

_LEAST = 0.5
"""Least standard deviation: a series of zeros is not certain to stay one."""


def _moving(series: Grid, days: int, lag: int) -> tuple[Grid, Grid]:
    """Mean and standard deviation of the ``days`` days that end ``lag`` days before each day."""
    padded = np.concatenate([np.zeros((1, *series.shape[1:])), np.cumsum(series, axis=0)])
    squares = np.concatenate([np.zeros((1, *series.shape[1:])), np.cumsum(np.square(series), axis=0)])
    end = np.maximum(np.arange(len(series)) - lag + 1, 0)
    begin = np.maximum(end - days, 0)
    number = np.maximum(end - begin, 1).reshape(-1, *([1] * (series.ndim - 1)))
    mean = (padded[end] - padded[begin]) / number
    variance = np.maximum((squares[end] - squares[begin]) / number - np.square(mean), 0) * number / np.maximum(number - 1, 1)
    return mean, np.sqrt(variance)


def ears_c1(series: Grid) -> Grid:
    """EARS C1 (Hutwagner 2003): seven days that end the day before."""
    mean, deviation = _moving(series, 7, 1)
    return (series - mean) / np.maximum(deviation, _LEAST)


def ears_c2(series: Grid) -> Grid:
    """EARS C2: seven days that end two days earlier."""
    mean, deviation = _moving(series, 7, 3)
    return (series - mean) / np.maximum(deviation, _LEAST)


def ears_c3(series: Grid) -> Grid:
    """EARS C3: what three days of C2 have above one, added up."""
    above = np.maximum(ears_c2(series) - 1, 0)
    total = above.copy()
    total[1:] += above[:-1]
    total[2:] += above[:-2]
    return total


def _by_weekday(series: Grid) -> Grid:
    """The series divided by its weekday's factor over the whole period (in the peers' favour)."""
    nation = series.sum(axis=tuple(range(1, series.ndim)))
    factor = np.array([max(nation[day::7].mean(), 1e-9) for day in range(7)]) / max(nation.mean(), 1e-9)
    days: Grid = factor[np.arange(len(series)) % 7].reshape(-1, *([1] * (series.ndim - 1)))
    return series / days


def farrington_like(series: Grid) -> Grid:
    """Half a year's quasi-Poisson level, outliers cut, a fortnight's guard, tested on the 2/3 power (Farrington 1996, Noufaily 2013)."""
    adjusted = _by_weekday(series)
    mean, deviation = _moving(adjusted, 182, 14)
    mean, deviation = _moving(np.minimum(adjusted, mean + 3 * np.maximum(deviation, _LEAST)), 182, 14)
    mean = np.maximum(mean, 0.02)
    dispersion = np.maximum(np.square(deviation) / mean, 1)
    spread: Grid = np.sqrt(4 / 9 * np.cbrt(mean) * dispersion)
    return (np.cbrt(np.square(adjusted)) - np.cbrt(np.square(mean))) / spread


def _standardised(series: Grid) -> Grid:
    adjusted = _by_weekday(series)
    mean, deviation = _moving(adjusted, 182, 7)
    return (adjusted - mean) / np.maximum(deviation, _LEAST)


def cusum(series: Grid) -> Grid:
    """Upper CUSUM (Page 1954) of standardised counts, reference value 0.5."""
    steps, running = _standardised(series), np.zeros(series.shape[1:])
    total = np.empty_like(steps)
    for day, step in enumerate(steps):
        running = np.clip(running + step - 0.5, 0, 30)
        total[day] = running
    return total


def plain_ewma(series: Grid) -> Grid:
    """EWMA (Roberts 1959) of standardised counts, weight 0.3."""
    steps, running = _standardised(series), np.zeros(series.shape[1:])
    total = np.empty_like(steps)
    for day, step in enumerate(steps):
        running = 0.7 * running + 0.3 * step
        total[day] = running
    return total


PEERS: dict[str, Callable[[Grid], Grid]] = {
    "EARS C1": ears_c1,
    "EARS C2": ears_c2,
    "EARS C3": ears_c3,
    "Farrington-like": farrington_like,
    "EWMA": plain_ewma,
    "CUSUM": cusum,
}
