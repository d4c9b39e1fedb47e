"""Long texts: how what the excerpt, the lead and the passages say becomes one score."""

import numpy as np
import pytest

from nlp.view_weights import ENOUGH, learn_each, learn_relevance, learn_together
from nlp.views import IN_PRINT, VIEWS, of_relevance, only_the_excerpt, views, weighed

LABELS = 3


@pytest.fixture
def seen():
    return np.random.default_rng(3).normal(size=(400, len(VIEWS), LABELS)).astype(np.float32)


def test_the_views_are_the_excerpt_the_lead_and_the_passages_most_and_mean():
    found = views(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([[5.0, 0.0], [1.0, 2.0]]))
    assert found.tolist() == [[1, 2], [3, 4], [5, 2], [3, 1]]


def test_where_there_is_no_passage_the_excerpt_speaks_for_them():
    assert views(np.array([1.0]), np.array([3.0]), np.zeros((0, 1))).tolist() == [[1], [3], [1], [1]]


def test_without_learned_weights_the_excerpt_alone_decides(seen):
    assert np.allclose(weighed(seen, only_the_excerpt(presence=False)), seen[:, 0])
    assert np.allclose(weighed(seen[0], only_the_excerpt(presence=True), (1.0, 1.0, 2.0, 0.5, 1.0)), seen[0, 0])


def test_of_few_texts_nothing_is_learned(seen):
    few, gold = seen[: ENOUGH - 1], np.ones((ENOUGH - 1, LABELS), dtype=bool)
    assert learn_each(few, gold) == learn_together(few, gold) == only_the_excerpt(presence=False)
    assert learn_relevance(few[:, :, :1], [(0.0,) * 5] * len(few), gold[:, :1]) == only_the_excerpt(presence=True)


def test_the_view_that_tells_a_label_gets_the_weight(seen):
    learned = learn_each(seen, seen[:, VIEWS.index("most")] > 0)
    assert np.argmax(np.abs(learned["views"])) == VIEWS.index("most")
    assert ((weighed(seen, learned) > 0) == (seen[:, VIEWS.index("most")] > 0)).mean() > 0.95


def test_of_labels_that_exclude_each_other_the_weighed_views_choose_the_right_one(seen):
    right = (seen[:, VIEWS.index("lead")] + np.array([0.0, 0.0, 1.0])).argmax(axis=1)
    learned = learn_together(seen, np.eye(LABELS, dtype=bool)[right])
    assert (weighed(seen, learned).argmax(axis=1) == right).mean() > 0.9


def test_relevance_follows_the_presence_where_that_tells_it(seen):
    presences = [tuple(row) for row in np.random.default_rng(4).normal(size=(400, 5))]
    gold = np.array([[presence[2] > 0] for presence in presences])
    learned = learn_relevance(seen[:, :, :1], presences, gold)
    found = [weighed(scores, learned, presence)[0] > 0 for scores, presence in zip(seen[:, :, :1], presences, strict=True)]
    assert (np.array(found) == gold[:, 0]).mean() > 0.9


def test_in_print_an_article_that_names_the_insurances_all_along_is_sooner_about_them_than_one_that_names_them_once():
    passing, about = (0.0, 0.0, 0.69, 0.03, -0.7), (1.0, 1.0, 2.3, 0.4, 1.1)
    scores = np.ones((len(VIEWS), 1), dtype=np.float32)
    assert weighed(scores, IN_PRINT, passing)[0] < 0 < weighed(scores, IN_PRINT, about)[0]
    assert of_relevance("news") != of_relevance("forum")
