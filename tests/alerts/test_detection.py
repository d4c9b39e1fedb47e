from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from alerts.detection.bayes import TwoStates
from alerts.detection.dispersion import Dispersion
from alerts.detection.ewma import Ewma
from alerts.detection.expectation import expect
from alerts.detection.interface import interval
from alerts.detection.life import openings
from alerts.detection.storylines import storyline_evidence
from alerts.detection.threshold import raised_threshold, shipped, thresholds_by_day
from alerts.panel import NATIONAL, Panel, units_of, window_sum
from alerts.rules import load_rules
from tests.alerts.conftest import PLACES

FIRST, LAST = date(2025, 1, 1), date(2025, 9, 27)
UNIT, TOPIC = 5, 1


@pytest.fixture
def panel():
    """Nine months of coverage: 35 units, four topics, 0.15 negative stories a day and cell, weekends slow."""
    random = np.random.default_rng(3)
    made = Panel.empty(FIRST, LAST, units_of(PLACES), ["a", "b", "c", "d"])
    week = np.array([1.1, 1.1, 1.1, 1.1, 1.0, 0.8, 0.8])[[day.weekday() for day in made.days]]
    shape = made.counts["total"].shape
    negative = random.poisson(0.15 * week[:, None, None], shape)
    made.counts["neg_stories"][:] = negative
    made.counts["complaint_stories"][:] = random.binomial(negative, 0.4)
    made.counts["stories"][:] = negative + random.poisson(0.4 * week[:, None, None], shape)
    made.counts["negative"][:] = negative + random.poisson(0.5 * negative)
    return with_nation(made)


def with_nation(panel):
    nation = panel.unit_index[NATIONAL]
    for grid in panel.counts.values():
        grid[:, nation] = grid[:, :nation].sum(axis=1)
    return panel


def add(panel, day, *, stories=0, complaints=0, others=0, copies=0):
    cell = (day, UNIT, TOPIC)
    for name, number in (
        ("neg_stories", stories),
        ("complaint_stories", complaints),
        ("stories", stories + others),
        ("negative", stories + copies),
    ):
        panel.counts[name][cell] += number
    return with_nation(panel)


def score(panel, detector=None):
    return (detector or TwoStates()).scores(panel).score[:, UNIT, TOPIC]


@pytest.mark.parametrize("detector", [TwoStates(), Ewma()])
def test_the_score_of_a_day_knows_nothing_of_later_days(panel, detector):
    before = score(panel, detector).copy()
    for day in range(200, 206):
        add(panel, day, stories=4, complaints=3)
    assert np.allclose(score(panel, detector)[:200], before[:200])
    assert (score(panel, detector)[200:206] > before[200:206]).all()


@pytest.mark.parametrize("detector", [TwoStates(), Ewma()])
def test_stories_on_several_days_weigh_more_than_on_one(panel, detector):
    alone = score(add(panel, 200, stories=2, complaints=1), detector)[200]
    together = score(add(panel, 201, stories=2, complaints=1), detector)[201]
    assert together > alone


def test_complaints_weigh_more_than_other_negative_stories(panel):
    others = score(add(panel, 200, stories=3))[200]
    assert score(add(panel, 200, complaints=3))[200] > others


def test_copies_of_a_press_release_weigh_little(panel):
    plain = score(add(panel, 200, stories=3))[200]
    assert score(add(panel, 200, copies=40))[200] < plain - 1


def test_negative_stories_under_a_storm_of_others_weigh_less(panel):
    plain = score(add(panel, 200, stories=3))[200]
    assert score(add(panel, 200, others=30))[200] < plain - 0.5


def test_stories_of_one_storyline_weigh_more(panel):
    add(panel, 200, stories=4, complaints=2)
    loose = Panel(panel.first, panel.units, panel.topics, panel.counts, has_storylines=True)
    loose.counts["top_storyline"][:] = np.minimum(window_sum(panel.counts["neg_stories"], 7), 1)
    without = score(loose)[200]
    loose.counts["top_storyline"][200, UNIT, TOPIC] = 4
    assert score(loose)[200] > without + 0.5


