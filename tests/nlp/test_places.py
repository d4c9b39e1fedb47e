import itertools
import json
import unicodedata
from datetime import date, datetime

import pytest

from langnghe.clock import VIETNAM
from langnghe.documents import AnnotationRequest
from langnghe.folding import canonical, fold
from langnghe.places import load_places
from nlp.places import PlaceFinder, load_finder
from nlp.places.cues import load_cues

BEFORE, SINCE = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return load_finder()


def find(finder, text, day=BEFORE, **more):
    published = datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM)
    return finder.find(AnnotationRequest(text=text, published=published, kind="comment", **more))


def codes(finder, text, day=BEFORE, **more):
    return [mention.code for mention in find(finder, text, day, **more).provinces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Em ở Nghệ An hết thuốc", ["63-40"]),
        ("TP.HCM và Bà Rịa – Vũng Tàu", ["63-79", "63-77"]),
        ("bhxh tỉnh Hòa Bình", ["63-17"]),
        ("Ở Lâm Ðồng", ["63-68"]),
        ("công nhân ở Thủ Dầu Một", ["63-74"]),
        ("Ra quận 5 khám", ["63-79"]),
        ("(Thu Hà, Nam Định)", ["63-36"]),
        ("UBND huyện Châu Thành, Bến Tre", ["63-83"]),
        ("Khám ở Từ Dũ", ["63-79"]),
        ("NGHỆ AN HẾT THUỐC", ["63-40"]),
        ("vườn bơ Cư M'gar", ["63-66"]),
        ("Nhiều xã Nghệ An hết thuốc", ["63-40"]),
        ("Tôi là thợ lò Mạo Khê", ["63-22"]),
        ("em làm ở KCN Yên Bình", ["63-19"]),
        ("nhà ở gần khu công nghiệp Amata Sông Khoai", ["63-22"]),
        ("vsip 2 dang no bao hiem", ["63-74"]),
        ("san bay noi bai dong nghit", ["63-01"]),
        ("ngoai cho Pleiku co ban", ["63-64"]),
        ("Đak Đoa và Đắk Glong mất mùa", ["63-64", "63-67"]),
    ],
)
def test_a_named_place_gives_its_province(finder, text, expected):
    assert codes(finder, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Đảo quốc ở Thái Bình Dương",
        "Nhà tôi ở phố Huế",
        "Cầu thủ Hoàng Anh Gia Lai",
        "Theo Sài Gòn Giải Phóng, thuốc đã về",
        "BN điều trị nội trú",
        "đóng BHXH TN từ 2019",
        "mong hòa bình cho thế giới",
        "chị Huế ơi cho em hỏi",
        "ba 75 tuoi dong thap qua nen luong huu it",
        "dien bien phuc tap",
        "dang dieu tri o benh vien",
        "bhxh lai thieu hai thang",
        "bhxh cua tung nguoi",
        "nghi dong bhxh nam du",
        "chợ lớn nhất vùng",
        "nhà thi đấu Phú Thọ có hội chợ",
        "roi la gi nua",
        "Ở huyện Châu Thành",
        "Lương cao bằng giám đốc",
        "Học tập tư tưởng Hồ Chí Minh",
    ],
)
def test_a_shared_name_street_person_or_common_word_gives_none(finder, text):
    assert codes(finder, text) == []


def test_the_map_of_the_day_decides(finder):
    assert codes(finder, "Ở Bình Dương hết thuốc", BEFORE) == ["63-74"]
    assert codes(finder, "Ở Bình Dương hết thuốc", SINCE) == ["63-74", "34-79"]
    assert codes(finder, "Ở Nghệ An hết thuốc", SINCE) == ["34-40"]
    assert codes(finder, "Bà con Rạch Giá", SINCE) == ["63-91", "34-91"]


def test_a_commune_of_today_named_with_its_province_is_of_today_only(finder):
    assert codes(finder, "Tôi mở quán tại xã Lộc Ninh, tỉnh Đồng Nai", SINCE) == ["34-75"]


@pytest.mark.parametrize("text", ["Nghe nói ở Huế và Đắk Lắk đều hết thuốc", "Hoà Bình: bệnh viện tỉnh Thanh Hoá thiếu vật tư"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_count_code_points_of_the_text_as_given(finder, text, form):
    given = unicodedata.normalize(form, text)
    mentions = find(finder, given).provinces
    assert len(mentions) == 2
    assert all(given[mention.start : mention.end] == mention.evidence for mention in mentions)


def test_text_without_marks_is_understood_where_a_word_says_that_it_is_a_place(finder):
    assert codes(finder, fold("Em ở Đồng Tháp hết thuốc hai tháng nay")) == ["63-87"]
    assert codes(finder, fold("bệnh viện Nghệ An hết thuốc")) == ["63-40"]


def test_the_title_is_read_and_named_as_the_field(finder):
    [mention] = find(finder, "Hết thuốc hai tháng.", title="Quảng Ngãi: người bệnh chờ thuốc").provinces
    assert (mention.field, mention.start, mention.end) == ("title", 0, 10)


def test_a_piece_that_names_no_place_inherits_and_says_from_where(finder):
    found = find(finder, "Chỗ tôi cũng thế", context="Đà Nẵng: hết thuốc", home_province="34-40")
    assert [(p.code, p.from_) for p in found.inherited] == [("63-48", "article")]
    found = find(finder, "Chỗ tôi cũng thế", home_province="34-40")
    assert [(p.code, p.from_) for p in found.inherited] == [("34-40", "outlet")]
    assert find(finder, "Chỗ tôi ở Huế", context="Đà Nẵng: hết thuốc").inherited == []


def test_districts_are_localities(finder):
    assert [(p.name, p.province) for p in find(finder, "BHXH huyện Yên Thành trả lời").localities] == [("Yên Thành", "63-40")]


def test_an_added_place_without_doubt_is_no_commune_elsewhere(finder):
    places = load_places()
    communes = json.loads((places.folder / "communes.json").read_text(encoding="utf-8"))["of_before"]
    homes = {}
    for province, kinds in communes.items():
        for name in itertools.chain.from_iterable(kinds.values()):
            homes.setdefault(canonical(name), set()).add(province)
    added = load_cues(places.folder)[1].districts
    assert {place.name for place in added if place.risk == "safe" and homes.get(canonical(place.name), set()) - {place.province}} == set()
