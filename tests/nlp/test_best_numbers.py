import numpy as np

from nlp.best_numbers import LEAST_ROUND, best_cuts, best_multipliers, mean_of_rounds


def test_a_large_round_does_not_outweigh_a_small_one():
    rounds = np.repeat([0, 1], [9 * LEAST_ROUND, LEAST_ROUND])
    assert mean_of_rounds(lambda texts: float(rounds[texts].mean()), rounds) == 0.5


def test_a_round_of_a_few_texts_is_not_measured_unless_all_are_few():
    rounds = np.repeat([0, 2], [LEAST_ROUND, 3])
    assert mean_of_rounds(lambda texts: float(rounds[texts].mean()), rounds) == 0.0
    assert mean_of_rounds(lambda texts: float(texts.sum()), np.repeat([0, 1], [3, 2])) == 3.0


def test_factors_find_a_rare_class_that_the_likeliest_hides():
    gold = np.repeat([0, 1], [90, 10])
    probabilities = np.where(gold[:, None] == 1, [0.55, 0.45], [0.9, 0.1]).astype(np.float32)
    factors = best_multipliers(probabilities, gold)
    assert ((probabilities * factors).argmax(axis=1) == gold).all()


def test_cuts_part_the_grades():
    gold = np.repeat([0, 1, 2], 40)
    expected = np.repeat([0.3, 0.9, 1.3], 40).astype(np.float32)
    low, high = best_cuts(expected, gold)
    assert 0.3 < low <= 0.9
    assert 0.9 < high <= 1.3


def test_of_cuts_that_are_alike_the_middle_is_taken():
    """Any low cut from 0.35 to 0.90 and any high one from 1.00 to 1.30 parts these without an error."""
    gold = np.repeat([0, 1, 2], 40)
    expected = np.repeat([0.32, 0.92, 1.32], 40).astype(np.float32)
    assert best_cuts(expected, gold) == (0.625, 1.15)


def test_one_text_does_not_move_the_cuts_from_the_middle():
    """Only a low cut of 0.90 gets the last text right too; that is less than cuts may fall short of the best."""
    gold = np.append(np.repeat([0, 1, 2], 1000), 0)
    expected = np.append(np.repeat([0.32, 0.92, 1.32], 1000), 0.88).astype(np.float32)
    assert best_cuts(expected, gold) == (0.625, 1.15)


def test_a_factor_that_brings_next_to_nothing_stays_one():
    gold = np.repeat([0, 1], [3000, 1000])
    probabilities = np.where(gold[:, None] == 1, [0.1, 0.9], [0.9, 0.1]).astype(np.float32)
    probabilities[3000] = [0.55, 0.45]  # one text of 4,000
    assert (best_multipliers(probabilities, gold) == 1).all()