def test_the_expectation_follows_level_weekday_and_a_day_that_is_busy_everywhere(panel):
    usual = expect(panel).negative
    nation = usual[200:, panel.unit_index[NATIONAL]].sum(axis=1)
    assert nation.mean() == pytest.approx(35 * 4 * 0.15, rel=0.1)
    by_weekday = {day.weekday(): number for day, number in zip(panel.days[200:], nation, strict=True)}
    assert by_weekday[1] > by_weekday[6]
    before = usual[250].sum()
    for name in ("neg_stories", "complaint_stories", "stories"):
        panel.counts[name][250] *= 3
    assert expect(panel).negative[250].sum() == pytest.approx(3 * before, rel=0.35)


def test_a_past_outlier_hardly_raises_the_expectation(panel):
    before = expect(panel).negative[-1, UNIT, TOPIC]
    add(panel, 150, stories=200)
    assert expect(panel).negative[-1, UNIT, TOPIC] < before + 0.2


def test_a_new_installation_has_an_expectation_from_its_first_day(panel):
    assert (expect(panel).negative[0] > 0).all()


def test_the_interval_holds_the_expectation_and_grows_with_the_dispersion():
    expected = np.array([0.0, 0.3, 2.0, 50.0])
    low, high = interval(expected, np.ones(4))
    assert ((low <= expected) & (expected <= high)).all()
    wide_low, wide_high = interval(expected, np.full(4, 3.0))
    assert (wide_high > high).all()
    assert (wide_low <= low).all()
    drawn = np.random.default_rng(1).poisson(50, 10_000)
    assert np.mean((drawn >= low[3]) & (drawn <= high[3])) == pytest.approx(0.95, abs=0.02)


def test_alarms_close_to_each_other_are_one_alert_for_a_fortnight_at_most():
    score = np.zeros((60, 1))
    score[[2, 5, 12, 25, 33, 34]] = 1
    assert [day for day, _ in openings(score, 1.0)] == [2, 25, 33]
    assert [day for day, _ in openings(np.ones((30, 1)), 1.0)] == [0, 14, 28]


def test_the_threshold_follows_the_panels_own_past_to_the_budget():
    prior = load_rules().detection.thresholds["bayes"]
    random = np.random.default_rng(5)
    calm = random.normal(-11, 2, (900, 720))
    for budget in (1.0, 5.0):
        limit = thresholds_by_day(calm, prior, budget)
        found = [day for day, _ in openings(calm - limit[:, None], 0.0) if day >= 300]
        assert len(found) / 600 == pytest.approx(budget, rel=0.3)
        assert len([1 for day, _ in openings(calm, shipped(prior, budget)) if day >= 300]) / 600 < 0.6 * budget


def test_a_record_that_alarms_too_often_gets_a_higher_threshold_and_a_quiet_one_no_lower():
    prior, random = load_rules().detection.thresholds["bayes"], np.random.default_rng(5)
    usual = shipped(prior, 1.0)
    assert raised_threshold(random.normal(-20, 1, (300, 720)), prior, 1.0, 299) == usual
    noisy = random.normal(-6, 2, (300, 720))
    limit = raised_threshold(noisy, prior, 1.0, 299)
    assert limit > usual + 0.5
    assert len(openings(noisy, limit)) / 300 == pytest.approx(1.0, rel=0.4)


def test_the_threshold_of_a_day_knows_nothing_of_later_days():
    prior, random = load_rules().detection.thresholds["bayes"], np.random.default_rng(5)
    past, later = random.normal(-6, 2, (200, 100)), random.normal(5, 2, (50, 100))
    assert np.array_equal(thresholds_by_day(np.vstack([past, later]), prior, 1.0)[:200], thresholds_by_day(past, prior, 1.0))


def with_storylines(panel, share):
    """The panel with storylines that hold a part of each week's stories."""
    week = window_sum(panel.counts["neg_stories"], 7)
    counts = panel.counts | {"top_storyline": np.where(week > 0, 1 + np.round(share * np.maximum(week - 1, 0)), 0)}
    return replace(panel, counts=counts, has_storylines=True)


def evidence_of_a_large_storyline(panel):
    panel.counts["top_storyline"][200, UNIT, TOPIC] = window_sum(panel.counts["neg_stories"], 7)[200, UNIT, TOPIC]
    usual = expect(panel)
    return storyline_evidence(panel, usual, np.full(usual.rest.shape, -5.0))[200, UNIT, TOPIC]


def test_a_large_storyline_proves_little_where_storylines_are_always_large(panel):
    add(panel, 200, stories=5, complaints=3)
    rare, habitual = (evidence_of_a_large_storyline(with_storylines(panel, share)) for share in (0.0, 1.0))
    assert rare > 2
    assert habitual < rare - 2


