import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from langnghe.author_keys import load_privacy
from langnghe.errors import ConfigurationError
from langnghe.privacy import ADDRESS, CARD, EMAIL, IDENTITY, PHONE, Privacy

PRIVACY = Privacy(b"k")

POINTING = """
gd4791234567890
thẻ gd4791234567890 bị khoá
thẻ GD4 01 01 123 45678
Mã thẻ DN4790123456789, nơi khám ban đầu
thẻ HT2.79.7916123456
BHXH: 7916123456
bhxh 7916123456 bị trùng
Sổ BHXH số 7916123456
Mã số BHXH của mẹ tôi là: 7916123456
mã số bhxh: 0123456789
ma so bhxh 79 1612 3456
số thẻ BHYT 7916123456
BHYT: 7916123456.
số của em là 7916123456 ạ
mã số 7916123456 chưa gộp
CMND: 312345678
CMND 312 345 678 cũ
cmnd số 312.345.678
Chứng minh nhân dân 312345678
CMT: 012345678
CCCD 001085123456
cccd: 001.085.123.456
CCCD 001085 123456
căn cước công dân số: 001085123456
Căn cước 0010 8512 3456
số định danh cá nhân 079085123456
số 079085123456 của tôi
(024) 3825 1234
ĐT: (024)38251234
gọi (028)  3930 5678
024.3825.1234
0243 825 1234
gọi 0912  345  678 gặp Lan
0912–345–678
0912 – 345678 hoặc zalo 0912–345–678
+84 (0) 912 345 678
+84912345678
(+84) 912 345 678
84 912 345 678
SĐT.0912345678
zalo:0912.345.678,
091 234 5678
09 12 34 56 78
gọi 0912345678 5 lần
0912345678 đồng nghiệp tôi
0912345678-0987654321
0168 123 4567
12/5 đường Lê Lợi
Tôi ở 12 đường Nguyễn Trãi, Hà Nội
nhà tôi 45/6A hẻm 12 đường Lê Văn Sỹ
tại 8 ngõ 34 phố Lò Đúc
số nhà 12 ngõ 34 phố Lò Đúc
Địa chỉ: 15 Trần Phú
lan.nguyen@thu.example
""".strip().splitlines()

HARMLESS = """
chi 84.500.000.000 đồng
chi 120 000 000 000 đồng cho BHYT
BHXH: 84.500.000.000 đồng
số chi BHYT 1.234.567.890.123 đồng
thu BHXH 312.345.678.901
nợ 12345678901 đ
hơn 7916123456 vnđ
84500000000 đồng
1 050 234 567 890 đồng
BHXH 912345678 đồng
3,5 tỷ và 250 triệu
lương 5.000.000-7.000.000 đồng
1.810.000 tr
quyết định số 1234567890
Công văn số 7916123456 của BHXH
quyết định số 366/QĐ-BHXH ngày 15/3/2026
Luật 41/2024/QH15
Luật BHXH số 41/2024/QH15 có hiệu lực từ 01/07/2025
Nghị định 188/2025/NĐ-CP
ngày 20.11.2026 08.30
20-11-2026 08:15
BHXH 2026-11-20 08:15
giai đoạn BHXH 2024 2025 2026
BHYT các năm 2020–2025
hotline 1900 9068
tổng đài BHXH: 1900 9068 00
tổng đài 1800.1234
1900.9068 hoặc 19009068
BHXH huyện Diễn Châu, tỉnh Nghệ An
năm 2024 đường Nguyễn Trãi ngập
sáng 20/11 đường Lê Lợi kẹt xe
quận 1 đường Lê Lợi
số 1 đường dây nóng
Đội số 3 tổ chức ra quân
12 đường dây nóng
tỷ lệ bao phủ BHYT 95,15%
95,5 triệu người có thẻ BHYT
Điều 84 khoản 2, điểm 3
giảm 0,5% so với 2025
""".strip().splitlines()


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


def leaks(text: str) -> bool:
    """Whether enough of a number, an address or a house stays to find somebody by."""
    masked = PRIVACY.mask(text)
    return masked == text or "@" in masked or re.search(r"\d(?:\W{0,3}\d){5}", masked) is not None


def test_at_least_99_of_100_numbers_and_addresses_are_masked():
    missed = [text for text in POINTING if leaks(text)]
    assert 1 - len(missed) / len(POINTING) >= 0.99, missed


def test_sums_dates_laws_and_hotlines_are_never_taken_for_somebodys_number():
    assert [PRIVACY.mask(text) for text in HARMLESS] == HARMLESS


def test_a_text_with_nul_characters_is_masked_like_another():
    assert PRIVACY.mask("\x005\x00 gọi 0912345678") == f"5 gọi {PHONE}"


def test_an_author_has_one_hash_in_a_source_and_another_elsewhere():
    assert PRIVACY.author_hash("a", "Lan ") == PRIVACY.author_hash("a", "Lan")
    assert PRIVACY.author_hash("a", "Lan") != PRIVACY.author_hash("b", "Lan")
    assert PRIVACY.author_hash("a", "  ") is None


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load_privacy(tmp_path / "new")
    again = load_privacy(tmp_path / "new")
    assert first.author_hash("a", "Lan") == again.author_hash("a", "Lan")
    assert stat.S_IMODE((tmp_path / "new" / "author.key").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_key_and_leave_nothing_else(tmp_path):
    with ThreadPoolExecutor(8) as together:
        keys = {privacy.key for privacy in together.map(lambda _: load_privacy(tmp_path), range(8))}
    assert keys == {(tmp_path / "author.key").read_bytes()}
    assert [path.name for path in tmp_path.iterdir()] == ["author.key"]


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33])
def test_a_broken_key_file_is_named_with_the_remedy(tmp_path, content):
    (tmp_path / "author.key").write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"author\.key holds {len(content)} bytes.*Restore it"):
        load_privacy(tmp_path)
