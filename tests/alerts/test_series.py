from datetime import timedelta

import numpy as np

from alerts.panel import NATIONAL, UNPLACED
from alerts.series import daily_series, panel_of_record
from langnghe.labels import load_labels
from tests.alerts.conftest import PLACES, TODAY

YESTERDAY = TODAY - timedelta(days=1)
COPY = "Hàng trăm công nhân xếp hàng từ ba giờ sáng để nộp hồ sơ rút bảo hiểm xã hội một lần trước tin đồn siết quyền lợi."


def panel(record, start=YESTERDAY, end=TODAY):
    with record.reading() as session:
        return panel_of_record(session, start, end, load_labels(), PLACES)


def cell(record, name, unit="34-40", topic="hi_drug_supply", **period):
    return panel(record, **period).cell(name, unit, topic).astype(int).tolist()


def test_documents_and_stories_are_counted_by_province_topic_and_day(record, write):
    write(YESTERDAY)
    write(TODAY)
    write(TODAY, sentiment="neutral", intent="question")
    assert cell(record, "total") == [1, 2]
    assert cell(record, "negative") == [1, 1]
    assert cell(record, "complaint") == [1, 1]
    assert cell(record, "stories") == [1, 2]
    assert cell(record, "neg_stories") == [1, 1]


def test_copies_are_one_story_on_its_first_day_there(record, write):
    write(YESTERDAY, COPY, source="a")
    write(TODAY, COPY, source="b")
    write(TODAY, COPY, source="c", province="Hà Tĩnh")
    assert cell(record, "neg_stories") == [1, 0]
    assert cell(record, "neg_stories", unit="34-42") == [0, 1]
    assert cell(record, "neg_stories", unit=NATIONAL) == [1, 0]
    assert cell(record, "negative", unit=NATIONAL) == [1, 2]


def test_a_story_that_began_before_the_period_does_not_begin_again(record, write):
    write(TODAY - timedelta(days=9), COPY, source="a")
    write(TODAY, COPY, source="b")
    assert cell(record, "neg_stories") == [0, 0]


def test_coverage_without_a_province_counts_in_the_national_series(record, write):
    write(TODAY, province=None)
    write(TODAY)
    assert cell(record, "neg_stories", unit=UNPLACED) == [0, 1]
    assert cell(record, "neg_stories", unit=NATIONAL) == [0, 2]


def test_provinces_of_before_count_in_the_one_that_holds_them_today(record, write):
    write(TODAY, province="Bình Thuận")
    assert cell(record, "neg_stories", unit="34-68") == [0, 1]


def test_subtopics_are_not_series_of_their_own(record, write):
    write(TODAY, topic="pension", subtopics=["social_pension"])
    found = panel(record)
    assert "social_pension" not in found.topics
    assert np.array_equal(found.counts["total"].sum(axis=(1, 2)), [0, 2])


def test_a_daily_series_has_every_day_and_agrees_with_the_panel(record, write):
    for _ in range(3):
        write(TODAY)
    write(YESTERDAY, COPY)
    write(TODAY, COPY, source="b", province="Hà Tĩnh")
    with record.reading() as session:
        one = daily_series(session, TODAY - timedelta(days=6), TODAY, "34-40", "hi_drug_supply")
        nation = daily_series(session, TODAY - timedelta(days=6), TODAY)
    assert [day.neg_stories for day in one] == [0, 0, 0, 0, 0, 1, 3]
    assert [day.neg_stories for day in nation][-2:] == [1, 3]
    assert [day.total for day in nation][-2:] == [1, 4]
