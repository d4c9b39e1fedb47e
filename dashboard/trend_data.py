"""Counts behind the pages of trends and of the map: distinct stories by day, place and topic, each with what is usual there."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from alerts.detection.expectation import expect
from alerts.detection.interface import interval
from alerts.panel import NATIONAL, UNPLACED, Panel, units_of, window_sum
from dashboard.context import Context, settings_key
from dashboard.fact_columns import FactColumns, KeptFacts, Mask, first_days, longest_start
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import Fact

PERIODS = (28, 90, 180)
"""Days that the page of trends offers."""
HISTORY = 120
"""Days before the first day shown from which what is usual is learned."""
WEEK = 7
EVERYTHING = "*"
"""Stands for all topics together: a story that has several counts once."""
KEPT_SECONDS = 300


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


def _where(start: date, end: date, province: str | None) -> list[ColumnElement[bool]]:
    given: list[ColumnElement[bool]] = [Fact.day.between(start, end)]
    return [*given, Fact.province == province] if province else given


_NEGATIVE = func.count(case((Fact.sentiment == "negative", Fact.story_id)).distinct())
_STORIES = func.count(Fact.story_id.distinct())


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


def _distinct_stories(facts: FactColumns, rows: Mask) -> NDArray[np.int64]:
    """Distinct stories of each topic, by its code."""
    pairs = np.unique(np.column_stack([facts.topic.codes[rows].astype(np.int64), facts.story[rows]]), axis=0)
    return np.bincount(pairs[:, 0], minlength=len(facts.topic.values))


def topic_counts(facts: FactColumns, start: date, end: date, province: str | None) -> list[TopicCount]:
    """Stories and negative stories of every topic, the most negative ones first."""
    rows = facts.between(start, end) & _here(facts, province)
    every, negative = _distinct_stories(facts, rows), _distinct_stories(facts, rows & facts.negative)
    found = [TopicCount(topic, int(every[at]), int(negative[at])) for at, topic in enumerate(facts.topic.values) if every[at]]
    return sorted(found, key=lambda one: (-one.negative, -one.stories, one.topic))


def outlet_counts(
    session: Session, actor: Actor, start: date, end: date, province: str | None, topic: str, limit: int
) -> list[OutletCount]:
    """Stories and negative stories of every source, the most negative ones first."""
    actor.require(Role.viewer, None, "read counts")
    query = select(Fact.source, func.max(Fact.kind), _STORIES, _NEGATIVE).where(*_where(start, end, province))
    if topic != EVERYTHING:
        query = query.where(Fact.topic == topic)
    ordered = query.group_by(Fact.source).order_by(_NEGATIVE.desc(), _STORIES.desc(), Fact.source).limit(limit)
    return [OutletCount(*row) for row in session.execute(ordered)]


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
class Parts:
    """What else the page of trends counts."""

    weeks: dict[str, dict[date, int]]
    topics: list[TopicCount]
    outlets: list[OutletCount]


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _parts(key: str, office: str, end: date, shown: int, province: str, topic: str, _context: Context) -> Parts:  # noqa: ARG001
    start, actor = end - timedelta(days=shown - 1), _context.actor
    facts = facts_of(_context, shown)
    with _context.record.reading() as session:
        return Parts(
            topic_weeks(facts, start, end, province or None),
            topic_counts(facts, start, end, province or None),
            outlet_counts(session, actor, start, end, province or None, topic, 12),
        )


def parts_of(context: Context, shown: int, province: str, topic: str) -> Parts:
    """The parts for the session, kept for some minutes."""
    return _parts(settings_key(context.settings), context.actor.office, vietnam_day(context.now), shown, province, topic, context)
