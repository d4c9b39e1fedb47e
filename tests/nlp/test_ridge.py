"""The dual equations of ridge regression: products are those written out, the solution is that of factored equations, columns of nothing stay nothing."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from scipy.sparse import random as random_matrix

from nlp.ridge import COMMON, FEW, InnerProducts, solve

Numbers = np.ndarray


def _texts(rows: int, features: int) -> csr_matrix:
    """A third of the features are rare ones."""
    of_chance = np.random.default_rng(5)
    parts = ((2 * features // 3, 0.5), (features // 3, COMMON / 2))
    return hstack([random_matrix(rows, width, share, dtype=np.float32, rng=of_chance) for width, share in parts], format="csr")


def _equations(rows: int, features: int, penalty: float) -> tuple[InnerProducts, Numbers, Numbers, Numbers]:
    texts = _texts(rows, features)
    wanted = np.random.default_rng(6).random((rows, 7)).astype(np.float32) - 0.5
    return InnerProducts(texts), (texts @ texts.T).toarray(), np.full(rows, penalty, dtype=np.float32), wanted


def test_a_product_is_that_of_the_inner_products_written_out() -> None:
    products, written, _, columns = _equations(300, 90, 1.0)
    assert np.allclose(products @ columns, written @ columns, atol=1e-3)
    assert np.allclose(products.diagonal, np.diag(written), atol=1e-4)


def test_common_and_rare_features_both_count_in_a_product() -> None:
    texts = _texts(300, 90)
    many = np.diff(texts.tocsc().indptr) > COMMON * texts.shape[0]
    assert 0 < many.sum() < texts.shape[1]
    ones = np.ones((300, 1), dtype=np.float32)
    for part in (texts[:, np.flatnonzero(many)], texts[:, np.flatnonzero(~many)]):
        assert np.allclose(InnerProducts(part) @ ones, part @ (part.T @ ones), atol=1e-3)
        assert (InnerProducts(part) @ ones).any()


def test_few_equations_go_with_fewer_dense_columns_and_give_the_same_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.ridge.COMMON_FOR_FEW", 0.5)
    texts, columns = _texts(300, 90), np.random.default_rng(4).random((300, FEW)).astype(np.float32)
    few, many = InnerProducts(texts, FEW - 1), InnerProducts(texts, FEW)
    assert 0 < few._dense.shape[1] < many._dense.shape[1]
    assert np.allclose(few @ columns, many @ columns, rtol=1e-4)


@pytest.mark.parametrize("common", [0.02, 5])
def test_a_feature_that_stands_twice_in_a_row_counts_with_its_sum(monkeypatch: pytest.MonkeyPatch, common: float) -> None:
    monkeypatch.setattr("nlp.ridge.COMMON", common)
    twice = csr_matrix((np.array([1, 2, 1], np.float32), [0, 0, 1], [0, 2, 3]), shape=(2, 2))
    products = InnerProducts(twice)
    assert np.array_equal(products.diagonal, [9, 1])
    assert np.array_equal(products @ np.eye(2, dtype=np.float32), [[9, 0], [0, 1]])


def test_the_solution_is_that_of_factored_equations() -> None:
    products, written, penalties, wanted = _equations(400, 60, 1.0)
    solution = solve(products, penalties, wanted, tolerance=1e-5)
    assert np.allclose(solution, np.linalg.solve(written.astype(float) + np.diag(penalties), wanted), atol=1e-3)


def test_residuals_stay_within_the_tolerance() -> None:
    products, written, penalties, wanted = _equations(400, 60, 1.0)
    solution = solve(products, penalties, wanted, tolerance=0.05)
    residual = wanted - written @ solution - penalties[:, None] * solution
    assert (np.linalg.norm(residual, axis=0) <= 0.051 * np.linalg.norm(wanted, axis=0)).all()


def test_a_label_that_no_text_has_gets_no_weights_and_disturbs_no_other() -> None:
    products, _, penalties, wanted = _equations(50, 20, 1.0)
    wanted[:, 3] = 0
    solution = solve(products, penalties, wanted)
    assert not solution[:, 3].any()
    assert np.isfinite(solution).all()
    assert solution[:, 2].any()


def test_what_is_wanted_is_left_as_it_was() -> None:
    products, _, penalties, wanted = _equations(50, 20, 1.0)
    before = wanted.copy()
    solve(products, penalties, wanted)
    assert np.array_equal(before, wanted)


def test_a_guess_is_where_it_starts_and_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    products, _, penalties, wanted = _equations(50, 20, 1.0)
    near = solve(products, penalties, wanted, tolerance=1e-4)
    guess = near.copy()
    monkeypatch.setattr("nlp.ridge.MOST_STEPS", 1)
    with pytest.raises(ArithmeticError, match="penalty is too small"):
        solve(products, penalties, wanted)
    assert np.array_equal(solve(products, penalties, wanted, start=guess), near)
    assert np.array_equal(guess, near)
