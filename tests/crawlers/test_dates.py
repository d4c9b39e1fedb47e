"""Vietnamese dates in the forms that were met on sites, feeds and services."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import Reading, parse_date
from langnghe.clock import VIETNAM

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=VIETNAM)  # a Friday
MORNING = datetime(2024, 9, 23, 8, 15, tzinfo=VIETNAM)
MIDNIGHT = datetime(2024, 9, 23, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "text",
    [
        "Thứ Hai, 23/9/2024, 08:15 (GMT+7)", "8h15 ngày 23/9/2024", "23/09/2024 08:15 GMT+7", "Thứ hai, 23/09/2024 - 08:15", "2024-09-23 08:15",
        "2024-09-23T08:15:00.000 +07:00", "2024-09-23T08:15:00+0700", "2024-09-23T01:15:00Z", "2024-09-23T01:15:00.000Z",
        "Mon, 23 Sep 2024 08:15:00 GMT+7", "Mon, 23 Sep 2024 08:15:00 +07", "Mon, 23 Sep 2024 08:15:00 +0700", "Mon, 23 Sep 2024 01:15:00 GMT",
        "23-09-2024 08:15", "23.9.2024 | 08:15", "Ngày 23 tháng 9 năm 2024 lúc 8 giờ 15", "23/9/24 8:15", "(23/09/2024 | 08:15)",
        "Sep 23, 2024 at 8:15 AM", "20240923081500", "8:15 AM 23/09/2024", "T2, 23/09/2024 08:15", "Thứ Hai, 08:15, 23/9/2024",
        "08:15, ngày 23/09/2024", "23/9/2024 08:15 SA", "Cập nhật lúc 8g15, ngày 23-9-2024", "1727054100", "1727054100000",
    ],
)  # fmt: skip
def test_each_way_to_write_a_moment_is_read(text):
    assert parse_date(text, NOW) == MORNING


@pytest.mark.parametrize("text", ["23 tháng 9, 2024", "23 Thg 9 2024", "23/9/2024", "Sep 23, 2024", "23.09.2024", "2024/09/23"])
def test_a_day_without_a_time_begins_at_midnight_in_vietnam(text):
    assert parse_date(text, NOW) == MIDNIGHT


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("5 phút trước", timedelta(minutes=5)), ("5h trước", timedelta(hours=5)), ("2 giờ trước", timedelta(hours=2)), ("7' trước", timedelta(minutes=7)), ("cách đây 2 giờ", timedelta(hours=2)), ("2 giờ 15 phút trước", timedelta(minutes=135)),
        ("hai ngày trước", timedelta(days=2)), ("nửa giờ trước", timedelta(minutes=30)), ("3 giờ ·", timedelta(hours=3)), ("11/2026", None),
        ("1.234 lượt xem", None),
        ("3 ngày trước", timedelta(days=3)), ("1 tuần trước", timedelta(weeks=1)), ("vừa xong", timedelta()), ("30 giây trước", timedelta(seconds=30)),
    ],
)  # fmt: skip
def test_a_relative_date_counts_from_the_fetch(text, ago):
    assert parse_date(text, NOW) == (None if ago is None else NOW - ago)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hôm qua lúc 20:30", datetime(2026, 11, 19, 20, 30, tzinfo=VIETNAM)), ("hôm nay, 07h05", datetime(2026, 11, 20, 7, 5, tzinfo=VIETNAM)),
        ("Thứ hai lúc 08:15", datetime(2026, 11, 16, 8, 15, tzinfo=VIETNAM)), ("Thứ sáu lúc 22:00", datetime(2026, 11, 13, 22, tzinfo=VIETNAM)),
        ("lúc 9h ngày 15.11", datetime(2026, 11, 15, 9, tzinfo=VIETNAM)), ("15/11/2026 3:30 PM", datetime(2026, 11, 15, 15, 30, tzinfo=VIETNAM)),
        ("5 Tháng mười một 2026 lúc 20:15", datetime(2026, 11, 5, 20, 15, tzinfo=VIETNAM)),
        ("08:15 23/9", datetime(2026, 9, 23, 8, 15, tzinfo=VIETNAM)), ("08:15 23/12", datetime(2025, 12, 23, 8, 15, tzinfo=VIETNAM)),
    ],
)  # fmt: skip
def test_a_near_day_is_the_last_of_its_name(text, expected):
    assert parse_date(text, NOW) == expected


def test_the_source_says_whether_the_month_stands_first():
    assert parse_date("9/3/2024 8:15:22 AM", NOW, Reading(month_first=True)) == datetime(2024, 9, 3, 8, 15, 22, tzinfo=VIETNAM)
    assert parse_date("9/3/2024 8:15:22 PM", NOW) == datetime(2024, 3, 9, 20, 15, 22, tzinfo=VIETNAM)


def test_the_sources_time_zone_counts_where_the_text_has_none():
    assert parse_date("2024-09-23 08:15", NOW, Reading(UTC)) == datetime(2024, 9, 23, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-12-30T00:00:00+07:00", "20/11/2026 08:01"])
def test_nothing_is_later_than_the_fetch(text):
    assert parse_date(text, NOW) == NOW


@pytest.mark.parametrize("text", [None, "", "không có ngày", "2024", "08:15", "31/02/2024"])
def test_what_is_no_date_gives_none(text):
    assert parse_date(text, NOW) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text):
    moment = parse_date(text, NOW)
    assert moment is None or (moment.tzinfo is not None and moment <= NOW)
