"""The logic beside the pages: formats, access, results, the tile map, corrections."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from alerts.explanation import ChartDay
from dashboard import formats, tilemap
from dashboard.access import offices, sign_in
from dashboard.charts import series_chart, series_frame
from dashboard.components import external_link, plain_label
from dashboard.correcting import changes, places_to_choose
from dashboard.dot_names import Dot, Place, place_names
from dashboard.novel import own_phrases
from dashboard.results import marked
from dashboard.sparkline import is_unusual, sparkline
from dashboard.trail_words import target_html
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import LangngheError
from langnghe.places import load_places
from langnghe.wording import load_wording

VI, PLACES = load_wording("vi"), load_places()


def chart_day(day, negative, high=2.0):
    return ChartDay(day=date(2026, 11, day), negative=negative, complaints=0, expected=1, low=0, high=high)


def test_times_are_written_in_vietnams_own():
    assert formats.moment(datetime(2026, 11, 19, 23, 30, tzinfo=UTC)) == "20/11/2026 06:30"
    assert formats.iso_moment("2026-11-20T07:00:00+07:00") == "20/11/2026 07:00"
    assert formats.iso_moment("hôm qua") == "hôm qua"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (6, 4, "▲ 50% so với tuần trước (4)"),
        (2, 4, "▼ 50% so với tuần trước (4)"),
        (4, 4, "bằng tuần trước (4)"),
        (12, 4, "▲ gấp 3,0 lần tuần trước (4)"),
        (4, 0, "tuần trước: 0"),
        (0, 0, "bằng tuần trước (0)"),
    ],
)
def test_a_week_is_set_against_the_one_before(now, before, said):
    assert formats.change(now, before, VI) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(3, "còn 3 giờ"), (-2, "quá hạn 2 giờ"), (-72, "quá hạn 3 ngày"), (0.2, "còn 12 phút"), (None, "đã kết thúc")]
)
def test_a_deadline_is_said_in_words(hours, said):
    assert formats.due(hours, VI) == said


def test_what_is_expected_rarely_is_not_written_as_nothing():
    assert [formats.small(value, VI) for value in (0, 0.02, 0.4, 12.3)] == ["0", "dưới 0,1", "0,4", "12"]


def test_a_session_is_an_officer_of_its_office():
    assert offices(PLACES)[0] == NATIONAL
    assert len(offices(PLACES)) == 35
    officer = sign_in("34-40", PLACES, Role.officer)
    assert (officer.role, officer.office, officer.name) == (Role.officer, "34-40", "Cán bộ BHXH tỉnh Nghệ An")
    with pytest.raises(LangngheError, match="no office"):
        sign_in("63-40", PLACES)


def test_nothing_of_a_text_becomes_markup_but_the_marks():
    assert marked("<b>hết</b> <mark>thuốc</mark> & <script>") == "&lt;b&gt;hết&lt;/b&gt; <mark>thuốc</mark> &amp; &lt;script&gt;"
    assert external_link('a"<', "javascript:alert(1)") == "a&quot;&lt;"
    assert 'href="https://mai.example/&quot;x"' in external_link("a", 'https://mai.example/"x')
    assert plain_label("*đậm* [x](y) :red[z]") == "\\*đậm\\* \\[x\\](y) \\:red\\[z\\]"


def test_the_map_has_every_province_once_and_both_archipelagos():
    from types import SimpleNamespace

    share = SimpleNamespace(code="34-48", observed=12, high=2.0, name="Đà Nẵng", expected=0.5)
    frame = tilemap.tiles(PLACES, {"34-40": 3}, SimpleNamespace(provinces=[share]), VI, {"chu_de": "pension"})
    assert frame.set_index("code").loc["34-40", "address"] == "/search?chu_de=pension&tinh=34-40"
    by_code = frame.set_index("code")
    assert set(by_code.index) == {province.id for province in PLACES.of_34} | {"hoang-sa", "truong-sa"}
    assert not frame.duplicated(["col", "row"]).any()
    assert by_code.level[["34-48", "hoang-sa", "34-40", "34-01"]].tolist() == ["far_above", "far_above", "usual", "none"]
    assert by_code.shown[["34-48", "hoang-sa", "34-40"]].tolist() == ["12 ▲▲", "", "3"]
    assert tilemap.tile_map(frame, VI).to_dict()["layer"]


@pytest.mark.parametrize(
    ("observed", "high", "level"),
    [(0, 1, "none"), (3, None, "usual"), (3, 3, "usual"), (4, 3, "above"), (7, 3, "far_above"), (3, 0.1, "far_above")],
)
def test_a_province_is_measured_against_its_own_usual(observed, high, level):
    assert tilemap.level(observed, high) == level


def test_days_above_the_band_are_marked_without_colour_too():
    days = [chart_day(1, 1), chart_day(2, 5)]
    assert [is_unusual(day) for day in days] == [False, True]
    assert series_frame(days).unusual.tolist() == [False, True]
    layers = series_chart(days, date(2026, 11, 2), VI).to_dict()["layer"]
    assert "triangle-up" in [layer["mark"].get("shape") for layer in layers]
    assert 'alt="a &quot;b&quot;"' in sparkline(days, 'a "b"')


def test_only_what_an_officer_changed_is_a_correction():
    before = {"relevant": True, "topics": ["a", "b"], "sentiment": "negative", "provinces": []}
    assert changes(before, before | {"topics": ["b", "a"]}) == {}
    assert changes(before, before | {"sentiment": "neutral"}) == {"sentiment": "neutral"}
    assert changes(before, before | {"relevant": False, "sentiment": "neutral"}) == {"relevant": False}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("press review 7", '<a href="/editing?id=7" target="_self">điểm báo số 7</a>'),
        ("case:3", '<a href="/case?id=3" target="_self">vụ việc số 3</a>'),
        ("account quan-tri", "tài khoản quan-tri"),
        ("11 sources", "11 nguồn"),
        ("2026-11-13", "13/11/2026"),
        ("silent_hours", "silent_hours"),
        ("case:<b>", "vụ việc số &lt;b&gt;"),
    ],
)
def test_the_trail_names_what_was_acted_on(target, said):
    assert target_html(target, SimpleNamespace(words=VI)) == said


def test_a_phrase_is_told_once_whether_its_marks_were_typed_or_not():
    assert own_phrases(["bao hiem", "tự mua", "bảo hiểm", "tu mua"]) == ["bảo hiểm", "tự mua"]


def test_names_stand_free_of_each_other_and_the_first_ones_win():
    dots = [Dot("Thanh toán và giám định", 0.5, 0.5), Dot("Thuốc và vật tư", 0.51, 0.5), *[Dot("Thai sản", 0.52, 0.5)] * 9]
    placed = place_names(dots, 900, 270, 20)
    assert [placed[0], placed[1]] == [Place(above=True, ends_here=False), Place(above=False, ends_here=False)]
    assert len(placed) == 2, "what would cover another name is left out"
    assert place_names([Dot("Lương hưu", 1.0, 1.0)], 900, 270, 20) == {0: Place(above=False, ends_here=True)}
    assert len(place_names(dots, 900, 270, 1)) == 1


def test_the_places_to_choose_begin_with_those_that_are_likely():
    context = SimpleNamespace(places=PLACES, actor=Actor("Lan", Role.officer, "34-40"))
    assert places_to_choose(context, ["34-79", "34-80"])[:3] == ["34-79", "34-80", "34-40"]
    alone = places_to_choose(context, ["34-79"])
    assert alone[:2] == ["34-40", "34-91"], "the own office's, then by name: An Giang"
    assert "34-79" not in alone
    assert len(alone) == 33
