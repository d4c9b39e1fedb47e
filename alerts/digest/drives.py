"""Drives that run on the morning of a digest, or begin within a week."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.rules import load_drives
from langnghe.actor import NATIONAL
from langnghe.record.schema import DriveRow
from langnghe.settings import Settings

AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class DriveLine:
    """A drive (đợt truyền thông) as a digest shows it."""

    name: str
    start: date
    end: date
    running: bool


def drives_of(session: Session, settings: Settings, office: str, day: date) -> list[DriveLine]:
    """Drives of an office: those planned in ``config/drives.yaml`` and those that offices entered, the running ones first."""
    planned = [(drive.name, drive.start, drive.end, drive.provinces) for drive in load_drives(settings.config_dir)]
    rows = session.scalars(select(DriveRow).where(DriveRow.cancelled.is_(None), DriveRow.end >= day, DriveRow.start <= day + AHEAD))
    planned += [(row.name, row.start, row.end, row.provinces) for row in rows if office in (NATIONAL, row.office) or row.office == NATIONAL]
    mine = [one for one in planned if office == NATIONAL or not one[3] or office in one[3]]
    lines = {DriveLine(name, start, end, start <= day) for name, start, end, _ in mine if end >= day and start <= day + AHEAD}
    return sorted(lines, key=lambda line: (not line.running, line.start, line.name))
