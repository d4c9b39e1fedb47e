from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerts.cases import open_case
from alerts.concern_actions import dismiss, reopen, snooze
from alerts.concern_events import history
from alerts.concerns import raise_concerns
from alerts.explanation import Explanation
from alerts.overview import concern_detail, list_concerns, overview
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.record.schema import AuditEntry, Concern, ConcernEvent
from langnghe.wording import load_wording
from tests.alerts.conftest import TODAY

NGHE_AN = Actor("Lan", Role.officer, "34-40")


def days_ago(n):
    return TODAY - timedelta(days=n)


@pytest.fixture
def quiet(write):
    """Two months of everyday coverage."""
    write.everyday(days_ago(60), days_ago(1))
    return write


def shortage(write, *, until=0, province="Nghệ An", begin=4, a_day=2, **more):
    for day in range(begin, until - 1, -1):
        for i in range(a_day):
            write(days_ago(day), province=province, source=f"nguon-{(day + i) % 3}", outlet=f"Báo {(day + i) % 3}", concern=2, **more)


def detect(record, settings, day=TODAY):
    return raise_concerns(record, day, settings, SYSTEM)


def concerns(record):
    with record.reading() as session:
        return list(session.scalars(select(Concern).order_by(Concern.id)))


def events(record, concern_id):
    with record.reading() as session:
        return [event.event for event in history(session, concern_id)]


def test_quiet_coverage_raises_nothing(record, settings, quiet):
    assert detect(record, settings).counts() == {"alarms": 0, "opened": 0, "updated": 0, "reopened": 0, "cooled": 0, "closed": 0}


def test_an_empty_record_raises_nothing(record, settings):
    assert detect(record, settings).opened == []


def test_a_cluster_of_complaints_in_one_province_is_one_concern_there(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    [concern] = concerns(record)
    assert (concern.topic, concern.province, concern.provinces, concern.state) == ("hi_drug_supply", "34-40", ["34-40"], "open")
    assert concern.observed == 10
    assert concern.expected < 1
    assert concern.low <= concern.expected <= concern.high < concern.observed


def test_one_post_is_no_concern(record, settings, quiet):
    quiet(TODAY, concern=2)
    assert detect(record, settings).opened == []


def test_copies_of_one_text_are_no_cluster(record, settings, quiet):
    text = "Bệnh viện hết thuốc bảo hiểm y tế, người bệnh phải tự đi mua ở ngoài suốt hai tuần nay mà chưa biết đến bao giờ mới có lại."
    for i in range(12):
        quiet(TODAY, text, source=f"bao-{i}")
    assert detect(record, settings).opened == []


def test_praise_and_news_of_a_drive_are_no_concern(record, settings, quiet):
    for i in range(12):
        quiet(TODAY, topic="communication_campaign", sentiment="positive", intent="information", source=f"bao-{i % 4}")
    assert detect(record, settings).opened == []


def test_detecting_twice_changes_nothing(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    before = [(one.row_version, one.updated, one.explanation) for one in concerns(record)]
    with record.session() as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (ConcernEvent, AuditEntry)]
    again = detect(record, settings)
    assert (again.opened, again.updated) == ([], [])
    assert [(one.row_version, one.updated, one.explanation) for one in concerns(record)] == before
    with record.session() as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (ConcernEvent, AuditEntry)] == counted


