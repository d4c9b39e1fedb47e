"""Counts behind the pages of trends and of the map: distinct stories by day, place and topic, each with what is usual there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st
from sqlalchemy import ColumnElement, Subquery, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts.detection.expectation import expect
from alerts.detection.interface import interval
from alerts.panel import NATIONAL, UNPLACED, Panel, units_of, window_sum
from dashboard.context import Context, settings_key
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import Fact
from langnghe.stories import WINDOW

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


def _first_days(
    session: Session, keys: Sequence[InstrumentedAttribute[str]], topic: str, start: date, end: date
) -> dict[str, list[tuple[str, date, int]]]:
    """What is counted → (place, day, stories that were first seen there on that day)."""
    firsts: dict[str, ColumnElement[date]] = {
        "stories": func.min(Fact.day),
        "neg_stories": func.min(case((Fact.sentiment == "negative", Fact.day))),
        "complaint_stories": func.min(case(((Fact.intent == "complaint") & (Fact.sentiment == "negative"), Fact.day))),
    }
    query = select(*keys, Fact.story_id, *(first.label(name) for name, first in firsts.items())).where(
        Fact.day.between(start - WINDOW, end)
    )
    if topic != EVERYTHING:
        query = query.where(Fact.topic == topic)
    found: Subquery = query.group_by(*keys, Fact.story_id).subquery()
    places = [found.c[key.key] for key in keys if key.key]
    return {name: _by_day(session, found, places, name, start, end) for name in firsts}


def _by_day(
    session: Session, found: Subquery, places: Sequence[ColumnElement[Any]], name: str, start: date, end: date
) -> list[tuple[str, date, int]]:
    day = found.c[name]
    query = select(*places, day, func.count()).where(day.between(start, end)).group_by(*places, day)
    return [(str(row[0]) if places else NATIONAL, row[-2], row[-1]) for row in session.execute(query)]


def read_panel(session: Session, actor: Actor, start: date, end: date, topic: str, places: Places, *, of_63: bool = False) -> Panel:
    """Stories of a topic (or of all) by day and province, and nationally, where each counts once.

    ``of_63``: by the provinces of before 1 July 2025, as far as a piece names them.
    """
    actor.require(Role.viewer, None, "read counts")
    units = [*(province.id for province in places.of_63), UNPLACED, NATIONAL] if of_63 else units_of(places)
    panel = Panel.empty(start, end, units, [topic])
    by_place = (Fact.province_then if of_63 else Fact.province,)
    for keys in (by_place, ()):
        for name, cells in _first_days(session, keys, topic, start, end).items():
            for place, day, number in cells:
                unit = UNPLACED if keys and place == NOWHERE else place
                if unit in panel.unit_index:
                    panel.counts[name][panel.index(day), panel.unit_index[unit], 0] = number
    return panel


@dataclass(frozen=True)
class Trend:
    """All places of a topic over a period, with what is usual."""

    days: dict[str, list[DayCount]]
    """Unit → its days."""
    weeks: list[PlaceCount]
    """The last seven days of every province."""


def read_trend(session: Session, actor: Actor, end: date, shown: int, topic: str, places: Places, *, of_63: bool = False) -> Trend:
    """The trend of a topic over the last ``shown`` days."""
    panel = read_panel(session, actor, end - timedelta(days=shown + HISTORY - 1), end, topic, places, of_63=of_63)
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


def topic_weeks(session: Session, actor: Actor, start: date, end: date, province: str | None) -> dict[str, dict[date, int]]:
    """Topic or subtopic → Monday of a week → distinct negative stories."""
    actor.require(Role.viewer, None, "read counts")
    first = func.min(Fact.day).label("first")
    query = select(Fact.topic, Fact.story_id, first).where(*_where(start - WINDOW, end, province), Fact.sentiment == "negative")
    found = query.group_by(Fact.topic, Fact.story_id).subquery()
    weeks: dict[str, dict[date, int]] = {}
    counted = (
        select(found.c.topic, found.c.first, func.count()).where(found.c.first.between(start, end)).group_by(found.c.topic, found.c.first)
    )
    for topic, day, number in session.execute(counted):
        monday = day - timedelta(days=day.weekday())
        cells = weeks.setdefault(topic, {})
        cells[monday] = cells.get(monday, 0) + number
    return weeks


def topic_counts(session: Session, actor: Actor, start: date, end: date, province: str | None) -> list[TopicCount]:
    """Stories and negative stories of every topic, the most negative ones first."""
    actor.require(Role.viewer, None, "read counts")
    query = select(Fact.topic, _STORIES, _NEGATIVE).where(*_where(start, end, province)).group_by(Fact.topic)
    found = [TopicCount(*row) for row in session.execute(query)]
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


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100, refresh_mode="background")
def _trend(key: str, office: str, end: date, shown: int, topic: str, of_63: bool, _context: Context) -> Trend:  # noqa: ARG001
    with _context.record.reading() as session:
        return read_trend(session, _context.actor, end, shown, topic, _context.places, of_63=of_63)


def trend_of(context: Context, shown: int, topic: str, *, of_63: bool = False) -> Trend:
    """:func:`read_trend` for the session, kept for some minutes."""
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
    with _context.record.reading() as session:
        return Parts(
            topic_weeks(session, actor, start, end, province or None),
            topic_counts(session, actor, start, end, province or None),
            outlet_counts(session, actor, start, end, province or None, topic, 12),
        )


def parts_of(context: Context, shown: int, province: str, topic: str) -> Parts:
    """The parts for the session, kept for some minutes."""
    return _parts(settings_key(context.settings), context.actor.office, vietnam_day(context.now), shown, province, topic, context)
