"""Drives and donations of a report's period."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.drives.echo import echo_in_all, echo_of
from alerts.drives.ledgers import gifts, sums_of
from alerts.drives.planning import known_drives
from alerts.reports.content import DriveNumbers
from alerts.reports.counting import Window
from alerts.rules import Drive
from langnghe.actor import Actor
from langnghe.record.schema import DriveActivity
from langnghe.settings import Settings


def _of(session: Session, actor: Actor, drive: Drive, window: Window, settings: Settings) -> DriveNumbers:
    query = select(DriveActivity).where(DriveActivity.drive == drive.key, DriveActivity.day.between(window.first, window.last))
    if window.province is not None:
        query = query.where(DriveActivity.province == window.province)
    rows = list(session.scalars(query))
    echo = echo_in_all(echo_of(session, actor, drive.key, window.last, settings)) if drive.key else None
    return DriveNumbers(
        name=drive.name,
        plan=drive.plan,
        start=drive.start,
        end=drive.end,
        activities=len(rows),
        cost=sum(row.cost or 0 for row in rows),
        reach=sum(row.reach or 0 for row in rows),
        new_voluntary=sum(row.new_voluntary or 0 for row in rows),
        new_household=sum(row.new_household or 0 for row in rows),
        echo=echo,
    )


def drives_of(session: Session, actor: Actor, window: Window, settings: Settings) -> list[DriveNumbers]:
    """Drives that ran in the period where the office is."""
    running = known_drives(session, settings, window.first, window.last)
    here = [drive for drive in running if window.province is None or not drive.provinces or window.province in drive.provinces]
    return [_of(session, actor, drive, window, settings) for drive in here]


def donated(session: Session, actor: Actor, window: Window) -> dict[str, int]:
    """Donated books and cards of the period, and their value in thousands of đồng."""
    entries = gifts(session, actor, window.first, window.last)
    return dict(sums_of([entry for entry in entries if window.province in (None, entry.province)]))
