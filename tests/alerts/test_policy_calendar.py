from datetime import date, timedelta

import pytest

from alerts.policy_calendar import Event, coming, coming_lines, load_calendar, occurrences
from langnghe.actor import Actor, Role
from langnghe.answers import load_answers
from langnghe.errors import ConfigurationError

LAN = Actor("Lan", Role.officer, "34-40")
CENTRE = Actor("Minh", Role.officer)


def told(record, settings, day, actor=CENTRE, **more):
    with record.reading() as session:
        return coming(session, actor, day, settings, **more)


def test_the_calendar_knows_laws_school_sessions_and_tet():
    assert {"law_si_2024", "law_hi_2024", "law_employment_2025", "school_start", "assembly_autumn", "tet"} <= {
        event.id for event in load_calendar()
    }
    found = {one.event.id: (one.start, one.end) for one in occurrences(date(2026, 2, 1), date(2026, 2, 28))}
    assert found["tet"] == (date(2026, 2, 14), date(2026, 2, 22))


def test_what_comes_is_told_as_far_ahead_as_it_says_and_while_it_lasts(record, settings):
    def ids(day):
        return [one.occurrence.event.id for one in told(record, settings, day)]

    assert "school_start" not in ids(date(2026, 7, 24))
    assert "school_start" in ids(date(2026, 7, 25))
    assert "school_start" in ids(date(2026, 10, 31))
    assert "school_start" not in ids(date(2026, 11, 1))
    assert [one.days_left for one in told(record, settings, date(2026, 8, 10)) if one.occurrence.event.id == "school_start"] == [5]


def test_next_week_alone_can_be_asked_for(record, settings):
    assert "tet" not in [one.occurrence.event.id for one in told(record, settings, date(2027, 1, 20), days=7)]
    assert "tet" in [one.occurrence.event.id for one in told(record, settings, date(2027, 1, 28), days=7)]


def test_a_year_ends_and_the_next_begins(record, settings):
    found = {one.occurrence.event.id: one.occurrence.start for one in told(record, settings, date(2026, 12, 20))}
    assert found["retirement_age"] == date(2027, 1, 1)


def test_the_answers_prepared_are_those_that_hold_when_it_comes(record, settings):
    [before] = [one for one in told(record, settings, date(2026, 12, 20)) if one.occurrence.event.id == "retirement_age"]
    assert "retirement_age_2027" in {one.answer.id for one in before.answers}
    assert "retirement_age_2026" not in {one.answer.id for one in before.answers}


@pytest.mark.parametrize("event", load_calendar(), ids=lambda event: event.id)
def test_every_event_has_topics_that_answers_exist_for(event):
    answered = {answer.topic for answer in load_answers().all}
    assert set(event.topics) & answered, event.id
    assert all(question.endswith("?") for question in event.questions)


def test_what_was_asked_the_last_time_stands_beside_the_usual(record, settings, write):
    school = {"topic": "hi_student", "intent": "question", "sentiment": "neutral"}
    write(date(2025, 7, 1), **school | {"intent": "information"})
    for day in range(4):
        write(date(2025, 7, 20) + timedelta(days=day), province="Nghệ An", **school)
    for day in range(39):
        write(date(2025, 8, 16) + timedelta(days=day), province="Nghệ An", **school)
        write(date(2025, 8, 16) + timedelta(days=day), province="Hà Nội", **school)
    [mine] = [one for one in told(record, settings, date(2026, 8, 1), LAN) if one.occurrence.event.id == "school_start"]
    assert (mine.asked.start, mine.asked.end) == (date(2025, 8, 15), date(2025, 10, 31))
    assert mine.asked.a_day == pytest.approx(39 / 78)
    assert mine.asked.times_usual == pytest.approx((39 / 78) / (4 / 28))
    [all_of_them] = [one for one in told(record, settings, date(2026, 8, 1)) if one.occurrence.event.id == "school_start"]
    assert all_of_them.asked.a_day == pytest.approx(1)


def test_a_record_that_does_not_reach_so_far_says_nothing_of_it(record, settings, write):
    write(date(2026, 7, 1))
    assert {one.asked for one in told(record, settings, date(2026, 8, 1))} == {None}


def test_a_report_lists_what_comes_in_a_line_each(settings):
    assert any("Tết Nguyên đán" in line and "?" in line for line in coming_lines(date(2026, 12, 31), settings))


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": date(2026, 1, 1)},
        {"yearly": ("01-01", "01-02"), "dates": [(date(2026, 1, 1), date(2026, 1, 2))]},
        {"yearly": ("1-1", "01-02")},
        {"start": date(2026, 1, 2), "end": date(2026, 1, 1)},
        {"yearly": ("01-01", "01-02"), "topics": []},
    ],
)
def test_an_event_without_a_time_or_with_two_is_refused(wrong):
    with pytest.raises(ValueError, match=r"event|yearly|topics"):
        Event(**{"id": "a", "vi": "a", "en": "a", "ahead": 1, "topics": ["pension"], "questions": ["Hỏi?"]} | wrong)


def test_an_unknown_topic_is_named(tmp_path):
    from langnghe.config_files import default_config_dir

    (tmp_path / "taxonomy").symlink_to(default_config_dir() / "taxonomy")
    text = "events:\n  - {id: a, vi: a, en: a, yearly: [01-01, 01-02], ahead: 1, topics: [moon], questions: ['Hỏi?']}\n"
    (tmp_path / "calendar.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match="moon"):
        load_calendar(tmp_path)
