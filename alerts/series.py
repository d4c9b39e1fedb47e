"""Daily series from the record's facts: a story counts in a cell once, on its first day there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts.panel import NATIONAL, UNPLACED, Panel, units_of
from langnghe.labels import Labels
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import Fact
from langnghe.stories import WINDOW

_LOOK_BACK = WINDOW
"""A story that began earlier than this before the period can't collect copies in it any more."""


@dataclass(frozen=True)
class DayCounts:
    """One day of a cell, as a chart draws it: documents, and distinct stories."""

    day: date
    total: int
    negative: int
    complaint: int
    stories: int
    neg_stories: int
    complaint_stories: int


_DOCUMENTS = {
    "total": func.count(Fact.document_id.distinct()),
    "negative": func.count(case((Fact.sentiment == "negative", Fact.document_id)).distinct()),
    "complaint": func.count(case((Fact.intent == "complaint", Fact.document_id)).distinct()),
    "sources": func.count(Fact.source.distinct()),
}
_FIRST_DAY = {
    "stories": func.min(Fact.day),
    "neg_stories": func.min(case((Fact.sentiment == "negative", Fact.day))),
    "complaint_stories": func.min(case((Fact.intent == "complaint", Fact.day))),
}
_BY_PLACE: tuple[InstrumentedAttribute[Any], ...] = (Fact.province, Fact.topic)
_NATIONAL: tuple[InstrumentedAttribute[Any], ...] = (Fact.topic,)


def _document_counts(keys: tuple[InstrumentedAttribute[Any], ...], topics: list[str], start: date, end: date) -> Select[Any]:
    counts = [count.label(name) for name, count in _DOCUMENTS.items()]
    return select(*keys, Fact.day, *counts).where(Fact.topic.in_(topics), Fact.day.between(start, end)).group_by(*keys, Fact.day)


def _first_days(keys: tuple[InstrumentedAttribute[Any], ...], topics: list[str], start: date, end: date) -> Subquery:
    firsts = [first.label(name) for name, first in _FIRST_DAY.items()]
    query = select(*keys, Fact.story_id, *firsts).where(Fact.topic.in_(topics), Fact.day.between(start - _LOOK_BACK, end))
    return query.group_by(*keys, Fact.story_id).subquery()


def _story_counts(session: Session, name: str, firsts: Subquery, keys: list[str], start: date, end: date) -> Iterable[Any]:
    columns = [firsts.c[key] for key in keys]
    day = firsts.c[name]
    return session.execute(select(*columns, day, func.count()).where(day.between(start, end)).group_by(*columns, day))


def _unit_of(province: str) -> str:
    return UNPLACED if province == NOWHERE else province


def _fill(session: Session, panel: Panel, keys: tuple[InstrumentedAttribute[Any], ...]) -> None:
    def place(key: tuple[Any, ...]) -> tuple[int, int] | None:
        unit = _unit_of(key[0]) if len(key) == 2 else NATIONAL
        if unit not in panel.unit_index:
            return None
        return panel.unit_index[unit], panel.topic_index[key[-1]]

    for row in session.execute(_document_counts(keys, panel.topics, panel.first, panel.last)):
        *key, day = row[: len(keys) + 1]
        if (cell := place(tuple(key))) is not None:
            for name in _DOCUMENTS:
                panel.counts[name][panel.index(day), cell[0], cell[1]] = getattr(row, name)
    firsts = _first_days(keys, panel.topics, panel.first, panel.last)
    for name in _FIRST_DAY:
        for *key, day, number in _story_counts(session, name, firsts, [key.key for key in keys], panel.first, panel.last):
            if (cell := place(tuple(key))) is not None:
                panel.counts[name][panel.index(day), cell[0], cell[1]] = number


def panel_of_record(session: Session, start: date, end: date, labels: Labels, places: Places, *, unfinished: bool = False) -> Panel:
    """The record's daily counts by province of today and topic (parents only), both days included.

    A story counts in a cell once, on its first day there; the national series counts every document, wherever it speaks of.
    ``unfinished``: the last day is not over.
    """
    panel = Panel.empty(start, end, units_of(places), [topic.id for topic in labels.topics])
    _fill(session, panel, _BY_PLACE)
    _fill(session, panel, _NATIONAL)
    return replace(panel, unfinished=unfinished)


def first_fact_day(session: Session) -> date | None:
    """The first day of which the record knows anything."""
    return session.scalar(select(func.min(Fact.day)))


def daily_series(session: Session, start: date, end: date, province: str | None = None, topic: str | None = None) -> list[DayCounts]:
    """Counts of every day of a period, both days included, zeros too.

    Args:
        session: a session of the record.
        start: the first day.
        end: the last day.
        province: a province of today, or None (or ``VN``) for everything, wherever it speaks of.
        topic: a topic or subtopic, or None for all.
    """
    where: list[ColumnElement[bool]] = [Fact.day.between(start - _LOOK_BACK, end)]
    if province not in (None, NOWHERE):
        where.append(Fact.province == province)
    if topic is not None:
        where.append(Fact.topic == topic)
    days: dict[date, dict[str, int]] = {start + timedelta(days=i): {} for i in range((end - start).days + 1)}
    documents = select(Fact.day, *(count.label(name) for name, count in _DOCUMENTS.items())).where(*where).group_by(Fact.day)
    for row in session.execute(documents.where(Fact.day >= start)):
        days[row.day] |= {name: getattr(row, name) for name in _DOCUMENTS}
    labelled = [first.label(name) for name, first in _FIRST_DAY.items()]
    firsts = select(Fact.story_id, *labelled).where(*where).group_by(Fact.story_id).subquery()
    for name in _FIRST_DAY:
        for day, number in _story_counts(session, name, firsts, [], start, end):
            days[day][name] = number
    fields = [name for name in DayCounts.__dataclass_fields__ if name != "day"]
    return [DayCounts(day, **{name: counts.get(name, 0) for name in fields}) for day, counts in days.items()]
