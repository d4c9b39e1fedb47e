"""Solving the equations of ridge regression in its dual form."""

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from nlp.linear import Floats

LARGEST = 24_000
"""Rows that are factored at once: the library of dense algebra was seen to end the process at 29,000, and to work at this size."""


def solve(kernel: Floats, wanted: Floats, largest: int = LARGEST) -> Floats:
    """The solution x of ``kernel @ x = wanted``, by Cholesky's factors; a large kernel's are found in two halves.

    Args:
        kernel: symmetric and positive definite; it is overwritten.
        wanted: one column for each equation.
        largest: rows that are factored at once.
    """
    if len(kernel) <= largest:
        factor = _factor(kernel)
        return _backward(factor, _forward(factor, wanted))
    half = len(kernel) // 2
    factor = _factor(np.ascontiguousarray(kernel[:half, :half]))
    between = _forward(factor, kernel[:half, half:])
    rest = kernel[half:, half:] - between.T @ between
    first = _forward(factor, wanted[:half])
    second = solve(rest, wanted[half:] - between.T @ first, largest)
    return np.concatenate([_backward(factor, first - between @ second), second])


def _factor(kernel: Floats) -> Floats:
    factor: Floats = cholesky(kernel, lower=True, overwrite_a=True, check_finite=False)
    return factor


def _forward(factor: Floats, wanted: Floats) -> Floats:
    solved: Floats = solve_triangular(factor, wanted, lower=True, check_finite=False)
    return solved


def _backward(factor: Floats, wanted: Floats) -> Floats:
    solved: Floats = solve_triangular(factor, wanted, lower=True, trans="T", check_finite=False)
    return solved
