"""Counts behind the pages of trends and of the map: distinct stories by day, place and topic, each with what is usual there."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from alerts.detection.expectation import expect
from alerts.detection.interface import interval
from alerts.panel import NATIONAL, UNPLACED, Panel, units_of, window_sum
from dashboard.context import Context, settings_key
from dashboard.fact_columns import Categories, FactColumns, KeptFacts, Mask, first_days, longest_start
from langnghe.clock import vietnam_day
from langnghe.places import NOWHERE, Places

PERIODS = (28, 90, 180)
"""Days that the page of trends offers."""
HISTORY = 120
"""Days before the first day shown from which what is usual is learned."""
WEEK = 7
EVERYTHING = "*"
"""Stands for all topics together: a story that has several counts once."""
KEPT_SECONDS = 300
OUTLETS_SHOWN = 12


@dataclass(frozen=True)
class DayCount:
    """A day of a series, distinct stories; the band is what is usual."""

    day: date
    stories: int
    negative: int
    complaints: int
    expected: float
    low: float
    high: float

    @property
    def is_unusual(self) -> bool:
        """Whether the day lies above the band."""
        return self.negative > self.high


@dataclass(frozen=True)
class PlaceCount:
    """A province over the last seven days against its own past."""

    code: str
    observed: int
    expected: float
    high: float


@dataclass(frozen=True)
class TopicCount:
    """A topic over a period."""

    topic: str
    stories: int
    negative: int

    @property
    def share(self) -> float:
        """Part of the stories that are negative."""
        return self.negative / self.stories if self.stories else 0.0


@dataclass(frozen=True)
class OutletCount:
    """A source over a period."""

    source: str
    kind: str
    stories: int
    negative: int


KINDS_OF_STORY = ("stories", "neg_stories", "complaint_stories")


def _rows(facts: FactColumns, name: str, topic: str) -> Mask:
    """Facts that count as ``name`` of a topic."""
    every = np.ones(len(facts.day), dtype=np.bool_)
    of_kind = {"stories": every, "neg_stories": facts.negative, "complaint_stories": facts.complaint}[name]
    return of_kind if topic == EVERYTHING else of_kind & facts.topic.equal(topic)


def make_panel(facts: FactColumns, start: date, end: date, topic: str, places: Places, *, of_63: bool = False) -> Panel:
    """Stories of a topic (or of all) by day and province, and nationally, where each counts once.

    ``of_63``: by the provinces of before 1 July 2025, as far as a piece names them.
    """
    units = [*(province.id for province in places.of_63), UNPLACED, NATIONAL] if of_63 else units_of(places)
    panel = Panel.empty(start, end, units, [topic])
    place = facts.province_then if of_63 else facts.province
    unit_of = np.array([panel.unit_index.get(UNPLACED if value == NOWHERE else value, -1) for value in place.values] or [-1])
    for name in KINDS_OF_STORY:
        rows, counted = _rows(facts, name, topic), panel.counts[name]
        begun = first_days(facts, rows, [place.codes], start, end)
        units_begun = unit_of[begun[:, 0]]
        known = units_begun >= 0
        np.add.at(counted[:, :, 0], (begun[known, 1], units_begun[known]), 1)
        np.add.at(counted[:, panel.unit_index[NATIONAL], 0], first_days(facts, rows, [], start, end)[:, 0], 1)
    return panel


@dataclass(frozen=True)
class Trend:
    """All places of a topic over a period, with what is usual."""

    days: dict[str, list[DayCount]]
    """Unit → its days."""
    weeks: list[PlaceCount]
    """The last seven days of every province."""


def make_trend(facts: FactColumns, end: date, shown: int, topic: str, places: Places, *, of_63: bool = False) -> Trend:
    """The trend of a topic over the last ``shown`` days."""
    panel = make_panel(facts, end - timedelta(days=shown + HISTORY - 1), end, topic, places, of_63=of_63)
    usual = expect(panel)
    low, high = interval(usual.negative, usual.dispersion)
    week = window_sum(usual.negative, WEEK)
    _, week_high = interval(week, usual.dispersion)
    observed = window_sum(panel.counts["neg_stories"], WEEK)
    days = {}
    for unit, at in panel.unit_index.items():
        days[unit] = [
            DayCount(
                panel.days[i],
                int(panel.counts["stories"][i, at, 0]),
                int(panel.counts["neg_stories"][i, at, 0]),
                int(panel.counts["complaint_stories"][i, at, 0]),
                float(usual.negative[i, at, 0]),
                float(low[i, at, 0]),
                float(high[i, at, 0]),
            )
            for i in range(len(panel) - shown, len(panel))
        ]
    weeks = [
        PlaceCount(province.id, int(observed[-1, at, 0]), float(week[-1, at, 0]), float(week_high[-1, at, 0]))
        for province in (places.of_63 if of_63 else places.of_34)
        for at in [panel.unit_index[province.id]]
    ]
    return Trend(days, weeks)


def _here(facts: FactColumns, province: str | None) -> Mask:
    return facts.province.equal(province) if province else np.ones(len(facts.day), dtype=np.bool_)


def topic_weeks(facts: FactColumns, start: date, end: date, province: str | None) -> dict[str, dict[date, int]]:
    """Topic or subtopic → Monday of a week → distinct negative stories."""
    weeks: dict[str, dict[date, int]] = {}
    for topic, day in first_days(facts, facts.negative & _here(facts, province), [facts.topic.codes], start, end):
        on = start + timedelta(days=int(day))
        cells = weeks.setdefault(facts.topic.values[topic], {})
        monday = on - timedelta(days=on.weekday())
        cells[monday] = cells.get(monday, 0) + 1
    return weeks


def _distinct_stories(facts: FactColumns, group: Categories, rows: Mask) -> NDArray[np.int64]:
    """Distinct stories of each value of a column, by its code."""
    # Both in one number: rows of two are compared several times as slowly.
    pairs = np.unique(facts.story[rows] * len(group.values) + group.codes[rows])
    return np.bincount(pairs % max(len(group.values), 1), minlength=len(group.values))


def topic_counts(facts: FactColumns, start: date, end: date, province: str | None) -> list[TopicCount]:
    """Stories and negative stories of every topic, the most negative ones first."""
    rows = facts.between(start, end) & _here(facts, province)
    every, negative = _distinct_stories(facts, facts.topic, rows), _distinct_stories(facts, facts.topic, rows & facts.negative)
    found = [TopicCount(topic, int(every[at]), int(negative[at])) for at, topic in enumerate(facts.topic.values) if every[at]]
    return sorted(found, key=lambda one: (-one.negative, -one.stories, one.topic))


def outlet_counts(facts: FactColumns, start: date, end: date, province: str | None, topic: str, limit: int) -> list[OutletCount]:
    """Stories and negative stories of every source, the most negative ones first."""
    rows = facts.between(start, end) & _here(facts, province)
    if topic != EVERYTHING:
        rows &= facts.topic.equal(topic)
    every, negative = _distinct_stories(facts, facts.source, rows), _distinct_stories(facts, facts.source, rows & facts.negative)
    kind = np.zeros(len(every), np.int32)
    np.maximum.at(kind, facts.source.codes[rows], facts.kind.codes[rows])
    found = [
        OutletCount(source, facts.kind.values[kind[at]], int(every[at]), int(negative[at]))
        for at, source in enumerate(facts.source.values)
        if every[at]
    ]
    return sorted(found, key=lambda one: (-one.negative, -one.stories, one.source))[:limit]


@st.cache_resource(show_spinner=False, max_entries=4)
def _columns(key: str, end: date, shown: int) -> KeptFacts:  # noqa: ARG001
    return KeptFacts(longest_start(end, shown + HISTORY), end)


def facts_of(context: Context, shown: int) -> FactColumns:
    """The facts that a period of ``shown`` days needs, for the session to count in."""
    # Two sizes: the one that nearly all pages need, and the longest.
    kept = _columns(str(context.settings.data_dir), vietnam_day(context.now), shown if shown == PERIODS[0] else PERIODS[-1])
    with context.record.reading() as session:
        return kept.current(session, context.actor)


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=200, refresh_mode="background")
def _trend(key: str, office: str, end: date, shown: int, topic: str, of_63: bool, _context: Context) -> Trend:  # noqa: ARG001
    return make_trend(facts_of(_context, shown), end, shown, topic, _context.places, of_63=of_63)


def trend_of(context: Context, shown: int, topic: str, *, of_63: bool = False) -> Trend:
    """:func:`make_trend` for the session, kept for some minutes."""
    return _trend(settings_key(context.settings), context.actor.office, vietnam_day(context.now), shown, topic, of_63, context)


@dataclass(frozen=True)
class Topics:
    """How the topics of a place stand over a period."""

    weeks: dict[str, dict[date, int]]
    counts: list[TopicCount]


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _topics(key: str, office: str, end: date, shown: int, province: str, _context: Context) -> Topics:  # noqa: ARG001
    start, facts = end - timedelta(days=shown - 1), facts_of(_context, shown)
    return Topics(topic_weeks(facts, start, end, province or None), topic_counts(facts, start, end, province or None))


def topics_of(context: Context, shown: int, province: str) -> Topics:
    """The topics for the session, kept for some minutes."""
    return _topics(settings_key(context.settings), context.actor.office, vietnam_day(context.now), shown, province, context)


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _outlets(key: str, office: str, end: date, shown: int, province: str, topic: str, _context: Context) -> list[OutletCount]:  # noqa: ARG001
    return outlet_counts(facts_of(_context, shown), end - timedelta(days=shown - 1), end, province or None, topic, OUTLETS_SHOWN)


def outlets_of(context: Context, shown: int, province: str, topic: str) -> list[OutletCount]:
    """The outlets for the session, kept for some minutes."""
    return _outlets(settings_key(context.settings), context.actor.office, vietnam_day(context.now), shown, province, topic, context)
