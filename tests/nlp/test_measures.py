import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score

from nlp.measures import macro_f1, micro_f1, quadratic_kappa

RANDOM = np.random.default_rng(3)
CODES = RANDOM.integers(0, 3, (200, 2))


def test_macro_f1_agrees_with_scikit_learn():
    assert macro_f1(CODES) == pytest.approx(f1_score(CODES[:, 0], CODES[:, 1], average="macro"))


def test_quadratic_kappa_agrees_with_scikit_learn():
    assert quadratic_kappa(CODES) == pytest.approx(cohen_kappa_score(CODES[:, 0], CODES[:, 1], weights="quadratic"))


def test_micro_f1_agrees_with_scikit_learn():
    gold, found = RANDOM.integers(0, 2, (2, 100, 7))
    counts = np.stack([(gold & found).sum(axis=1), found.sum(axis=1), gold.sum(axis=1)], axis=1)
    assert micro_f1(counts) == pytest.approx(f1_score(gold, found, average="micro"))


def test_nothing_to_find_and_nothing_found_is_perfect():
    assert micro_f1(np.zeros((3, 3), dtype=np.int64)) == 1
