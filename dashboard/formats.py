"""How days, times and numbers are written: dd/MM/yyyy HH:mm in Vietnam's time, numbers as the language writes them."""

from datetime import UTC, date, datetime

from langnghe.clock import VIETNAM, as_utc
from langnghe.wording import Wording

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""Media type of a Word file."""

HOURS_SHOWN_AS_DAYS = 48
TIMES_FROM = 3
"""A rise of so many times is told as such: 1.960% says nothing."""


def day(value: date) -> str:
    """``20/11/2026``."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """``20/11/2026 07:00``."""
    return f"{as_utc(value).astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def iso_moment(value: str) -> str:
    """An ISO 8601 time as :func:`moment`; what is none stays as it is."""
    try:
        return moment(datetime.fromisoformat(value))
    except ValueError:
        return value


def weekday(value: date, words: Wording) -> str:
    """``Thứ Sáu``."""
    return words(f"weekday.{value.isoweekday()}")


def change(now: int, before: int, words: Wording) -> str:
    """A week against the week before, in words and with an arrow: ``▲ 50% so với tuần trước (8)``."""
    if now == before:
        return words("change.same", before=words.number(before))
    if not before:
        return words("change.none_before")
    if now >= TIMES_FROM * before:
        return words("change.times", times=words.number(now / before, 1 if now < 10 * before else 0), before=words.number(before))
    percent = words.number(abs(now - before) / before * 100)
    return words("change.more" if now > before else "change.less", percent=percent, before=words.number(before))


def span(hours: float, words: Wording) -> str:
    """A stretch of time: hours below two days, days from there on."""
    hours = abs(hours)
    if hours < 1:
        return words("span.minutes", n=words.number(max(round(hours * 60), 1)))
    if hours < HOURS_SHOWN_AS_DAYS:
        return words("span.hours", n=words.number(round(hours)))
    return words("span.days", n=words.number(round(hours / 24)))


def due(hours_left: float | None, words: Wording) -> str:
    """How a deadline stands."""
    if hours_left is None:
        return words("due.closed")
    return words("due.over" if hours_left < 0 else "due.left", span=span(hours_left, words))


def ago(value: datetime, now: datetime, words: Wording) -> str:
    """``3 giờ trước``."""
    return words("ago", span=span((as_utc(now) - as_utc(value)).total_seconds() / 3600, words))


def hour(value: datetime) -> str:
    """``07:00``."""
    return f"{value.astimezone(VIETNAM) if value.tzinfo else value.replace(tzinfo=UTC).astimezone(VIETNAM):%H:%M}"


def plain(value: float, words: Wording) -> str:
    """A number as a person enters it: ``48``, ``1,5``."""
    return words.number(value, 0 if float(value).is_integer() else 1)


def small(value: float, words: Wording) -> str:
    """An expected number: one decimal below ten, and what is not nothing is never written as 0,0."""
    if 0 < value < 0.05:
        return words("number.below", n=words.number(0.1, 1))
    return words.number(value, 1 if 0 < value < 10 else 0)
