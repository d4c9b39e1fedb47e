"""The calendar of policy: what comes (laws, school, sessions, Tết), what people will ask then, and which approved answers fit."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.answers import FittingAnswer, fitting_answers
from langnghe.actor import Actor, Role
from langnghe.config_files import default_config_dir, load
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from langnghe.places import NOWHERE
from langnghe.record.schema import Fact
from langnghe.settings import Settings

MonthDay = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]
_USUAL_DAYS = 28
"""Days before an event's last time with which its questions are compared."""
_AHEAD_OF_REPORT = 45
_LONG_AGO = 800
"""Days in which an event's last time is looked for."""


class Event(BaseModel):
    """Something on the calendar, once, every year, or on days of its own each year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    vi: str
    en: str
    start: date | None = None
    end: date | None = None
    yearly: tuple[MonthDay, MonthDay] | None = None
    dates: list[tuple[date, date]] = []
    ahead: int = Field(ge=0)
    topics: list[str] = Field(min_length=1)
    questions: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _some_time(self) -> "Event":
        given = (self.start is not None and self.end is not None) + (self.yearly is not None) + bool(self.dates)
        if given != 1:
            raise ValueError(f"the event {self.id} needs start and end, or yearly, or dates")
        if any(end < start for start, end in self.times(date(2024, 1, 1), date(2024, 12, 31))):
            raise ValueError(f"the event {self.id} ends before it starts")
        return self

    def name(self, language: str) -> str:
        """The name an officer reads."""
        return self.en if language == "en" else self.vi

    def times(self, first: date, last: date) -> list[tuple[date, date]]:
        """Its first and last days, of every time that touches a period or begins in a year of it."""
        if self.start is not None and self.end is not None:
            return [(self.start, self.end)]
        if self.yearly is not None:
            begin, end = self.yearly
            return [
                (date.fromisoformat(f"{year}-{begin}"), date.fromisoformat(f"{year}-{end}")) for year in range(first.year, last.year + 1)
            ]
        return self.dates


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    events: list[Event]


@dataclass(frozen=True)
class Occurrence:
    """One time of an event."""

    event: Event
    start: date
    end: date


@dataclass(frozen=True)
class Asked:
    """What was asked on its topics the last time: stories with questions a day then, and in the weeks before."""

    start: date
    end: date
    a_day: float
    usual_a_day: float

    @property
    def times_usual(self) -> float | None:
        """How many times the usual; None: there was nothing usual to compare with."""
        return self.a_day / self.usual_a_day if self.usual_a_day else None


@dataclass(frozen=True)
class Coming:
    """What comes, how soon, what will be asked, and what may be answered on that day."""

    occurrence: Occurrence
    days_left: int
    """0 or less: it has begun."""
    questions: list[str]
    answers: list[FittingAnswer]
    asked: Asked | None
    """None: the record knows nothing of its last time."""


@cache
def load_calendar(config_dir: Path | None = None) -> list[Event]:
    """The events of a configuration folder (None: the one that came with the program); a folder without the file knows none."""
    path = (config_dir or default_config_dir()) / "calendar.yaml"
    events, labels = (load(path, _File).events if path.exists() else []), load_labels(config_dir)
    for event in events:
        for topic in event.topics:
            if topic not in labels.by_id:
                raise ConfigurationError(f"{path}: {event.id}: there is no topic {topic!r}", "Use topics of taxonomy/labels.yaml.")
    return events


def occurrences(first: date, last: date, config_dir: Path | None = None) -> list[Occurrence]:
    """What touches a period, in order."""
    found = [Occurrence(event, *time) for event in load_calendar(config_dir) for time in event.times(first, last)]
    return sorted((one for one in found if one.start <= last and one.end >= first), key=lambda one: (one.start, one.event.id))


def _told_on(day: date, config_dir: Path | None, days: int | None = None) -> list[Occurrence]:
    """What has begun and is not over, or begins within the days ahead (None: the event's own)."""
    widest = max((event.ahead for event in load_calendar(config_dir)), default=0) if days is None else days
    near = occurrences(day, day + timedelta(days=widest), config_dir)
    return [one for one in near if (one.start - day).days <= (one.event.ahead if days is None else days)]


def _stories_asked(session: Session, topics: list[str], province: str | None, first: date, last: date) -> int:
    query = select(func.count(Fact.story_id.distinct())).where(
        Fact.topic.in_(topics), Fact.intent == "question", Fact.day.between(first, last)
    )
    if province not in (None, NOWHERE):
        query = query.where(Fact.province == province)
    return session.scalar(query) or 0


def _asked(session: Session, occurrence: Occurrence, province: str | None) -> Asked | None:
    earlier = [
        time for time in occurrence.event.times(occurrence.start - timedelta(days=800), occurrence.start) if time[1] < occurrence.start
    ]
    oldest = session.scalar(select(func.min(Fact.day)))
    if not earlier or oldest is None or oldest > max(earlier)[0] - timedelta(days=_USUAL_DAYS):
        return None
    start, end = max(earlier)
    days, topics = (end - start).days + 1, occurrence.event.topics
    before = _stories_asked(session, topics, province, start - timedelta(days=_USUAL_DAYS), start - timedelta(days=1))
    return Asked(start, end, _stories_asked(session, topics, province, start, end) / days, before / _USUAL_DAYS)


def coming(session: Session, actor: Actor, day: date, settings: Settings, *, days: int | None = None) -> list[Coming]:
    """What people will ask soon: events that have begun or begin within ``days`` (None: as far ahead as each event says).

    The answers are those that hold when the event begins (or today, once it has begun), so that none is prepared that will have expired.
    """
    actor.require(Role.viewer, None, "read the calendar")
    province = None if actor.is_national else actor.office
    found = []
    for one in _told_on(day, settings.config_dir, days):
        then, topics = max(one.start, day), one.event.topics
        fitting: dict[str, FittingAnswer] = {}
        for question in one.event.questions:
            for answer in fitting_answers(question, then, topics=topics, most=1, config_dir=settings.config_dir):
                fitting.setdefault(answer.answer.id, answer)
        asked = _asked(session, one, province)
        found.append(Coming(one, (one.start - day).days, one.event.questions, list(fitting.values()), asked))
    return found


def coming_lines(day: date, settings: Settings) -> list[str]:
    """What comes in the weeks after a day, a line each, for a report."""
    return [
        f"{one.event.vi} ({one.start:%d/%m/%Y} - {one.end:%d/%m/%Y}): {' '.join(one.event.questions)}"
        for one in _told_on(day + timedelta(days=1), settings.config_dir, _AHEAD_OF_REPORT)
    ]
