from datetime import timedelta

import pytest

from alerts.evidence import Scope
from alerts.novelty import emerging, load_novelty_rules
from langnghe.record.schema import AnnotationRow
from tests.alerts.conftest import PLACES, TODAY

RULES = load_novelty_rules()
RUMOUR = [
    "Nghe nói từ tháng sau người rút bảo hiểm một lần chỉ được nhận một nửa, chị em trong xưởng đang rủ nhau nghỉ việc để kịp rút.",
    "Xưởng tôi cả chuyền rủ nhau nghỉ việc vì tin tháng sau rút bảo hiểm một lần chỉ được nhận một nửa, có đúng không mọi người?",
    "Công nhân xếp hàng nộp hồ sơ vì lời đồn tháng sau rút bảo hiểm một lần chỉ được nhận một nửa số tiền đã đóng.",
    "Nhiều chị em nghỉ việc theo lời đồn tháng sau rút bảo hiểm một lần chỉ được nhận một nửa, cơ quan bảo hiểm chưa nói gì.",
]


@pytest.fixture
def tell(write, record):
    """Write a text of some outlet; ``veracity`` is what the annotator said of its claim."""

    def told(text, source, kind="forum", *, day=TODAY, veracity=None, province="Thanh Hóa", topic="si_one_time_withdrawal", **more):
        parts = {"outlet": source, "kind": kind, "title": None if kind == "forum" else text[:50], "topic": topic} | more
        document = write(day, text, source=source, province=province, **parts)
        with record.session() as session:
            row = session.get_one(AnnotationRow, document)
            row.payload = row.payload | {"veracity": veracity}
        return document

    return told


def found(record, **more):
    with record.reading() as session:
        return emerging(session, TODAY, RULES, PLACES, **more)


def rumour(tell, *, day=TODAY, veracity="unverified", url=None):
    for hour, (text, source, kind) in enumerate(
        zip(RUMOUR, ("dien-dan", "hoi-nhom", "bao-a", "bao-b"), ("forum", "forum", "news", "news"), strict=True)
    ):
        more = {"url": url} if url and source == "bao-b" else {}
        tell(text, source, kind, day=day, veracity=veracity, hour=6 + 2 * hour, **more)


def test_a_storyline_that_was_not_there_before_is_told_with_its_way(record, tell):
    rumour(tell)
    [one] = found(record)
    assert len(one.story_ids) == 4
    assert one.outlets == ["dien-dan", "hoi-nhom", "bao-a", "bao-b"]
    assert [(step.kind, step.outlet, step.hours) for step in one.way] == [("forum", "dien-dan", 0.0), ("news", "bao-a", 4.0)]
    assert one.speed == 4
    assert one.provinces == ["34-38"]


def test_what_was_told_before_is_not_new(record, tell):
    tell(RUMOUR[0].replace("chị em", "bà con"), "bao-cu", "news", day=TODAY - timedelta(days=20))
    rumour(tell)
    assert found(record) == []


def test_a_quarrel_in_one_place_is_no_storyline(record, tell):
    for text in RUMOUR:
        tell(text, "dien-dan")
    assert found(record) == []


def test_different_events_are_different_storylines(record, tell):
    rumour(tell)
    for source in ("bao-c", "bao-d", "bao-e"):
        text = f"Bệnh viện tỉnh cạn thuốc cản quang, người bệnh phải chuyển tuyến chụp chiếu, {source} ghi nhận ở khoa cấp cứu."
        tell(text + " " + " ".join(f"{source}{i}" for i in range(20)), source, "news", topic="hi_drug_supply", province="Nghệ An")
    assert sorted(one.provinces for one in found(record)) == [["34-38"], ["34-40"]]
    assert [one.provinces for one in found(record, scope=Scope("hi_drug_supply"))] == [["34-40"]]
    assert len(found(record, most=1)) == 1


def test_a_claim_that_nobody_confirmed_is_a_rumour_until_an_official_source_speaks(record, tell):
    rumour(tell)
    [one] = found(record)
    assert (one.rumour, one.official) == (True, False)


def test_an_official_source_ends_the_rumour(record, tell):
    rumour(tell, url="https://thanhhoa.baohiemxahoi.gov.vn/tin/1")
    [one] = found(record)
    assert (one.rumour, one.official) == (False, True)


def test_a_plain_storyline_is_no_rumour(record, tell):
    rumour(tell, veracity=None)
    [one] = found(record)
    assert not one.rumour


def test_phrases_are_new_and_name_no_province_that_it_is_about(record, tell):
    for i in range(8):
        tell(
            f"Thanh Hóa giải quyết hưu trí đúng hạn, kỳ thứ {i}. " + " ".join(f"nền{i}x{j}" for j in range(25)),
            "bao-n",
            "news",
            day=TODAY - timedelta(days=15),
        )
    rumour(tell)
    [one] = found(record)
    assert one.phrases
    assert not [phrase for phrase in one.phrases if "thanh hóa" in phrase.lower() or "hưu trí" in phrase.lower()]


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://gov.vn/x", True),
        ("https://baohiemxahoi.gov.vn/x", True),
        ("https://notgov.vn/x", False),
        ("https://gov.vn.example.com/x", False),
        (None, False),
    ],
)
def test_only_sites_of_state_bodies_are_official(url, official):
    assert RULES.is_official(url) is official


def test_where_not_all_of_the_past_is_read_nothing_is_called_new_without_a_week_before_it(record, tell, monkeypatch):
    rumour(tell)
    assert len(found(record)) == 1
    monkeypatch.setattr("alerts.novelty.finding.MOST_PIECES", 4)
    assert found(record) == []
    tell("Chuyện cũ từ tuần trước nữa về giờ tiếp dân của phòng giao dịch.", "bao-n", "news", day=TODAY - timedelta(days=9))
    assert len(found(record)) == 1
