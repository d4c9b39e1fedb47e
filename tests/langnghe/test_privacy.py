import stat

import pytest

from langnghe.privacy import ADDRESS, CARD, EMAIL, IDENTITY, PHONE, Privacy, load_privacy

PRIVACY = Privacy(b"k")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gọi 0912 345 678 nhé", f"gọi {PHONE} nhé"),
        ("gọi +84912345678.", f"gọi {PHONE}."),
        ("đt 024.3936.1234", f"đt {PHONE}"),
        ("CCCD 001 085 123 456", f"CCCD {IDENTITY}"),
        ("CCCD: 001085123456,", f"CCCD: {IDENTITY},"),
        ("mã số BHXH 0123456789", f"mã số BHXH {CARD}"),
        ("ma so bhxh: 7912345678", f"ma so bhxh: {CARD}"),
        ("thẻ GD4 01 01 123 45678", f"thẻ {CARD}"),
        ("thư về an.nguyen@thu.example", f"thư về {EMAIL}"),
        ("số nhà 12 ngõ 34 phố Lò Đúc, Hà Nội", f"{ADDRESS}, Hà Nội"),
    ],
)
def test_what_points_to_a_person_is_masked(text, masked):
    assert PRIVACY.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "tổng đài 1900 9068",
        "Luật 41/2024/QH15 có hiệu lực 1/7/2025",
        "lương 5.000.000 đồng",
        "chi 12.345.678.901 đồng",
        "BHXH huyện Diễn Châu, tỉnh Nghệ An",
    ],
)
def test_hotlines_laws_sums_and_districts_stay(text):
    assert PRIVACY.mask(text) == text


def test_an_author_has_one_hash_in_a_source_and_another_elsewhere():
    assert PRIVACY.author_hash("a", "Lan ") == PRIVACY.author_hash("a", "Lan")
    assert PRIVACY.author_hash("a", "Lan") != PRIVACY.author_hash("b", "Lan")
    assert PRIVACY.author_hash("a", "  ") is None


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load_privacy(tmp_path / "new")
    again = load_privacy(tmp_path / "new")
    assert first.author_hash("a", "Lan") == again.author_hash("a", "Lan")
    assert stat.S_IMODE((tmp_path / "new" / "author.key").stat().st_mode) == 0o600
