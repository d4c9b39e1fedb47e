"""The echo of a drive: its topics by province against the days before, and against provinces without a drive; and by form."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from alerts.drives.planning import find_drive, known_drives
from alerts.rules import Drive
from langnghe.actor import Actor, Role
from langnghe.places import NOWHERE, load_places
from langnghe.record.schema import DriveActivity, Fact
from langnghe.settings import Settings

BEFORE_DAYS = 28
"""Days before a drive that it is compared with; four whole weeks, so that weekdays weigh alike."""
_CREDIT = 0.5
"""Stories that both periods are credited with, so that a ratio with nothing before stays finite."""


@dataclass(frozen=True)
class EchoRow:
    """One topic in one province (``VN``: the whole country): stories a day before and during, and how many times as many."""

    province: str
    topic: str
    before: int
    during: int
    before_days: int
    days: int
    positive: int
    negative: int
    others: float | None
    """How many times as many the same topic had, meanwhile, in provinces without a drive; None: there are none."""

    @property
    def times(self) -> float:
        """Stories a day during the drive over those before."""
        return _times(self.before, self.during, self.before_days, self.days)

    @property
    def echo(self) -> float | None:
        """``times`` over what happened elsewhere meanwhile: 1 is no echo; None: there is no elsewhere."""
        return None if self.others is None else self.times / self.others


@dataclass(frozen=True)
class FormRow:
    """What was entered of one form of a drive."""

    form: str
    activities: int
    cost: int
    reach: int
    new_voluntary: int
    new_household: int

    @property
    def cost_of_one(self) -> float | None:
        """Thousands of đồng for each new participant; None: nobody joined, or no cost is known."""
        joined = self.new_voluntary + self.new_household
        return self.cost / joined if joined and self.cost else None


@dataclass(frozen=True)
class Echo:
    """A drive's echo so far."""

    drive: Drive
    last: date
    """Until which day it counts: its last, or today."""
    rows: list[EchoRow]
    forms: list[FormRow]
    comparable: list[str]
    """Provinces without any drive on these topics meanwhile."""


def _times(before: int, during: int, before_days: int, days: int) -> float:
    return ((during + _CREDIT) / days) / ((before + _CREDIT) / before_days)


Cells = dict[tuple[str, str], int]


def _stories(session: Session, topics: list[str], first: date, last: date, sentiment: str | None = None) -> Cells:
    """Distinct stories by province (``VN``: all of the country) and topic."""
    where: list[ColumnElement[bool]] = [Fact.day.between(first, last), *([Fact.topic.in_(topics)] if topics else [])]
    if sentiment is not None:
        where.append(Fact.sentiment == sentiment)
    number = func.count(Fact.story_id.distinct())
    placed = select(Fact.province, Fact.topic, number).where(*where, Fact.province != NOWHERE).group_by(Fact.province, Fact.topic)
    anywhere = select(Fact.topic, number).where(*where).group_by(Fact.topic)
    cells: Cells = {(province, topic): count for province, topic, count in session.execute(placed)}
    return cells | {(NOWHERE, topic): count for topic, count in session.execute(anywhere)}


def _without_drive(drives: list[Drive], drive: Drive, first: date, last: date, provinces: list[str]) -> list[str]:
    """Provinces in which no drive on the same topics ran in the period."""
    running = [one for one in drives if one.start <= last and one.end >= first]
    touching = [one for one in running if not one.topics or not drive.topics or set(one.topics) & set(drive.topics)]
    if any(not one.provinces for one in touching):
        return []
    reached = {code for one in touching for code in one.provinces}
    return [code for code in provinces if code not in reached]


def _elsewhere(before: Cells, during: Cells, topic: str, provinces: list[str], before_days: int, days: int) -> float | None:
    if not provinces:
        return None
    counts = [sum(cells.get((code, topic), 0) for code in provinces) for cells in (before, during)]
    return _times(counts[0], counts[1], before_days, days)


def _forms(session: Session, actor: Actor, key: str) -> list[FormRow]:
    query = select(DriveActivity).where(DriveActivity.drive == key)
    if not actor.is_national:
        query = query.where(DriveActivity.province == actor.office)
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for row in session.scalars(query):
        for i, number in enumerate((1, row.cost, row.reach, row.new_voluntary, row.new_household)):
            sums[row.form][i] += number or 0
    return [FormRow(form, *numbers) for form, numbers in sorted(sums.items())]


def echo_of(session: Session, actor: Actor, key: str, today: date, settings: Settings) -> Echo:
    """The echo of a drive until today, by province and topic, the loudest first, with what was entered by form.

    Raises:
        LangngheError: there is no such drive, or it has not begun.
    """
    actor.require(Role.viewer, None, "read the echo of a drive")
    drive = find_drive(session, key, settings)
    last = min(drive.end, today)
    first, before_last = drive.start - timedelta(days=BEFORE_DAYS), drive.start - timedelta(days=1)
    days = max((last - drive.start).days + 1, 1)
    before = _stories(session, drive.topics, first, before_last)
    during = _stories(session, drive.topics, drive.start, last)
    stance = {name: _stories(session, drive.topics, drive.start, last, name) for name in ("positive", "negative")}
    provinces = [province.id for province in load_places(settings.config_dir).of_34]
    free = _without_drive(known_drives(session, settings), drive, first, last, provinces)
    reached = drive.provinces or [NOWHERE, *provinces]
    rows = [
        EchoRow(
            province=code,
            topic=topic,
            before=before.get((code, topic), 0),
            during=during.get((code, topic), 0),
            before_days=BEFORE_DAYS,
            days=days,
            positive=stance["positive"].get((code, topic), 0),
            negative=stance["negative"].get((code, topic), 0),
            others=_elsewhere(before, during, topic, free, BEFORE_DAYS, days),
        )
        for code in reached
        for topic in drive.topics
        if (code, topic) in before or (code, topic) in during
    ]
    rows.sort(key=lambda row: (-(row.echo or row.times), row.province, row.topic))
    return Echo(drive, last, rows, _forms(session, actor, key), free)


def echo_in_all(echo: Echo) -> float | None:
    """One number for a drive: all its topics and provinces together; None: nothing was said before or during."""
    cells = [row for row in echo.rows if row.province != NOWHERE] or echo.rows
    if not cells:
        return None
    before, during = sum(row.before for row in cells), sum(row.during for row in cells)
    times = _times(before, during, cells[0].before_days, cells[0].days)
    others = [row.others for row in cells if row.others is not None]
    return round(times / (sum(others) / len(others)) if others else times, 2)
