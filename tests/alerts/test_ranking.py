from datetime import timedelta

import pytest

from alerts import cases
from alerts.concern_actions import dismiss
from alerts.explanation import Carrier, ChartDay, Explanation, Phrase, Sentence
from alerts.feedback import measure_feedback, taught, traits_of
from alerts.neighbours import load_borders, touch
from alerts.outlets import outlet_weights
from alerts.overview import concern_detail, list_concerns
from alerts.past import confidence_of
from alerts.ranking import novelty, ranking, speed
from alerts.rules import load_rules
from langnghe.actor import Actor, Role
from langnghe.clock import start_of_day
from langnghe.record.schema import Concern
from tests.alerts.conftest import TODAY

LAN = Actor("Lan", Role.officer, "34-40")
HOA = Actor("Hoa", Role.approver, "34-40")
NAM = Actor("Nam", Role.officer, "34-01")
RULES = load_rules()


def chart(counts):
    days = [TODAY - timedelta(days=len(counts) - 1 - i) for i in range(len(counts))]
    return [ChartDay(day=day, negative=n, complaints=0, expected=0.1, low=0, high=1) for day, n in zip(days, counts, strict=True)]


def explained(**more):
    given = {
        "day": TODAY,
        "since": TODAY - timedelta(days=3),
        "window_days": 7,
        "observed": 12,
        "expected": 0.5,
        "low": 0,
        "high": 3,
        "complaints": 10,
        "complaints_expected": 0.2,
        "documents": 14,
        "severe": 0,
        "national": False,
        "provinces": [],
        "summary": [],
        "stories": [],
        "carriers": [
            Carrier(source="bao-mai", outlet="Báo Mai", kind="news", documents=9),
            Carrier(source="dien-dan", outlet="Diễn đàn", kind="forum", documents=5),
        ],
        "kinds": {"news": 9, "forum": 5},
        "phrases": [],
        "drives": [],
        "learning_days": None,
        "chart": chart([0, 0, 0, 0, 0, 6, 6]),
        "document_ids": [],
        "story_ids": [],
    }
    return Explanation(**given | more)


@pytest.fixture
def raised(record):
    """Makes concerns as detection leaves them."""

    def make(topic="hi_drug_supply", province="34-40", rank=20.0, opened=TODAY, state="open", **more):
        with record.session() as session:
            told = explained(**more)
            concern = Concern(
                topic=topic,
                province=province,
                provinces=[province],
                state=state,
                opened=opened,
                last_alarm=opened,
                score=1.0,
                rank=rank,
                observed=12,
                expected=0.5,
                low=0,
                high=3,
                explanation=told.model_dump(mode="json"),
                updated=start_of_day(opened),
            )
            session.add(concern)
            session.flush()
            return concern.id

    return make


def ranked(record, settings, actor=LAN):
    with record.reading() as session:
        return [line.id for line in list_concerns(session, actor, settings)]


def rank_of(**more):
    return sum(ranking(1.0, explained(**more), more.pop("severity", 1), RULES.concerns.rank, {}).values())


def test_what_grows_now_stands_before_what_came_slowly():
    assert speed(chart([0, 0, 0, 0, 0, 6, 6])) > speed(chart([2, 2, 2, 2, 2, 1, 1])) == 0
    assert rank_of(chart=chart([0, 0, 0, 0, 0, 6, 6])) > rank_of(chart=chart([2, 2, 2, 2, 2, 1, 1]))


def test_a_heavy_outlet_reaches_further_than_a_light_one():
    weights = RULES.concerns.rank
    light = ranking(1.0, explained(), 1, weights, {})
    heavy = ranking(1.0, explained(), 1, weights, {"bao-mai": 3.0})
    assert heavy["reach"] > light["reach"]
    assert outlet_weights()["tuoitre"] == 3


def test_what_says_something_new_stands_before_what_repeats():
    new = [Phrase(text="quả lọc thận", now=6, before=0)]
    old = [Phrase(text="thiếu thuốc", now=6, before=60)]
    assert novelty(explained(phrases=new)) == 1 > novelty(explained(phrases=old)) > 0
    assert rank_of(phrases=new) > rank_of(phrases=old)


def test_every_reason_of_the_order_is_told():
    parts = ranking(1.0, explained(), 2, RULES.concerns.rank, {})
    assert set(parts) == {"score", "excess", "speed", "reach", "provinces", "severity", "novelty"}


