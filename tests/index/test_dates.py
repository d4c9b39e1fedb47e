from datetime import date

import pytest

from index.dates import find_days
from langnghe.folding import nfc

TODAY = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("7 ngày qua", date(2026, 11, 14), TODAY),
        ("2 tuần gần đây", date(2026, 11, 7), TODAY),
        ("3 thang qua", date(2026, 8, 21), TODAY),
        ("hôm nay", TODAY, TODAY),
        ("hôm qua", date(2026, 11, 19), date(2026, 11, 19)),
        ("tuần này", date(2026, 11, 16), TODAY),
        ("tuần trước", date(2026, 11, 9), date(2026, 11, 15)),
        ("tháng trước", date(2026, 10, 1), date(2026, 10, 31)),
        ("năm ngoái", date(2025, 1, 1), date(2025, 12, 31)),
        ("tháng 9/2024", date(2024, 9, 1), date(2024, 9, 30)),
        ("tháng 2 năm 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("quý 3/2025", date(2025, 7, 1), date(2025, 9, 30)),
        ("quý IV năm 2025", date(2025, 10, 1), date(2025, 12, 31)),
        ("trong năm 2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("ngày 5/9/2024", date(2024, 9, 5), date(2024, 9, 5)),
        ("2024-09-05", date(2024, 9, 5), date(2024, 9, 5)),
        ("từ 1/9/2024 đến 15/9/2024", date(2024, 9, 1), date(2024, 9, 15)),
        ("từ ngày 1/9/2024 đến ngày 15/9/2024", date(2024, 9, 1), date(2024, 9, 15)),
        ("từ tháng 9/2024 đến tháng 11/2024", date(2024, 9, 1), date(2024, 11, 30)),
        ("từ 1/9/2024", date(2024, 9, 1), None),
        ("trước ngày 1/9/2024", None, date(2024, 9, 1)),
    ],
)
def test_written_days_are_read(text, first, last) -> None:
    found = find_days(nfc(f"nợ bhxh {text} ở đâu"), TODAY)
    assert found is not None
    assert (found.days.first, found.days.last) == (first, last)
    assert nfc(f"nợ bhxh {text} ở đâu")[found.start : found.end].strip() == nfc(text)


@pytest.mark.parametrize(
    "text", ["luật 41/2024/QH15", "31/2/2024", "tháng 13/2024", "luật bhxh năm 2024", "lương tháng 13", "nam nữ", "ngày qua ngày"]
)
def test_what_is_no_date_stays_words(text) -> None:
    assert find_days(nfc(text), TODAY) is None
