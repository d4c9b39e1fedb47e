"""Everyday coverage of a world: how much is written where, about what, on which day."""

from datetime import date, timedelta

import numpy as np

from alerts.panel import Grid
from alerts.simulation.traits import Traits, within
from langnghe.places import MERGER

TET = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6))
"""First day of the lunar year."""
_BORN = (0.5, 0.3, 0.2)
"""Part of follow-up stories that appears one, two and three days later."""


def _autoregressive(random: np.random.Generator, shape: tuple[int, ...], spread: float, keep: float) -> Grid:
    """Logarithms that wander along the first axis and return to zero."""
    steps = random.normal(0, spread * np.sqrt(1 - keep**2), shape)
    wandering = np.zeros(shape)
    running = random.normal(0, spread, shape[1:])
    for day in range(shape[0]):
        running = keep * running + steps[day]
        wandering[day] = running
    return wandering


def _week(traits: Traits) -> Grid:
    """Factor of each day by its weekday."""
    weekend = traits.random.uniform(0.5, 1.0)
    usual = np.array([*traits.random.uniform(0.93, 1.07, 5), weekend, weekend * traits.random.uniform(0.8, 1.1)])
    return np.asarray(usual[[(traits.first + timedelta(days=i)).weekday() for i in range(traits.days)]])


def _tet(traits: Traits) -> Grid:
    """Factor of each day around the lunar new year."""
    factor = np.ones(traits.days)
    low, length = traits.random.uniform(0.15, 0.6), int(traits.random.integers(5, 11))
    for tet in TET:
        for day in range(-2, length):
            place = (tet - traits.first).days + day
            if 0 <= place < traits.days:
                factor[place] *= low if day >= 0 else (1 + low) / 2
    return factor


def _calendar(traits: Traits) -> Grid:
    """Factor of each day: weekend, Tết, outages, new sources, a drift and a season."""
    random, days = traits.random, traits.days
    factor = _week(traits) * _tet(traits)
    for _ in range(int(random.integers(0, 6))):
        begin = int(random.integers(0, days - 5))
        factor[begin : begin + int(random.integers(1, 5))] *= random.uniform(0.0, 0.5)
    for _ in range(int(random.integers(0, 3))):
        factor[int(random.integers(0, days)) :] *= random.uniform(0.8, 1.5)
    years = np.arange(days) / 365.25
    season = 1 + random.uniform(0, 0.25) * np.sin(2 * np.pi * (years + random.uniform()))
    noise = np.exp(random.normal(0, random.uniform(0.03, 0.2), days))
    return np.asarray(factor * season * np.exp(random.uniform(-0.3, 0.3) * years) * noise)


def _local(traits: Traits) -> Grid:
    """Factor by day and unit: a province's own sources that fall silent or are new, and what the merger moved."""
    random, factor = traits.random, np.ones((traits.days, traits.units))
    for _ in range(int(random.integers(0, 8))):
        unit, begin = int(random.integers(traits.units)), int(random.integers(0, traits.days - 5))
        if random.random() < 0.6:
            factor[begin : begin + int(within(random, 2, 40)), unit] *= random.uniform(0.0, 0.6)
        else:
            factor[begin:, unit] *= random.uniform(1.2, 2.0)
    merger = (MERGER - traits.first).days
    if 0 < merger < traits.days:
        factor[merger:, traits.merged] *= np.exp(random.normal(0, 0.2, len(traits.merged)))
    return factor


def levels(traits: Traits) -> Grid:
    """Negative stories a day of every cell (unit, topic)."""
    random = traits.random
    places = np.exp(random.normal(0, random.uniform(0.5, 1.1), traits.units))
    places[-1] = 0
    places *= (1 - traits.unplaced) / places.sum()
    places[-1] = traits.unplaced
    topics = np.exp(random.normal(0, random.uniform(0.5, 1.1), traits.topics))
    mixed = random.gamma(4, 0.25, (traits.units, traits.topics)) ** random.uniform(0.3, 1.2)
    level = np.outer(places, topics / topics.sum()) * mixed
    return np.asarray(level * traits.stories_a_day / level.sum())


def _seasons(traits: Traits) -> Grid:
    """Factors by day and topic: some topics have a time of the year (students' cards, adjustments of pensions)."""
    factor = np.ones((traits.days, traits.topics))
    days = np.arange(traits.days)
    for _ in range(int(traits.random.integers(0, 4))):
        topic, peak = int(traits.random.integers(traits.topics)), traits.random.uniform(0, 365)
        width, height = traits.random.uniform(10, 40), traits.random.uniform(0.5, 3)
        distance = np.abs((days - peak + 182.6) % 365.25 - 182.6)
        factor[:, topic] += height * np.exp(-np.square(distance / width) / 2)
    return factor


def intensities(traits: Traits, level: Grid) -> Grid:
    """Expected negative stories by day, unit and topic: what an oracle would know."""
    random = traits.random
    by_day = level[None] * _calendar(traits)[:, None, None] * _seasons(traits)[:, None, :] * _local(traits)[:, :, None]
    wild = 1.3 if traits.harsh else 1.0
    national = _autoregressive(random, (traits.days, 1, traits.topics), wild * random.uniform(0.05, 0.3), random.uniform(0.6, 0.97))
    local = _autoregressive(random, (traits.days, traits.units, traits.topics), wild * random.uniform(0.0, 0.4), random.uniform(0.6, 0.97))
    return np.asarray(by_day * np.exp(national + local))


def draw(traits: Traits, expected: Grid) -> tuple[Grid, Grid]:
    """Counts with the world's dispersion and gaps: everyday stories, and those that follow up on a day before."""
    random = traits.random
    wild = random.gamma(traits.gamma, 1 / traits.gamma, expected.shape)
    present = random.random(expected.shape) >= traits.absent
    fresh = random.poisson(expected * wild * (1 - traits.follow_up)) * present
    follow_ups = np.zeros_like(fresh)
    for day in range(traits.days):
        born = random.poisson((fresh[day] + follow_ups[day]) * traits.follow_up)
        for delay, share in enumerate(_BORN, 1):
            if day + delay < traits.days:
                follow_ups[day + delay] += random.binomial(born, share)
    return fresh.astype(float), follow_ups.astype(float)
