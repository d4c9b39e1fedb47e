"""Days as people type them into a query: "7 ngày qua", "tháng 9/2024", "từ 1/9/2024 đến 15/9/2024"."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from langnghe.folding import fold

_FULL = r"(?P<d{0}>\d{{1,2}})[/.-](?P<m{0}>\d{{1,2}})[/.-](?P<y{0}>\d{{4}})"
_MONTH = r"(?:thang )?(?P<m{0}>\d{{1,2}})(?:/|-| nam )(?P<y{0}>\d{{4}})"
_EDGE = r"(?<![\w/.-])"
_END = r"(?![\w/-])"


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of Vietnam days, both ends included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class FoundDays:
    """Days that a query names, and where: code points ``start`` to ``end`` of it."""

    days: Days
    start: int
    end: int


def month(year: int, number: int) -> Days:
    """All days of a month."""
    return Days(date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1]))


def months_back(day: date, count: int) -> date:
    """The same day ``count`` months earlier, or that month's last day."""
    year, number = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, number + 1, min(day.day, calendar.monthrange(year, number + 1)[1]))


def _last(match: re.Match[str], today: date) -> Days:
    count, unit = int(match["n"]), match["unit"]
    if unit in ("ngay", "hom"):
        return Days(today - timedelta(days=count - 1), today)
    if unit == "tuan":
        return Days(today - timedelta(days=7 * count - 1), today)
    return Days(months_back(today, count * (12 if unit == "nam" else 1)) + timedelta(days=1), today)


def _named(match: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    before = today.replace(day=1) - timedelta(days=1)
    named: dict[str, Callable[[], Days]] = {
        "hom nay": lambda: Days(today, today),
        "hom qua": lambda: Days(today - timedelta(days=1), today - timedelta(days=1)),
        "tuan nay": lambda: Days(monday, today),
        "tuan truoc": lambda: Days(monday - timedelta(days=7), monday - timedelta(days=1)),
        "tuan qua": lambda: Days(today - timedelta(days=6), today),
        "thang nay": lambda: Days(today.replace(day=1), today),
        "thang truoc": lambda: month(before.year, before.month),
        "thang qua": lambda: Days(months_back(today, 1) + timedelta(days=1), today),
        "nam nay": lambda: Days(date(today.year, 1, 1), today),
        "nam ngoai": lambda: Days(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    return named[match.group()]()


def _day(match: re.Match[str], which: str = "") -> Days:
    day = date(int(match[f"y{which}"]), int(match[f"m{which}"]), int(match[f"d{which}"]))
    return Days(day, day)


def _month(match: re.Match[str], which: str = "") -> Days:
    return month(int(match[f"y{which}"]), int(match[f"m{which}"]))


def _quarter(match: re.Match[str], _: date) -> Days:
    number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(match["q"]) or int(match["q"])
    year = int(match["y"])
    return Days(month(year, 3 * number - 2).first, month(year, 3 * number).last)


def _iso(match: re.Match[str], _: date) -> Days:
    day = date.fromisoformat(match.group())
    return Days(day, day)


def _from(which: Callable[[re.Match[str], str], Days]) -> Callable[[re.Match[str], date], Days]:
    return lambda match, _: Days(which(match, "1").first, None)


def _until(which: Callable[[re.Match[str], str], Days]) -> Callable[[re.Match[str], date], Days]:
    return lambda match, _: Days(None, which(match, "1").last)


def _span(which: Callable[[re.Match[str], str], Days]) -> Callable[[re.Match[str], date], Days]:
    return lambda match, _: Days(which(match, "1").first, which(match, "2").last)


_TO = r" *(?:den|toi|-) *(?:ngay |het )?"
# The longest forms come first: each is looked for in what the ones before it have left.
_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]]] = [
    (re.compile(_EDGE + pattern + _END), reader)
    for pattern, reader in [
        (rf"(?:tu )?(?:ngay )?{_FULL.format(1)}{_TO}{_FULL.format(2)}", _span(_day)),
        (rf"(?:tu )?{_MONTH.format(1)}{_TO}{_MONTH.format(2)}", _span(_month)),
        (rf"(?:tu|sau) (?:ngay )?{_FULL.format(1)}(?: den nay| toi nay)?", _from(_day)),
        (rf"(?:tu|sau) {_MONTH.format(1)}(?: den nay| toi nay)?", _from(_month)),
        (rf"(?:den|truoc) (?:ngay )?{_FULL.format(1)}", _until(_day)),
        (rf"(?:ngay )?{_FULL.format('')}", lambda match, _: _day(match)),
        (r"\d{4}-\d{2}-\d{2}", _iso),
        (r"(?P<n>[1-9]\d{0,2}) (?P<unit>ngay|hom|tuan|thang|nam) (?:qua|gan day|gan nhat|vua qua)", _last),
        (rf"(?:trong )?thang {_MONTH.format('').removeprefix('(?:thang )?')}", lambda match, _: _month(match)),
        (r"quy (?P<q>[1-4]|iv|i{1,3})(?:/|-| nam | )(?P<y>\d{4})", _quarter),
        (r"trong nam (?P<y>\d{4})", lambda match, _: Days(date(int(match["y"]), 1, 1), date(int(match["y"]), 12, 31))),
        (r"hom (?:nay|qua)|tuan (?:nay|truoc|qua)|thang (?:nay|truoc|qua)|nam (?:nay|ngoai)", _named),
    ]
]


def find_days(query: str, today: date) -> FoundDays | None:
    """The first stretch of days that an NFC query names, or None. What is no date ("31/2/2024", "tháng 13/2024") stays words."""
    folded = fold(query)
    for pattern, reader in _FORMS:
        for match in pattern.finditer(folded):
            try:
                return FoundDays(reader(match, today), match.start(), match.end())
            except (ValueError, OverflowError):
                continue
    return None
