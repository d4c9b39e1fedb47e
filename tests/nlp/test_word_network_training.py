from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import nlp.word_network_training as training
from nlp.word_network_training import Lessons, commonest, learn, learn_word_network

CHANCE = np.random.default_rng(5)


def texts_where_two_words_together_mean_the_opposite(count=1600):
    """The label holds where one of two words stands, and not where both or none do; eight more words say nothing."""
    rows = (CHANCE.random((count, 10)) < 0.5).astype(np.float32)
    return csr_matrix(rows), (rows[:, :1] != rows[:, 1:2])


def lessons_of(rows, wanted, often=None):
    return Lessons(rows, wanted, np.ones(wanted.shape, dtype=np.float32) if often is None else often)


@pytest.fixture
def longer(monkeypatch):
    """More passes over fewer texts at a time, with every word heard: for few texts, in this process, which knows of it."""
    monkeypatch.setattr(training, "AT_ONCE", 1)
    monkeypatch.setattr(training, "BATCH", 32)
    monkeypatch.setattr(training, "PASSES", 80)
    monkeypatch.setattr(training, "WORDS_LEFT_OUT", 0.0)


def test_it_learns_what_no_sum_of_words_says(longer):
    rows, wanted = texts_where_two_words_together_mean_the_opposite()
    weights = learn(lessons_of(rows, wanted), np.arange(1200), 0)
    right = ((weights.scores(rows[1200:]) > 0) == wanted[1200:]).mean()
    assert right > 0.95


def test_a_step_goes_against_the_gradient_of_the_cross_entropy(monkeypatch):
    monkeypatch.setattr(training, "WORDS_LEFT_OUT", 0.0)
    monkeypatch.setattr(training, "UNITS_LEFT_OUT", 0.0)
    rows, wanted = texts_where_two_words_together_mean_the_opposite(20)
    often = CHANCE.random((20, 1)).astype(np.float32)
    learning = training._Learning(10, 1, np.random.default_rng(1))
    before = training.Weights(*(numbers.copy() for numbers in learning.weights()))

    def loss(words):
        scores = before._replace(words=words).scores(rows)
        return float((often * (np.logaddexp(0, scores) - scores * wanted)).sum() / 20)

    learning.step(rows, wanted.astype(np.float32), often, 1.0)
    change = learning.weights().words - before.words
    gradient = np.zeros(4)
    for unit in range(4):
        shifted = [before.words.astype(np.float64).copy() for _ in range(2)]
        for words, by in zip(shifted, (-1e-4, 1e-4), strict=True):
            words[3, unit] += by
        low, high = map(loss, shifted)
        gradient[unit] = (high - low) / 2e-4
    heard = np.abs(gradient) > 1e-6
    assert heard.any()
    ratios = change[3, :4][heard] / gradient[heard]
    assert (ratios < 0).all()
    assert np.allclose(ratios, ratios[0], rtol=0.01), "one step size for all weights of a word"


def test_words_that_do_not_stand_in_the_texts_keep_their_weights():
    rows = csr_matrix(np.array([[1.0, 0, 1]], dtype=np.float32))
    learning = training._Learning(3, 1, np.random.default_rng(1))
    before = learning.weights().words.copy()
    while np.array_equal(learning.weights().words, before):  # half of the words are left out by chance
        learning.step(rows, np.ones((1, 1), np.float32), np.ones((1, 1), np.float32), 1.0)
    assert np.array_equal(learning.weights().words[1], before[1])


def test_what_counts_not_at_all_for_a_label_teaches_nothing_of_it():
    rows, wanted = texts_where_two_words_together_mean_the_opposite(300)
    wanted = np.concatenate([wanted, wanted], axis=1)
    often = np.ones(wanted.shape, dtype=np.float32)
    often[:150, 1] = 0
    other = wanted.copy()
    other[:150, 1] = ~other[:150, 1]
    one, two = (learn(lessons_of(rows, said, often), np.arange(300), 3) for said in (wanted, other))
    assert all(np.array_equal(left, right) for left, right in zip(one, two, strict=True))
    third = learn(lessons_of(rows, other), np.arange(300), 3)
    assert not np.array_equal(third.words, one.words)


def test_another_seed_starts_from_other_numbers():
    rows, wanted = texts_where_two_words_together_mean_the_opposite(300)
    words = [learn(lessons_of(rows, wanted), np.arange(300), seed).words for seed in (0, 0, 1)]
    assert [np.array_equal(left, right) for left, right in pairwise(words)] == [True, False]


def test_the_features_of_most_texts_are_kept_in_their_order(monkeypatch):
    rows = csr_matrix(np.array([[1, 0, 1, 0, 2], [0, 0, 1, 0, 1], [0, 0, 0, 1, 3]], dtype=np.float32))
    assert commonest(rows).tolist() == [0, 2, 3, 4]
    monkeypatch.setattr(training, "FEATURES", 2)
    assert commonest(rows).tolist() == [2, 4]


def test_what_the_folds_say_of_a_text_comes_from_networks_that_have_not_seen_it(longer):
    """Each text has one word of its own and a label by chance: whoever has seen it knows the label, nobody else can."""
    rows, wanted = csr_matrix(np.eye(90, dtype=np.float32)), CHANCE.random((90, 1)) < 0.5
    folds = np.arange(90) % 3
    said = learn_word_network(lessons_of(rows, wanted), folds, rows[:6], folds[:6], 0)
    seen = ((said.weights.scores(rows[:, said.features]) > 0) == wanted).mean()
    unseen = ((said.scores > 0) == wanted).mean()
    assert seen > 0.9
    assert unseen < 0.75
    assert np.allclose(said.of_parts, said.scores[:6], atol=1e-5)


def test_a_text_that_concerns_no_label_is_spoken_of_and_teaches_nothing():
    rows, wanted = texts_where_two_words_together_mean_the_opposite(120)
    often = np.ones(wanted.shape, dtype=np.float32)
    often[:30] = 0
    none, folds = csr_matrix((0, 10), dtype=np.float32), np.arange(120) % 3
    one, two = (
        learn_word_network(lessons_of(rows, said, often), folds, none, np.zeros(0, np.intp), 0)
        for said in (wanted, np.where(np.arange(120)[:, None] < 30, ~wanted, wanted))
    )
    assert np.array_equal(one.scores, two.scores)
    assert one.of_parts.shape == (0, 1)


def test_the_network_of_all_texts_reads_vectors_as_they_are(longer):
    """It learned from longer ones, and says of a text what it said of that."""
    rows, wanted = texts_where_two_words_together_mean_the_opposite(120)
    said = learn_word_network(lessons_of(rows, wanted), np.arange(120) % 3, rows[:0], np.zeros(0, np.intp), 4)
    longer_rows = (rows * np.float32(training.STRETCH)).tocsr()
    alone = learn(lessons_of(longer_rows, wanted), np.arange(120), 4)
    assert said.features.tolist() == list(range(10))
    assert np.allclose(said.weights.scores(rows), alone.scores(longer_rows), atol=1e-4)
