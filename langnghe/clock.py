"""Time, injected wherever it is read, so that yesterday can be replayed and tests do not depend on today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """The present moment, with an offset."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def advance(self, **by: float) -> None:
        """Move on by ``timedelta(**by)``."""
        self.moment += timedelta(**by)


class RunningClock:
    """A clock set to some moment, from which it goes on: the demo's days stay those of its first run."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The moment it was set to and what has passed since."""
        return datetime.now(UTC) + self._ahead


def vietnam_day(moment: datetime) -> date:
    """The Asia/Ho_Chi_Minh day of a moment; a moment without an offset is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(VIETNAM).date()


def start_of_day(day: date) -> datetime:
    """Midnight in Vietnam at which ``day`` begins."""
    return datetime.combine(day, time(), VIETNAM)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a moment without an offset is taken as UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with Vietnam's offset, as every output writes times."""
    return None if moment is None else as_utc(moment).astimezone(VIETNAM).isoformat(timespec="seconds")
