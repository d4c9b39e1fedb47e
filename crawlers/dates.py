"""Dates as Vietnamese sites write them, absolute and relative, in the source's time zone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

from langnghe.clock import VIETNAM
from langnghe.folding import fold

_ZONE = r"(?:(?:gmt|utc)?\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)|(?P<utc>z|gmt|utc)\b)"
_AFTER_CLOCK = re.compile(rf"\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d+)?\s*[(,-]?\s*{_ZONE}")
_CLOCK = re.compile(
    r"(?<![\d/.\-+])(\d{1,2})\s*(?::|h|g(?:io)?)\s*(?:(\d{2})(?:\s*(?::|p(?:hut)?(?![a-z]))\s*(\d{2})?)?)?(?:[.,]\d+)?\s*(am\b|pm\b|sa\b|ch\b)?(?![/\d])"
)
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[t\s,(]|\D*$)t?")
_SLASHED = re.compile(r"(?<![\d/.\-])(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?((?:19|20)\d{2}|\d{2})(?![\d:])")
_WORDED = re.compile(r"(?<!\d)(\d{1,2})\s*(?:thang|thg|th)\.?\s*(\d{1,2})\s*(?:,|nam|/|-)*\s*(?:nam\s*)?((?:19|20)\d{2})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(rf"(?<!\d)(\d{{1,2}})[ -]({'|'.join(_MONTHS)})[a-z]*\.?,?[ -]((?:19|20)\d{{2}})\b")
_ENGLISH_FIRST = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}}),? ((?:19|20)\d{{2}})\b")
_DAY_MONTH = re.compile(r"(?<![\d/.\-])(\d{1,2})[/-](\d{1,2})(?![\d/:.-])|\bngay (\d{1,2})\.(\d{1,2})(?![\d/:-])")
_COMPACT = re.compile(r"\s*((?:19|20)\d{2})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?\s*")
_MONTH_ALONE = re.compile(r"\s*(?:thang )?\d{1,2}\s*[/-]\s*\d{4}\s*")
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3})?\s*")
_NUMBERS = {"mot": 1, "nua": 0.5, "hai": 2, "ba": 3, "vai": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_UNITS = r"giay|phut|gio|tieng|ngay|tuan|thang|nam|seconds?|minutes?|hours?|days?|weeks?|[hpmsd]"
_AGE = rf"(?P<number>\d+|{'|'.join(_NUMBERS)})\s*(?P<unit>{_UNITS}|')(?:\s*(?P<minutes>\d{{1,2}})\s*(?:phut|p|'))?"
_AGO = re.compile(rf"\b{_AGE}(?![a-z])[^.]{{0,16}}?(?:truoc|ago)\b|\bcach day {_AGE.replace('P<', 'P<since_')}(?![a-z])")
_ONLY_AGE = re.compile(rf"\W*(?P<number>\d+)\s*(?P<unit>{_UNITS})\W*")
"""An age without "ago", as social networks write it, and nothing else."""
_DAYS = {"giay": 1 / 86400, "s": 1 / 86400, "phut": 1 / 1440, "p": 1 / 1440, "m": 1 / 1440, "gio": 1 / 24, "tieng": 1 / 24, "h": 1 / 24,
         "'": 1 / 1440, "ngay": 1, "d": 1, "tuan": 7, "w": 7, "thang": 30, "nam": 365}  # fmt: skip
_NOW = ("vua xong", "vua dang", "vua moi", "moi day", "just now", "a moment ago")
_NEAR = {"hom kia": 2, "hom qua": 1, "yesterday": 1, "hom nay": 0, "sang nay": 0, "chieu nay": 0, "toi nay": 0, "today": 0}
_WEEKDAYS = {"thu hai": 0, "thu ba": 1, "thu tu": 2, "thu nam": 3, "thu sau": 4, "thu bay": 5, "chu nhat": 6}
_WEEKDAY_AT = re.compile(rf"\s*({'|'.join(_WEEKDAYS)})\s+luc\b")


@dataclass(frozen=True)
class Reading:
    """How a source's dates are read: its time zone, and whether ``3/7/2026`` is the 7th of March."""

    zone: tzinfo = VIETNAM
    month_first: bool = False


def _zone(text: str) -> tzinfo | None:
    found = _AFTER_CLOCK.search(text)
    if found is None:
        return None
    if found["utc"]:
        return UTC
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(offset if found["sign"] == "+" else -offset)


def _clock(text: str) -> time:
    """The time of day in a text from which the date has been taken; midnight where there is none."""
    found = _CLOCK.search(text)
    if found is None:
        return time()
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4] in {"pm", "ch"} and hour < 12:
        hour += 12
    elif found[4] in {"am", "sa"} and hour == 12:
        hour = 0
    return time(hour, minute, min(second, 59))


