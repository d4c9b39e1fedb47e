from collections import Counter
from datetime import date

import pytest

from langnghe.places import load_places

PLACES = load_places()
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_there_were_63_and_are_34_provinces():
    assert (len(PLACES.of_day(BEFORE)), len(PLACES.of_day(AFTER))) == (63, 34)


def test_every_province_of_before_belongs_to_exactly_one_of_today():
    members = Counter(member for province in PLACES.of_34 for member in province.members)
    assert members == Counter(province.id for province in PLACES.of_63)
    assert all(province.id in PLACES.province(province.today).members for province in PLACES.of_63)


def test_a_name_means_the_province_of_its_day():
    assert PLACES.by_name("Quảng Trị", BEFORE).id == "63-45"
    assert PLACES.by_name("Quảng Trị", AFTER).id == "34-44"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Tỉnh Nghệ An", "34-40"),
        ("ha noi", "34-01"),
        ("TPHCM", "34-79"),
        ("Thừa Thiên Huế", "34-46"),
        ("Bình Thuận", "63-60"),
        ("34-44", "34-44"),
    ],
)
def test_provinces_are_found_as_people_write_them(name, code):
    assert PLACES.by_name(name).id == code


def test_an_unknown_name_is_no_province():
    assert PLACES.by_name("Atlantis") is None


def test_a_filter_by_a_province_of_today_includes_those_it_was_made_of():
    assert set(PLACES.family("34-68")) == {"34-68", "63-68", "63-60", "63-67"}


def test_every_province_of_today_has_a_tile_of_its_own():
    tiles = [(tile["col"], tile["row"]) for tile in PLACES.tiles.values() if "col" in tile]
    assert {province.id for province in PLACES.of_34} <= set(PLACES.tiles)
    assert len(tiles) == len(set(tiles))
