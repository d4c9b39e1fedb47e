"""The dual equations of ridge regression: the solution is that of a factored kernel, columns of nothing stay nothing."""

import numpy as np
import pytest

from nlp.ridge import solve


def _equations(rows: int, features: int, penalty: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    texts = random.random((rows, features)).astype(np.float32)
    wanted = random.random((rows, 7)).astype(np.float32) - 0.5
    return texts @ texts.T, np.full(rows, penalty, dtype=np.float32), wanted


def test_the_solution_is_that_of_a_factored_kernel() -> None:
    kernel, penalties, wanted = _equations(400, 60, 1.0)
    solution = solve(kernel, penalties, wanted, tolerance=1e-5)
    assert np.allclose(solution, np.linalg.solve(kernel.astype(float) + np.diag(penalties), wanted), atol=1e-3)


def test_residuals_stay_within_the_tolerance() -> None:
    kernel, penalties, wanted = _equations(400, 60, 1.0)
    solution = solve(kernel, penalties, wanted, tolerance=0.05)
    residual = wanted - kernel @ solution - penalties[:, None] * solution
    assert (np.linalg.norm(residual, axis=0) <= 0.051 * np.linalg.norm(wanted, axis=0)).all()


def test_a_label_that_no_text_has_gets_no_weights_and_disturbs_no_other() -> None:
    kernel, penalties, wanted = _equations(50, 20, 1.0)
    wanted[:, 3] = 0
    solution = solve(kernel, penalties, wanted)
    assert not solution[:, 3].any()
    assert np.isfinite(solution).all()
    assert solution[:, 2].any()


def test_kernel_and_wanted_are_left_as_they_were() -> None:
    kernel, penalties, wanted = _equations(50, 20, 1.0)
    before = kernel.copy(), wanted.copy()
    solve(kernel, penalties, wanted)
    assert np.array_equal(before[0], kernel)
    assert np.array_equal(before[1], wanted)


def test_a_kernel_that_is_none_is_refused() -> None:
    kernel, penalties, wanted = _equations(50, 20, 1.0)
    with pytest.raises(ArithmeticError, match="not positive definite"):
        solve(np.tril(kernel) - 5 * np.triu(kernel, 1), penalties, wanted, tolerance=1e-6)


def test_a_guess_is_where_it_starts_and_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, penalties, wanted = _equations(50, 20, 1.0)
    near = solve(kernel, penalties, wanted, tolerance=1e-4)
    guess = near.copy()
    monkeypatch.setattr("nlp.ridge.MOST_STEPS", 1)
    with pytest.raises(ArithmeticError):
        solve(kernel, penalties, wanted)
    assert np.array_equal(solve(kernel, penalties, wanted, start=guess), near)
    assert np.array_equal(guess, near)
