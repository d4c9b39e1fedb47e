"""When things are published: days by weekday, hours by kind, answers after what they answer, nothing after the last moment."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from langnghe.clock import VIETNAM

DAYS = 120
"""Days before day 0 that the sample sources cover."""
LAST = time(6, 30)
"""Nothing is published later on day 0: the demo's digest leaves at 07:00."""

WEEKDAYS = (1.0, 1.05, 1.0, 1.0, 0.95, 0.6, 0.5)
NEWS_HOURS = (0.1, 0.1, 0.1, 0.1, 0.3, 3, 5, 7, 8, 8, 8, 6, 4, 4, 6, 7, 7, 6, 4, 4, 4, 3, 2, 1)
FORUM_HOURS = (2, 1, 0.5, 0.3, 0.3, 1, 2, 4, 6, 7, 6, 6, 8, 5, 5, 5, 5, 4, 4, 6, 9, 10, 8, 4)
LONGEST_ANSWER = 39.0
"""Hours after which nobody answers any more; with a night's sleep after it still less than two days."""


def last_moment(day0: date) -> datetime:
    """The latest moment of publication."""
    return datetime.combine(day0, LAST, VIETNAM)


def everyday(day0: date) -> list[float]:
    """Weight of each of the :data:`DAYS` days before day 0, the earliest first."""
    return [WEEKDAYS[(day0 - timedelta(days=back)).weekday()] for back in range(DAYS, 0, -1)]


def spread(count: int, weights: Sequence[float], rng: Random) -> list[int]:
    """Indexes into ``weights`` for ``count`` things in random order: one from each equal share of the weight, so that none clump."""
    bounds = list(accumulate(weights))
    places = [bisect_left(bounds, (i + rng.random()) / count * bounds[-1]) for i in range(count)]
    rng.shuffle(places)
    return places


def growing(back: int) -> list[float]:
    """Weights of ``back`` days that grow evenly, and of the few hours of day 0 after them."""
    return [*(i + 1.0 for i in range(back)), (back + 1) / 4]


def moment_on(day: date, hours: Sequence[float], rng: Random, last: datetime) -> datetime:
    """A moment of ``day`` by the weights of its hours, not after ``last``."""
    open_hours = range(24) if day < last.date() else range(last.hour)
    hour = rng.choices(open_hours, [hours[h] for h in open_hours])[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), VIETNAM)


def _by_day(moment: datetime, rng: Random) -> datetime:
    """Most people sleep at night: they answer in the morning."""
    if moment.hour < 6 and rng.random() < 0.8:
        return moment.replace(hour=6) + timedelta(hours=3 * rng.random())
    return moment


def answer_after(start: datetime, median_hours: float, rng: Random, last: datetime) -> datetime:
    """A moment after ``start``: log-normal delay, at most two days, not after ``last``."""
    hours = min(math.exp(rng.gauss(math.log(median_hours), 1.0)), LONGEST_ANSWER)
    moment = _by_day(start + timedelta(hours=hours, seconds=1), rng)
    if moment > last:
        moment = start + (last - start) * (0.1 + 0.4 * rng.random())  # leaves room for what answers it
    return moment.replace(microsecond=0)
