"""Drives: those of ``config/drives.yaml`` and those that offices plan, and what was done on each day of them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.rules import Drive, drives_file, load_drives
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import DriveActivity, DriveRow
from langnghe.settings import Settings

ROW = "row:"
"""Beginning of the key of a drive that stands in the record."""


def _as_drive(row: DriveRow) -> Drive:
    return Drive(
        key=f"{ROW}{row.id}",
        name=row.name,
        plan=row.plan,
        start=row.start,
        end=row.end,
        topics=row.topics,
        provinces=row.provinces,
        forms=row.forms,
        office=row.office,
    )


def known_drives(session: Session, settings: Settings, first: date | None = None, last: date | None = None) -> list[Drive]:
    """All drives that are not cancelled, of the file and of every office (a drive is public), that touch a period, the first first."""
    rows = session.scalars(select(DriveRow).where(DriveRow.cancelled.is_(None)).order_by(DriveRow.id))
    drives = [*load_drives(settings.config_dir), *(_as_drive(row) for row in rows)]
    touching = [drive for drive in drives if (last is None or drive.start <= last) and (first is None or drive.end >= first)]
    return sorted(touching, key=lambda drive: (drive.start, drive.name))


def find_drive(session: Session, key: str, settings: Settings) -> Drive:
    """The drive with a key.

    Raises:
        LangngheError: there is none, or it was cancelled.
    """
    for drive in known_drives(session, settings):
        if drive.key and drive.key == key:
            return drive
    raise LangngheError(f"there is no drive {key!r}", "Choose one of the calendar of drives.")


def plan_drive(record: Record, actor: Actor, drive: Drive, settings: Settings) -> Drive:
    """Enter a drive that the actor's office plans; its key is given here.

    Raises:
        LangngheError: a topic, province or form is unknown, or another office's province is named.
        NotAllowed: the actor is no officer.
    """
    actor.require(Role.officer, None, "plan a drive")
    _check(drive, actor, settings)
    now = record.clock.now()
    with record.session() as session:
        row = DriveRow(
            name=drive.name.strip(),
            plan=drive.plan,
            office=actor.office,
            start=drive.start,
            end=drive.end,
            topics=drive.topics,
            provinces=drive.provinces or ([] if actor.is_national else [actor.office]),
            forms=drive.forms,
            entered_by=actor.name,
            entered=now,
        )
        session.add(row)
        session.flush()
        audit(session, actor, "drive planned", f"drive:{row.id}", now, name=row.name, start=row.start.isoformat(), end=row.end.isoformat())
        return _as_drive(row)


def _check(drive: Drive, actor: Actor, settings: Settings) -> None:
    labels, places = load_labels(settings.config_dir), load_places(settings.config_dir)
    if not drive.name.strip():
        raise LangngheError("a drive needs a name", "Name it as its plan does.")
    for topic in drive.topics:
        if topic not in labels.by_id:
            raise LangngheError(f"there is no topic {topic!r}", "Use topics of the taxonomy.")
    known = {province.id for province in places.of_34}
    for code in drive.provinces:
        if code not in known:
            raise LangngheError(f"{code!r} is no province of today", "Use codes such as 34-40.")
        actor.require(Role.officer, code, "plan a drive there")
    if unknown := set(drive.forms) - {form.id for form in drives_file(settings.config_dir).forms}:
        raise LangngheError(f"there is no form {', '.join(sorted(unknown))}", "Use the forms of config/drives.yaml.")


def cancel_drive(record: Record, actor: Actor, key: str, settings: Settings, *, row_version: int | None = None) -> None:
    """Cancel a drive that an office planned and in which nothing was done.

    Raises:
        Conflict: somebody else changed it, or activities were entered.
    """
    now = record.clock.now()
    with record.session() as session:
        find_drive(session, key, settings)
        if not key.startswith(ROW):
            raise Conflict(f"the drive {key} stands in config/drives.yaml", "Take it out there.")
        row = session.scalars(select(DriveRow).where(DriveRow.id == int(key.removeprefix(ROW))).with_for_update()).one()
        actor.require(Role.officer, row.office, f"cancel the drive {key}")
        if row_version is not None and row_version != row.row_version:
            raise Conflict(f"somebody else changed the drive {key} meanwhile", "Read it again.")
        if session.scalar(select(DriveActivity.id).where(DriveActivity.drive == key).limit(1)) is not None:
            raise Conflict(f"activities of the drive {key} were entered", "Leave it as it is.")
        row.cancelled, row.row_version = now, row.row_version + 1
        audit(session, actor, "drive cancelled", f"drive:{row.id}", now)


@dataclass(frozen=True)
class Activity:
    """What was done on one day of a drive in a province; money in thousands of đồng, None: not known."""

    ref: str
    day: date
    province: str
    form: str
    content: str = ""
    cost: int | None = None
    reach: int | None = None
    new_voluntary: int | None = None
    new_household: int | None = None


def enter_activities(record: Record, actor: Actor, key: str, activities: list[Activity], settings: Settings) -> dict[str, int]:
    """Enter what was done: all or, where one is wrong, none. Entered again, what has the same ``ref`` is brought up to date.

    Returns:
        How many were stored, updated and unchanged.

    Raises:
        LangngheError: naming the activity and what is wrong with it.
        NotAllowed: a province is another office's.
    """
    now, done = record.clock.now(), {"stored": 0, "updated": 0, "unchanged": 0}
    with record.session() as session:
        drive = find_drive(session, key, settings)
        for activity in activities:
            _check_activity(activity, drive, actor, settings)
            done[_enter(session, actor, key, activity, now)] += 1
        if done["stored"] or done["updated"]:
            audit(session, actor, "drive activities", f"drive:{key}", now, **done)
    return done


def _check_activity(activity: Activity, drive: Drive, actor: Actor, settings: Settings) -> None:
    what = f"activity {activity.ref}"
    if activity.province not in {province.id for province in load_places(settings.config_dir).of_34} | {NOWHERE}:
        raise LangngheError(f"{what}: {activity.province!r} is no province of today", "Use a name or code of the 34 provinces.")
    actor.require(Role.officer, NATIONAL if activity.province == NOWHERE else activity.province, f"enter the {what}")
    if activity.form not in {form.id for form in drives_file(settings.config_dir).forms}:
        raise LangngheError(f"{what}: there is no form {activity.form!r}", "Use the forms of config/drives.yaml.")
    if not drive.start <= activity.day <= drive.end:
        raise LangngheError(
            f"{what}: {activity.day:%d/%m/%Y} is no day of the drive", f"It runs {drive.start:%d/%m/%Y} to {drive.end:%d/%m/%Y}."
        )
    numbers = (activity.cost, activity.reach, activity.new_voluntary, activity.new_household)
    if any(number is not None and number < 0 for number in numbers):
        raise LangngheError(f"{what}: a number is negative", "Enter 0 or more, or leave it empty.")


def _enter(session: Session, actor: Actor, key: str, activity: Activity, now: datetime) -> str:
    query = select(DriveActivity).where(DriveActivity.drive == key, DriveActivity.office == actor.office, DriveActivity.ref == activity.ref)
    row, values = session.scalar(query), dict(vars(activity))
    if row is None:
        session.add(DriveActivity(drive=key, office=actor.office, entered_by=actor.name, entered=now, **values))
        return "stored"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    row.entered_by, row.entered = actor.name, now
    return "updated"
