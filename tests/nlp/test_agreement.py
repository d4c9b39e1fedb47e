"""Heads that are decided together: what seldom goes together becomes less likely, and what may not be relevant needs less of a response."""

import numpy as np
import pytest

from langnghe.documents import AnnotationRequest
from nlp.agreement import SHARE_OF_RELEVANCE, learn_table, reconcile, with_relevance
from nlp.backends.shipped import ShippedBackend

SIZES = [3, 2, 2]


@pytest.fixture
def table():
    """The first labels of all heads go together, and so do the second ones; the third label of the first head occurs with both."""
    first = np.array([0] * 50 + [1] * 50 + [2] * 20)
    other = np.array([0] * 50 + [1] * 50 + [0, 1] * 10)
    return learn_table([first, other, other], SIZES)


def test_labels_that_go_together_more_often_than_by_chance_weigh_more_than_one(table):
    assert table[0, 0, 0] > 1 > table[0, 1, 1]
    assert table[1, 1, 1] > 1 > table[1, 0, 0]


def test_a_label_that_occurs_with_all_others_alike_is_weighed_alike(table):
    assert table[2, 0, 0] == pytest.approx(table[2, 1, 1], rel=1e-5)


def test_a_doubtful_head_follows_the_sure_ones(table):
    doubtful, sure = np.array([[0.45, 0.45, 0.1]], np.float32), np.array([[0.05, 0.95]], np.float32)
    first, second, third = reconcile([doubtful, sure, sure], table)
    assert first[0, 1] > 0.6 > first[0, 0]
    assert all(one.sum() == pytest.approx(1, abs=1e-5) for one in (first, second, third))


def test_what_surely_is_relevant_keeps_its_grades():
    grades = np.array([[0.2, 0.3, 0.5]], np.float32)
    assert np.allclose(with_relevance(grades, np.array([1.0], np.float32)), grades)


def test_what_may_not_be_relevant_may_be_of_the_first_grade():
    grades = np.array([[0.2, 0.3, 0.5], [0.0, 0.0, 1.0]], np.float32)
    assert np.allclose(with_relevance(grades, np.array([0.64, 0.81], np.float32)), [[0.36, 0.24, 0.4], [0.1, 0.0, 0.9]])


def test_a_text_that_only_another_backend_finds_relevant_keeps_its_grades():
    grades = np.array([0.2, 0.3, 0.5], np.float32)
    assert np.allclose(with_relevance(grades, np.float32(0.01)), grades)
    assert np.allclose(with_relevance(grades, np.float32(0.64)), [0.36, 0.24, 0.4])


def test_the_shipped_backend_weighs_concern_with_relevance(monkeypatch):
    request = AnnotationRequest(text="Nghe nói có người chờ thẻ mấy tháng chưa có", kind="comment")
    [weighed] = ShippedBackend().predict([request])
    monkeypatch.setattr("nlp.backends.shipped.with_relevance", lambda grades, _: grades)
    [as_if_relevant] = ShippedBackend().predict([request])
    share = weighed.probabilities["relevant"]["yes"]
    assert 0.5 <= share < 0.99
    share **= SHARE_OF_RELEVANCE
    assert weighed.probabilities["concern"]["2"] == pytest.approx(share * as_if_relevant.probabilities["concern"]["2"], rel=1e-4)