def test_the_next_day_updates_the_same_concern(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    quiet(TODAY + timedelta(days=1), concern=2)
    done = detect(record, settings, TODAY + timedelta(days=1))
    [concern] = concerns(record)
    assert done.updated == [concern.id]
    assert (concern.observed, concern.opened) == (11, TODAY)
    assert events(record, concern.id) == ["opened", "updated"]


def test_the_same_topic_in_several_provinces_is_one_national_concern(record, settings, quiet):
    for province in ("Nghệ An", "Đồng Tháp", "Bắc Ninh"):
        shortage(quiet, province=province, topic="si_one_time_withdrawal")
    detect(record, settings)
    [concern] = concerns(record)
    assert concern.province == "VN"
    assert set(concern.provinces) == {"34-40", "34-82", "34-24"}


def boards(record, settings, *offices):
    with record.reading() as session:
        actors = [SYSTEM, *(Actor("Nam", Role.viewer, office) for office in offices)]
        return [[line.id for line in list_concerns(session, actor, settings)] for actor in actors]


@pytest.fixture
def began_widely(record, settings, quiet):
    """A concern that opened as the country's: yesterday's few stories told of several places, and of none."""
    for province in ("Nghệ An", "Nghệ An", "Cà Mau", "Đà Nẵng", ""):
        quiet(days_ago(1), province=province, topic="si_one_time_withdrawal", concern=2, source=f"bao-{province or 'mai'}")
    detect(record, settings, days_ago(1))
    [concern] = concerns(record)
    assert (concern.province, concern.explanation["national"]) == ("VN", True)
    assert boards(record, settings, "34-40", "34-01") == [[1], [1], [1]]
    return quiet


def test_what_began_as_the_countrys_becomes_the_provinces_that_nearly_all_of_it_is_about(record, settings, began_widely):
    shortage(began_widely, begin=0, a_day=12, topic="si_one_time_withdrawal")
    detect(record, settings)
    [concern] = concerns(record)
    assert (concern.province, concern.provinces, concern.observed) == ("34-40", ["34-40"], 14)
    assert boards(record, settings, "34-40", "34-01") == [[1], [1], []]
    assert events(record, 1)[:2] == ["opened", "narrowed"]
    case = open_case(record, SYSTEM, 1, settings)
    assert case.office == "34-40"


def test_what_is_the_countrys_stays_so_while_a_province_is_only_the_strongest(record, settings, began_widely):
    shortage(began_widely, begin=0, a_day=12, topic="si_one_time_withdrawal")
    shortage(began_widely, begin=0, a_day=12, topic="si_one_time_withdrawal", province="")
    detect(record, settings)
    [concern] = concerns(record)
    assert (concern.province, concern.provinces, concern.explanation["national"]) == ("VN", ["34-40"], True)
    assert "narrowed" not in events(record, 1)


def test_stories_that_name_no_place_do_not_make_a_provinces_concern_the_countrys(record, settings, quiet):
    # Nobody complains, so that the province alone gives no alarm: a first cluster of news is none.
    for i in range(9):
        quiet(TODAY, province="Nghệ An" if i < 5 else "", intent="information", source=f"bao-{i}")
    detect(record, settings)
    [concern] = concerns(record)
    assert (concern.province, concern.provinces, concern.observed) == ("34-40", ["34-40"], 5)


def test_the_same_topic_in_two_provinces_far_apart_is_two_concerns_until_it_is_everywhere(record, settings, quiet):
    for province in ("Nghệ An", "Cà Mau"):
        shortage(quiet, province=province)
    detect(record, settings)
    assert {(one.province, one.state) for one in concerns(record)} == {("34-40", "open"), ("34-96", "open")}
    shortage(quiet, province="Đà Nẵng", begin=-1, until=-1, a_day=10)
    detect(record, settings, TODAY + timedelta(days=1))
    [still] = [one for one in concerns(record) if one.state == "open"]
    assert set(still.provinces) == {"34-40", "34-96", "34-48"}
    assert sorted(one.state for one in concerns(record)) == ["closed", "open"]


def test_the_same_topic_in_neighbouring_provinces_is_one_concern(record, settings, quiet):
    for province in ("Nghệ An", "Hà Tĩnh"):
        shortage(quiet, province=province)
    detect(record, settings)
    [concern] = concerns(record)
    assert set(concern.provinces) == {"34-40", "34-42"}


def test_a_concern_that_reaches_another_province_spreads(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    for _ in range(8):
        quiet(TODAY + timedelta(days=1), province="Hà Tĩnh", concern=2)
    detect(record, settings, TODAY + timedelta(days=1))
    [concern] = concerns(record)
    assert (concern.province, set(concern.provinces)) == ("VN", {"34-40", "34-42"})
    assert events(record, concern.id) == ["opened", "spread"]


def test_topics_that_share_their_stories_are_one_concern(record, settings, quiet):
    shortage(quiet, also=["hi_payment_reimbursement"])
    quiet(TODAY, concern=2)
    detect(record, settings)
    [concern] = concerns(record)
    assert concern.topic == "hi_drug_supply"
    assert concern.explanation["related_topics"] == ["hi_payment_reimbursement"]


def test_a_concern_cools_closes_and_a_later_one_is_new(record, settings, quiet, clock):
    shortage(quiet, begin=24, until=20)
    states = []
    for day in range(20, -1, -1):
        detect(record, settings, days_ago(day))
        states.append(concerns(record)[0].state)
    assert list(dict.fromkeys(states)) == ["open", "cooling", "closed"]
    shortage(quiet, begin=0, a_day=8)
    detect(record, settings)
    assert [one.state for one in concerns(record)] == ["closed", "open"]
    assert events(record, 1) == ["opened", "cooling", "closed"]


def test_a_dismissed_concern_stays_away_until_it_reaches_another_province(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    dismiss(record, NGHE_AN, 1, "known", settings, note="Đã có văn bản trả lời")
    quiet(TODAY + timedelta(days=1), concern=2)
    detect(record, settings, TODAY + timedelta(days=1))
    assert concerns(record)[0].state == "dismissed"
    for _ in range(8):
        quiet(TODAY + timedelta(days=2), province="Hà Tĩnh", concern=2)
    assert detect(record, settings, TODAY + timedelta(days=2)).reopened == [1]
    assert events(record, 1) == ["opened", "dismissed", "reopened"]


def test_a_snoozed_concern_returns_when_its_time_is_over(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    snooze(record, NGHE_AN, 1, TODAY + timedelta(days=1))
    for day in (1, 2):
        shortage(quiet, begin=-day, until=-day)
        detect(record, settings, TODAY + timedelta(days=day))
        assert concerns(record)[0].state == ("snoozed" if day == 1 else "open")


def test_contradicting_states_and_old_versions_are_refused(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    dismiss(record, NGHE_AN, 1, "unrelated", settings, row_version=1)
    with pytest.raises(Conflict, match="is dismissed"):
        snooze(record, NGHE_AN, 1, TODAY)
    with pytest.raises(Conflict, match="somebody else"):
        reopen(record, NGHE_AN, 1, row_version=1)
    assert reopen(record, NGHE_AN, 1, row_version=2).state == "open"


def test_only_officers_of_the_province_or_the_national_desk_act(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    for actor in (Actor("Hoa", Role.viewer, "34-40"), Actor("Nam", Role.officer, "34-01")):
        with pytest.raises(NotAllowed):
            dismiss(record, actor, 1, "known", settings)
    with pytest.raises(LangngheError, match="there is no reason"):
        dismiss(record, NGHE_AN, 1, "chán", settings)
    with pytest.raises(NotAllowed):
        raise_concerns(record, TODAY, settings, NGHE_AN)


def test_the_explanation_answers_what_since_when_where_and_who(record, settings, quiet):
    shortage(quiet)
    quiet(TODAY, text="Thuốc về rồi, cảm ơn bệnh viện đã xử lý nhanh chóng cho bà con được nhờ", sentiment="positive", intent="praise")
    detect(record, settings)
    told = Explanation.model_validate(concerns(record)[0].explanation)
    assert told.since == days_ago(4)
    assert (told.observed, told.complaints, told.documents, told.severe) == (10, 10, 10, 10)
    assert len(told.document_ids) == 10
    assert {carrier.outlet for carrier in told.carriers} == {"Báo 0", "Báo 1", "Báo 2"}
    assert sum(carrier.documents for carrier in told.carriers) == told.documents
    assert told.stories[0].why == "earliest"
    assert told.stories[0].day == days_ago(4)
    assert all(len(story.excerpt) <= 300 for story in told.stories)
    assert [share.code for share in told.provinces] == ["34-40"]
    assert sum(day.negative for day in told.chart[-7:]) == told.observed
    assert 1 <= len(told.summary) <= 2


def test_an_offices_own_import_is_told_to_that_office_and_the_national_desk_only(record, settings, quiet):
    shortage(quiet, office="34-40")
    detect(record, settings)
    with record.reading() as session:
        now = record.clock.now()
        mine = concern_detail(session, NGHE_AN, 1, settings, now).line.explanation
        others = concern_detail(session, Actor("Nam", Role.officer, "34-01"), 1, settings, now).line.explanation
    assert mine.stories
    assert others.stories == []
    assert others.summary == []
    assert others.observed == mine.observed


def test_the_board_of_an_office_holds_its_own_concerns_and_national_ones(record, settings, quiet):
    shortage(quiet)
    shortage(quiet, province="", topic="hi_card_digital", a_day=6)
    detect(record, settings)
    with record.reading() as session:
        everything = list_concerns(session, SYSTEM, settings)
        of_hanoi = list_concerns(session, Actor("Nam", Role.viewer, "34-01"), settings)
    assert {line.concern.topic for line in everything} == {"hi_drug_supply", "hi_card_digital"}
    assert [line.concern.topic for line in of_hanoi] == ["hi_card_digital"]


def test_the_overview_says_why_and_compares_with_last_week(record, settings, quiet):
    shortage(quiet)
    detect(record, settings)
    seen = overview(record, NGHE_AN, settings)
    assert seen.concerns[0].title == "Thuốc và vật tư BHYT · Nghệ An"
    assert "10 nội dung tiêu cực trong 7 ngày" in seen.concerns[0].why
    assert seen.complaints.now >= 10
    assert seen.complaints.change is None or seen.complaints.change > 1


def comments(write, article, number, **more):
    """Comments below an article, each in its own words."""
    for i in range(number):
        write(days_ago(i % 3), kind="comment", parent=article, source="bao-mai", url=None, title=None, context="Hết thuốc", **more)


def test_a_quarrel_below_one_article_is_no_concern(record, settings, quiet):
    quiet(days_ago(2), ref="bai-1", hour=1)
    comments(quiet, "bai-1", 12)
    assert detect(record, settings).opened == []


def test_what_is_written_below_the_same_articles_is_one_concern_under_their_topic(record, settings, quiet):
    for i in range(5):
        quiet(days_ago(2), ref=f"bai-{i}", hour=1, concern=2)
        comments(quiet, f"bai-{i}", 3, topic="service_attitude_procedure")
    detect(record, settings)
    [concern] = concerns(record)
    assert concern.topic == "hi_drug_supply"
    assert concern.explanation["related_topics"] == ["service_attitude_procedure"]


def four_threads(write, ref, topic):
    for i in range(4):
        write(days_ago(1), ref=f"{ref}-{i}", hour=1, topic=topic, source=f"dien-dan-{i}", kind="forum")


def test_a_concern_on_a_general_topic_ends_in_the_one_that_it_was_about(record, settings, quiet):
    # The first day people complain of the counters; a day later the papers say what for.
    four_threads(quiet, "chu-de", "service_attitude_procedure")
    detect(record, settings, days_ago(1))
    assert [one.topic for one in concerns(record)] == ["service_attitude_procedure"]
    for i in range(4):
        for j in range(4):
            parts = {"topic": "si_one_time_withdrawal", "kind": "forum", "source": f"dien-dan-{i}", "also": ["service_attitude_procedure"]}
            quiet(TODAY, parent=f"chu-de-{i}", ref=f"tra-loi-{i}-{j}", hour=1 + j, **parts)
    detect(record, settings)
    open_now = [(one.topic, one.state) for one in concerns(record) if one.state == "open"]
    assert open_now == [("si_one_time_withdrawal", "open")]


def test_a_day_gone_through_again_opens_nothing_that_a_concern_has_taken_in_since(record, settings, quiet):
    four_threads(quiet, "lua", "fraud_abuse")
    detect(record, settings, days_ago(1))
    assert [one.topic for one in concerns(record)] == ["fraud_abuse"]
    for i in range(14):
        parts = {"topic": "si_one_time_withdrawal", "kind": "forum", "source": f"dien-dan-{i % 4}", "also": ["fraud_abuse"]}
        quiet(TODAY, ref=f"rut-{i}", hour=1 + i // 2, **parts)
    detect(record, settings)
    before = [(one.topic, one.state) for one in concerns(record)]
    assert before == [("si_one_time_withdrawal", "open")]
    detect(record, settings, days_ago(1))
    detect(record, settings)
    assert [(one.topic, one.state) for one in concerns(record)] == before


def test_every_step_of_a_history_has_words(record, settings, began_widely):
    """What detection notes is shown on the concern's page, in both languages."""
    rumour = {"topic": "si_one_time_withdrawal"}
    shortage(began_widely, begin=0, a_day=12, **rumour)
    shortage(began_widely, begin=0, a_day=8, province="Vĩnh Long")
    shortage(began_widely, begin=0, a_day=8, province="Bắc Ninh")
    detect(record, settings)
    shortage(began_widely, begin=-1, until=-1, a_day=10, province="Hà Tĩnh", **rumour)
    shortage(began_widely, begin=-1, until=-1, a_day=10, province="Đà Nẵng")
    detect(record, settings, TODAY + timedelta(days=1))
    noted = {event for concern in concerns(record) for event in events(record, concern.id)}
    assert {"narrowed", "merged", "spread"} <= noted
    for language in ("vi", "en"):
        assert {f"event.{event}" for event in noted} <= set(load_wording(language).entries)
