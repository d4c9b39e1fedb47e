"""What makes a name a place, and what a place near by makes of a doubtful one."""

import shutil
from datetime import UTC, datetime

import pytest

from langnghe.config_files import default_config_dir
from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError
from langnghe.folding import fold
from nlp.places import find_places, load_finder

BEFORE, SINCE = datetime(2025, 6, 30, 5, tzinfo=UTC), datetime(2025, 7, 1, 5, tzinfo=UTC)


def names(text, published=BEFORE, **more):
    return [mention.name for mention in find_places(AnnotationRequest(text=text, published=published, **more)).provinces]


@pytest.mark.parametrize(
    "text",
    [
        "Theo báo Hà Nội Mới, thuốc đã về",
        "Báo Nghệ An đưa tin hôm nay",
        "Cựu sinh viên Đại học Cần Thơ kể lại",
        "ĐH Y Dược Huế",
        "Ông Nguyễn Hòa Bình phát biểu",
        "Anh Vinh và chị Huế đi khám. Huế nói rất lâu",
        "Công ty Hòa Bình nợ bảo hiểm",
        "Nhà số 511 Điện Biên Phủ",
        "đường Hà Giang kẹt xe",
        "một chuyến đi ở Hà Nam, Trung Quốc",
        "người dân 3 xã Nam Sơn, Bắc Sơn, Hồng Kỳ",
        "chiến tranh và hòa bình",
        "viện hải dương học",
        "khám phá quần đảo Hoàng Sa",
    ],
)
def test_outlets_schools_people_companies_streets_and_places_abroad_are_no_provinces(text):
    assert names(text) == []


def test_a_letter_or_notice_is_not_a_newspaper():
    assert names("Theo thông báo Hà Nội sẽ trả lương sớm") == ["Hà Nội"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("huyện Quảng Ninh (Quảng Bình)", ["Quảng Bình"]),
        ("Nha tui o Hoa Binh (Bac Lieu)", ["Bạc Liêu"]),
        ("xã Hợp Thịnh, huyện Kỳ Sơn, tỉnh Hòa Bình", ["Hòa Bình"]),
        ("TX Hoàng Mai", ["Nghệ An"]),
        ("quận Hoàng Mai", ["Hà Nội"]),
        ("huyện Phù Yên", ["Sơn La"]),
        ("Châu Thành và Bến Lức", ["Long An"]),
        ("Nhơn Hậu (An Nhơn)", ["Bình Định"]),
        ("các huyện Nam Đàn, Thanh Chương, Anh Sơn", ["Nghệ An"]),
    ],
)
def test_an_address_explains_its_names(text, expected):
    assert names(text) == expected


def test_where_somebody_goes_or_is_treated_counts_beside_their_home_and_a_hospital_only_named_does_not():
    assert names("Bệnh nhân Tây Ninh điều trị ở Chợ Rẫy") == ["Tây Ninh", "Hồ Chí Minh"]
    assert names("Chợ Rẫy hết thuốc rồi, tôi ở Tây Ninh") == ["Tây Ninh"]
    assert names("Cháu quê Gia Lai mổ ở Bệnh viện Nhi đồng 2, TP.HCM") == ["Gia Lai", "Hồ Chí Minh"]
    assert names("Tôi ở Cần Giuộc (Long An), tháng nào cũng lên TP.HCM khám") == ["Long An", "Hồ Chí Minh"]


def test_a_hospital_says_where_only_if_nothing_else_does():
    assert names("Bệnh viện Từ Dũ hết thuốc") == ["Hồ Chí Minh"]
    assert names("Bệnh viện Trung ương Huế hết thuốc") == ["Huế"]
    assert names("Bệnh viện Bạch Mai hết thuốc") == ["Hà Nội"]


def test_where_somebody_goes_counts_if_no_other_place_is_named():
    assert names("Lên TP.HCM nộp hồ sơ") == ["Hồ Chí Minh"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("em ở Nghệ An", ["Nghệ An"]),
        ("bảo hiểm TP.HCM", ["Hồ Chí Minh"]),
        ("em ở HN", ["Hà Nội"]),
        ("trung tâm Bình Dương cũ", ["Bình Dương"]),
        ("tính tiền hai tháng đó", []),
        ("chủ sẽ trả tiền", []),
        ("xưởng chủ nợ bảo hiểm", []),
        ("bình quân 6 tháng", []),
        ("hợp đồng từ đủ 1 tháng", []),
        ("cần thợ khoan giếng", []),
        ("có hai phòng khám", []),
    ],
)
def test_text_typed_without_marks_names_only_what_nothing_else_is_written_like(text, expected):
    assert names(fold(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vĩnh Long mưa lớn", ["Vĩnh Long"]),
        ("cty gỗ Biên Hòa nợ bảo hiểm", ["Đồng Nai"]),
        ("Đà Lạt mưa nhiều", ["Lâm Đồng"]),
        ("chị bên Nhơn Trạch", ["Đồng Nai"]),
        ("đóng từ đủ 15 năm trở lên", []),
        ("huyện Đô Lương", ["Nghệ An"]),
        ("đo lường gì đâu", []),
        ("trung bình quân 6 nghìn", []),
        ("nhà ở quận 6", ["Hồ Chí Minh"]),
        ("mẹ em ở Thăng Bình", ["Quảng Nam"]),
        ("Ở khu Times City", ["Hà Nội"]),
        ("cơ quan chủ trì", []),
        ("hợp đồng. Anh hỏi", []),
    ],
)
def test_without_marks_a_name_that_is_mostly_other_words_needs_its_type_and_others_need_nothing(text, expected):
    assert names(fold(text)) == expected