def test_storylines_of_single_stories_speak_against_a_concern(panel):
    add(panel, 200, stories=5, complaints=3)
    loose = with_storylines(panel, 0.3)
    loose.counts["top_storyline"][200, UNIT, TOPIC] = 1
    usual = expect(loose)
    assert storyline_evidence(loose, usual, np.full(usual.rest.shape, -5.0))[200, UNIT, TOPIC] < 0


def test_the_dispersion_learns_what_is_wild_and_stays_near_one_where_counts_are_calm():
    random, expected = np.random.default_rng(2), np.tile(np.array([[0.05], [2.0], [40.0]]), (1, 30))
    calm, wild = Dispersion(2), Dispersion(2)
    for _ in range(200):
        calm.add(random.poisson(expected).astype(float), expected)
        wild.add(random.poisson(expected * random.gamma(2, 0.5, expected.shape)).astype(float), expected)
    assert calm.value(expected).max() < 1.6
    of_wild = wild.value(expected)[:, 0]
    assert of_wild[0] < 1.3
    assert of_wild[1] == pytest.approx(1 + 0.5 * 2, rel=0.3)
    assert of_wild[2] == pytest.approx(1 + 0.5 * 40, rel=0.3)


def test_a_concern_does_not_teach_its_own_expectation_or_dispersion(panel):
    before = expect(panel)
    for day in range(200, 206):
        add(panel, day, stories=4, complaints=3)
    after = expect(panel)
    cell = (slice(200, 206), UNIT, TOPIC)
    # The day's own factor, which all topics share, may move a little.
    assert np.allclose(after.negative[cell], before.negative[cell], rtol=0.1)
    assert np.allclose(after.dispersion[cell], before.dispersion[cell], rtol=0.05)


def test_part_of_a_day_is_tested_against_the_whole_day(panel):
    """Three stories by noon are no more than three stories by midnight, however little else is written by then."""
    add(panel, 250, stories=3, complaints=2)
    counts = {name: grid[:251].copy() for name, grid in panel.counts.items()}
    for name in ("stories", "neg_stories", "complaint_stories", "negative"):
        keep = counts[name][250, UNIT, TOPIC]
        counts[name][250] = np.floor(counts[name][250] * 0.2)
        counts[name][250, UNIT, TOPIC] = keep
    noon = with_nation(replace(panel, counts=counts, unfinished=True))
    midnight = score(panel)[250]
    # The day happened to be somewhat busier than usual, which at noon nobody knows.
    assert score(noon)[250] == pytest.approx(midnight, abs=0.6)
    assert score(replace(noon, unfinished=False))[250] > score(noon)[250] + 0.5


def test_a_correction_of_a_past_day_changes_no_score_before_it(panel):
    given = score(panel).copy()
    add(panel, 180, stories=6)
    corrected = score(panel)
    assert np.array_equal(corrected[:180], given[:180])
    assert expect(panel).negative[220, UNIT, TOPIC] > 0
    assert not np.array_equal(corrected[180:], given[180:])


def test_concerns_in_the_past_do_not_spend_the_budget():
    prior, random = load_rules().detection.thresholds["bayes"], np.random.default_rng(5)
    calm = random.normal(-11, 2, (600, 720))
    troubled = calm.copy()
    for day in range(20, 590, 2):
        series = random.integers(720)
        troubled[day : day + 6, series] = np.linspace(-1, 8, 6)[: len(troubled[day : day + 6])]
    for budget in (1.0, 5.0):
        assert thresholds_by_day(troubled, prior, budget)[-1] == pytest.approx(thresholds_by_day(calm, prior, budget)[-1], abs=0.2)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_short_history_is_enough(panel, days):
    counts = {name: grid[:days].copy() for name, grid in panel.counts.items()}
    short = replace(panel, counts=counts)
    for _ in range(3):
        counts["neg_stories"][-1, UNIT, TOPIC] += 2
        counts["complaint_stories"][-1, UNIT, TOPIC] += 2
        counts["stories"][-1, UNIT, TOPIC] += 2
    scores = TwoStates().scores(with_nation(short))
    assert np.isfinite(scores.score).all()
    assert np.argmax(scores.score[-1, :35, :].ravel()) == UNIT * 4 + TOPIC