def _at(year: int, month: int, day: int, rest: str, reading: Reading) -> datetime:
    return datetime.combine(datetime(year, month, day, tzinfo=reading.zone), _clock(rest), _zone(rest) or reading.zone)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _iso(text: str, _now: datetime, reading: Reading) -> datetime | None:
    found = _ISO.search(text)
    return found and _at(int(found[1]), int(found[2]), int(found[3]), _without(text, found), reading)


def _slashed(text: str, _now: datetime, reading: Reading) -> datetime | None:
    found = _SLASHED.search(text)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[2]), int(found[3])
    if reading.month_first or month > 12:
        day, month = month, day
    return _at(year + 2000 if year < 100 else year, month, day, _without(text, found), reading)


def _worded(text: str, _now: datetime, reading: Reading) -> datetime | None:
    found = _WORDED.search(text)
    return found and _at(int(found[3]), int(found[2]), int(found[1]), _without(text, found), reading)


def _english(text: str, _now: datetime, reading: Reading) -> datetime | None:
    if found := _ENGLISH.search(text):
        return _at(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]), _without(text, found), reading)
    if found := _ENGLISH_FIRST.search(text):
        return _at(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2]), _without(text, found), reading)
    return None


def _epoch(text: str, _now: datetime, _reading: Reading) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    return found and datetime.fromtimestamp(int(found[1]), UTC)


def _compact(text: str, _now: datetime, reading: Reading) -> datetime | None:
    found = _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=reading.zone)


def _ago(text: str, now: datetime, _reading: Reading) -> datetime | None:
    if any(word in text for word in _NOW):
        return now
    found = _AGO.search(text) or _ONLY_AGE.fullmatch(text)
    if found is None:
        return None
    said = {name.removeprefix("since_"): value for name, value in found.groupdict().items() if value}
    unit = said["unit"] if said["unit"] in _DAYS else said["unit"][0]
    number = _NUMBERS.get(said["number"]) or int(said["number"])
    return now - timedelta(days=number * _DAYS[unit], minutes=int(said.get("minutes", 0)))


def _on_day(days_ago: int, text: str, now: datetime, reading: Reading) -> datetime:
    day = now.astimezone(reading.zone) - timedelta(days=days_ago)
    return _at(day.year, day.month, day.day, text, reading)


def _near(text: str, now: datetime, reading: Reading) -> datetime | None:
    """``hôm qua lúc 8:15``, and XenForo's ``Thứ ba lúc 08:15`` for a day of the last week."""
    for words, days_ago in _NEAR.items():
        if words in text:
            return _on_day(days_ago, text, now, reading)
    if found := _WEEKDAY_AT.match(text):
        return _on_day((now.astimezone(reading.zone).weekday() - _WEEKDAYS[found[1]]) % 7 or 7, text, now, reading)
    return None


def _this_year(text: str, now: datetime, reading: Reading) -> datetime | None:
    """``08:15 23/9``: the last day of that name."""
    found = _DAY_MONTH.search(text)
    if found is None:
        return None
    day, month = int(found[1] or found[3]), int(found[2] or found[4])
    moment = _at(now.astimezone(reading.zone).year, month, day, _without(text, found), reading)
    return moment if moment <= now + timedelta(days=1) else moment.replace(year=moment.year - 1)


_FORMS: tuple[Callable[[str, datetime, Reading], datetime | None], ...] = (
    _epoch, _compact, _iso, _slashed, _worded, _english, _ago, _near, _this_year,
)  # fmt: skip


def _by_library(text: str, now: datetime, reading: Reading) -> datetime | None:
    import dateparser

    if _MONTH_ALONE.fullmatch(text) or not re.search(
        r"\d\D+\d", _CLOCK.sub(" ", text)
    ):  # a lone number or time is no date, yet dateparser makes one of it
        return None
    zone = str(reading.zone)
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "TIMEZONE": zone, "RETURN_AS_TIMEZONE_AWARE": True, "PREFER_DATES_FROM": "past"}
    found: datetime | None = dateparser.parse(text, languages=["vi", "en"], settings=settings)
    return found


def stated_moment(text: str | None, now: datetime, reading: Reading | None = None) -> datetime | None:
    """The moment that a text gives, with an offset, though it may be later than ``now``; None where it gives none.

    Args:
        text: a date as a page, a feed or a service writes it.
        now: when it was fetched; relative dates count from it.
        reading: time zone and order of the source; Vietnam's where it is not given.
    """
    reading, folded = reading or Reading(), " ".join(fold(text or "").split())[:200]
    if not folded:
        return None
    for form in _FORMS:
        try:
            if moment := form(folded, now, reading):
                return moment
        except (ValueError, OverflowError):
            continue
    return _by_library(folded, now, reading)


def parse_date(text: str | None, now: datetime, reading: Reading | None = None) -> datetime | None:
    """The moment that a text gives, as :func:`stated_moment`, but never later than ``now``: what the page dates later becomes ``now``."""
    moment = stated_moment(text, now, reading)
    return moment and min(moment, now)