def test_communes_of_today_named_like_a_former_province_are_of_today():
    found = find_places(AnnotationRequest(text="Bưu điện phường Bình Định chi trả chậm", published=SINCE))
    assert [(m.code, m.evidence) for m in found.provinces] == [("34-52", "Bình Định")]
    assert [(p.name, p.province) for p in found.localities] == [("phường Bình Định", "34-52")]


def test_a_commune_of_a_name_that_several_have_needs_its_province():
    assert names("Ở phường Hòa Bình", SINCE) == []
    assert names("Ở phường Hòa Bình, Phú Thọ", SINCE) == ["Phú Thọ"]


@pytest.mark.parametrize(
    ("day", "code"), [(datetime(2025, 3, 15, tzinfo=UTC), "63-79"), (datetime(2025, 7, 15, tzinfo=UTC), "34-14"), (None, None)]
)
def test_the_number_of_a_regional_office_means_what_it_meant_on_the_day(day, code):
    found = find_places(AnnotationRequest(text="BHXH khu vực II trả lời", published=day))
    assert [mention.code for mention in found.provinces] == ([code] if code else [])


def test_the_evidence_of_a_province_is_its_own_name_where_the_text_has_it():
    found = find_places(AnnotationRequest(text="Ở Tam Kỳ, nay thuộc Đà Nẵng", published=SINCE))
    assert [(m.code, m.evidence) for m in found.provinces] == [("63-49", "Tam Kỳ"), ("34-48", "Đà Nẵng")]


def test_a_text_without_a_day_is_one_of_today():
    assert [m.code for m in find_places(AnnotationRequest(text="Ở Bình Dương")).provinces] == ["63-74", "34-79"]


@pytest.mark.parametrize("text", ["", "\x00\x01", "😀😀", "a" * 10**6, "Nghệ An " * 30_000, "\ud800 Nghệ An", "İstanbul Nghệ An"])
def test_odd_input_is_answered_with_evidence_that_stands_where_it_says(text):
    for mention in find_places(AnnotationRequest.model_construct(text=text, title=None, published=BEFORE)).provinces:
        assert text[mention.start : mention.end] == mention.evidence == "Nghệ An"


def test_a_broken_list_of_cues_is_named_with_its_line(tmp_path):
    shutil.copytree(default_config_dir() / "places", tmp_path / "places")
    cues = tmp_path / "places" / "cues.yaml"
    cues.write_text(cues.read_text(encoding="utf-8").replace("abroad: [trung quốc, china]", "abroad: trung quốc"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"cues\.yaml:\d+: abroad"):
        load_finder(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bệnh viện dã chiến Quận 7", ["Hồ Chí Minh"]),
        ("Nộp ở BHXH Quận 8 cũ", ["Hồ Chí Minh"]),
        ("Chỗ tôi Q12 cũ tươi cười", ["Hồ Chí Minh"]),
        ("trung tâm tiếng Anh quận 1 quận 3", ["Hồ Chí Minh"]),
        ("Sổ trùng với công ty bên Đức Hòa", ["Long An"]),
        ("Công ty tổ chức đi Phan Thiết", ["Bình Thuận"]),
        ("Quê em Thanh Liêm mong từng ngày", ["Hà Nam"]),
        ("Em Thanh Liêm mong từng ngày", []),
        ("Bác sĩ Chợ Rẫy giỏi lắm", ["Hồ Chí Minh"]),
        ("Nhà mình ở Chợ Mới An Giang", ["An Giang"]),
        ("Khám ở viện Hùng Vương Phú Thọ", ["Phú Thọ"]),
        ("một khu đô thị phía nam Hà Nội", ["Hà Nội"]),
        ("Trảng Bom có quán nào đẹp", ["Đồng Nai"]),
    ],
)
def test_the_words_around_say_which_of_a_names_meanings_is_meant(text, expected):
    assert names(text) == expected


def test_of_several_places_of_one_name_that_of_the_article_is_meant():
    assert names("Bà con Tam Nông đi đông", context="Phú Thọ: dân được khám miễn phí") == ["Phú Thọ"]
    assert names("Bà con Tam Nông đi đông", context="Đồng Tháp: dân được khám miễn phí") == ["Đồng Tháp"]
    assert names("Bà con Tam Nông đi đông", context="Nghệ An: dân được khám miễn phí") == []