def test_a_dismissal_as_unrelated_moves_the_next_like_it_down_and_a_case_moves_it_up(record, settings, raised):
    quarrel = {"carriers": [Carrier(source="cho-troi", outlet="Chợ trời", kind="forum", documents=9)]}
    for i in range(4):
        dismiss(record, LAN, raised("other", rank=21 - i, **quarrel), "unrelated", settings)
        cases.open_case(record, LAN, raised("hi_drug_supply", rank=19 - i), settings)
    junk, needed = raised("other", rank=20.5, **quarrel), raised("hi_drug_supply", rank=20.0)
    order = ranked(record, settings)
    assert order.index(needed) < order.index(junk)
    with record.reading() as session:
        lessons = taught(session, RULES.concerns.feedback)
        detail = concern_detail(session, LAN, junk, settings, record.clock.now())
        assert lessons.shift(traits_of(session.get_one(Concern, needed))) > 0
    assert detail.ranking["feedback"] < 0


def test_without_decisions_nothing_moves_and_one_click_moves_little(record, settings, raised):
    first, second = raised(rank=21.0), raised("pension", rank=20.0)
    assert ranked(record, settings) == [first, second]
    dismiss(record, LAN, raised(rank=19.0), "unrelated", settings)
    assert ranked(record, settings) == [first, second]
    with record.reading() as session:
        assert -1 < taught(session, RULES.concerns.feedback).shift(traits_of(session.get_one(Concern, first))) < 0


def test_the_reason_counts_known_is_no_unrelated(record, settings, raised):
    shifts = {}
    for topic, reason in (("pension", "known"), ("unemployment", "unrelated")):
        for _ in range(3):
            dismiss(record, LAN, raised(topic), reason, settings)
        with record.reading() as session:
            shifts[reason] = taught(session, RULES.concerns.feedback).shift([f"topic:{topic}"])
    assert shifts["known"] > shifts["unrelated"]


def test_whether_feedback_helps_is_measured_on_later_decisions_alone(record, settings, raised):
    quarrel = {"carriers": [Carrier(source="cho-troi", outlet="Chợ trời", kind="forum", documents=9)]}
    for _ in range(8):
        dismiss(record, LAN, raised("other", rank=20.5, **quarrel), "unrelated", settings)
        cases.open_case(record, LAN, raised("hi_drug_supply", rank=20.0), settings)
    with record.reading() as session:
        measured = measure_feedback(session, RULES.concerns.feedback)
    assert (measured.decisions, measured.untaught) == (16, 0.0)
    assert measured.taught > 0.7


def test_the_detail_says_what_was_like_it_and_what_was_answered_then(record, settings, raised, clock):
    said = {
        "summary": [Sentence(text="Người chạy thận phải tự mua quả lọc vì bệnh viện hết vật tư", document_id=1, url=None, outlet="Báo Mai")]
    }
    other = {"summary": [Sentence(text="Nhà thuốc bán khẩu trang tăng giá", document_id=1, url=None, outlet="Báo Mai")]}
    before = raised(opened=TODAY - timedelta(days=90), state="closed", **said)
    raised(opened=TODAY - timedelta(days=60), state="closed", province="34-01", **other)
    case = cases.open_case(record, LAN, before, settings)
    paper = cases.begin_paper(record, LAN, case.id, "qa_answer", settings, answer_id="drug_bought_outside")
    cases.submit_paper(record, LAN, paper.id, settings)
    cases.approve_paper(record, HOA, paper.id, settings)
    cases.send_paper(record, LAN, paper.id, "newspaper", settings)
    now = raised(**said)

    def seen(actor):
        with record.reading() as session:
            return concern_detail(session, actor, now, settings, clock.now())

    detail = seen(LAN)
    assert [past.concern.id for past in detail.past] == [before]
    assert [(given.answer_id, given.channel) for given in detail.past[0].answers] == [("drug_bought_outside", "newspaper")]
    assert detail.answers[0].answer.id == "drug_bought_outside"
    assert seen(NAM).past[0].answers == []


@pytest.mark.parametrize(
    ("more", "level", "doubts"),
    [
        ({}, "high", []),
        ({"learning_days": 12}, "medium", ["learning"]),
        ({"observed": 4}, "medium", ["near"]),
        ({"carriers": [], "drives": ["Ra quân"]}, "low", ["one_source", "drive"]),
    ],
)
def test_confidence_says_its_doubts(more, level, doubts):
    found = confidence_of(explained(**more))
    assert (found.level, found.doubts) == (level, doubts)


def test_neighbours_border_each_other_both_ways_and_no_province_stands_alone():
    borders = load_borders()
    assert len(borders) == 34
    assert all(borders.values())
    assert all(one in borders[other] for one, others in borders.items() for other in others)
    assert touch(["34-40"], ["34-42"], borders)
    assert not touch(["34-40"], ["34-96"], borders)
