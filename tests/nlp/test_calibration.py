import numpy as np
import pytest

from nlp.calibration import NEVER, calibrate_each, calibrate_together, mixed
from nlp.linear import logistic, softmax

CHANCE = np.random.default_rng(7)


def scores_of(gold, sure):
    """Scores that say the gold label as surely as ``sure``, and chance beside."""
    return (sure * (2 * gold - 1) + CHANCE.standard_normal(gold.shape)).astype(np.float32)


def test_the_model_that_says_more_counts_for_more_and_the_mixture_is_a_probability():
    gold = CHANCE.random((4000, 1)) < 0.3
    good, poor = scores_of(gold, 1.5), scores_of(gold, 0.3)
    calibration = calibrate_each([good, poor], gold)
    (of_good, of_poor), _ = calibration
    assert of_good[0, 0] > 2 * of_poor[0, 0] > 0
    said = logistic(mixed([good, poor], calibration))[:, 0]
    near_half = (said > 0.4) & (said < 0.6)
    assert gold[near_half].mean() == pytest.approx(0.5, abs=0.1)


def test_a_higher_score_never_makes_a_label_less_likely():
    gold = CHANCE.random((2000, 1)) < 0.4
    (_, of_contrary), _ = calibrate_each([scores_of(gold, 1), scores_of(~gold, 1)], gold)
    assert of_contrary[0, 0] > 0


def test_a_label_of_few_texts_never_holds():
    gold = np.zeros((400, 2), dtype=bool)
    gold[:14, 0] = True  # seven texts and their copies
    gold[:200:2, 1] = True
    said = mixed(scores := [scores_of(gold, 2)], calibrate_each(scores, gold))
    assert (said[:, 0] == NEVER).all()
    assert said[:, 1].max() > 0


def test_labels_that_exclude_each_other_are_a_softmax_over_what_both_models_say():
    classes = CHANCE.integers(0, 3, 3000)
    gold = np.eye(3, dtype=bool)[classes]
    first, second = scores_of(gold, 1), scores_of(gold, 1)
    alone = softmax(mixed([first], calibrate_together([first], gold)))
    together = softmax(mixed([first, second], calibrate_together([first, second], gold)))
    right = [(said.argmax(axis=1) == classes).mean() for said in (alone, together)]
    assert right[1] > right[0] + 0.03
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)


def test_where_only_two_of_the_labels_occur_the_models_count_alike_and_no_other_holds():
    gold = np.eye(3, dtype=bool)[CHANCE.integers(0, 2, 200)]
    matrices, offset = calibrate_together([scores_of(gold, 1), scores_of(gold, 1)], gold)
    assert [matrix.diagonal().tolist() for matrix in matrices] == [[0.5, 0.5, 0.0]] * 2
    assert offset.tolist() == [0, 0, NEVER]
