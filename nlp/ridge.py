"""Solving the equations of ridge regression in its dual form."""

import numpy as np

from nlp.linear import Floats

TOLERANCE = 0.01
"""Of the residual, against what is wanted. On 22,600 texts scores differ from those at 0.001 by 0.003 in the mean, figures by 0.0003."""
MOST_STEPS = 300
"""Some 45 are taken; more than these mean that the kernel is not one."""


def solve(kernel: Floats, penalties: Floats, wanted: Floats, tolerance: float = TOLERANCE, start: Floats | None = None) -> Floats:
    """The solution x of ``(kernel + diag(penalties)) @ x = wanted``.

    By conjugate gradients scaled by the diagonal (Hestenes and Stiefel 1952).
    A step costs n², so that the whole is cheaper than factors (n³/3) from some 10,000 rows on. All columns go together, as one product of
    matrices; SciPy's solver takes them one by one, and reads the kernel for each.

    Args:
        kernel: inner products of the rows; left as it is, for a copy of it would take gigabytes.
        penalties: of each row.
        wanted: one column for each equation.
        tolerance: largest residual of a column, as a share of the column's own length.
        start: a guess near the solution, which saves steps.

    Raises:
        ArithmeticError: the kernel is not positive definite.
    """
    added = penalties[:, None]
    scale = np.diag(kernel)[:, None] + added
    solution: Floats = np.zeros_like(wanted) if start is None else start.copy()
    residual: Floats = wanted.copy() if start is None else wanted - kernel @ start - added * start
    direction = residual / scale
    length = _dot(residual, direction)
    enough = tolerance * np.sqrt(_dot(wanted, wanted))
    for _ in range(MOST_STEPS):
        if (np.sqrt(_dot(residual, residual)) <= enough).all():
            return solution
        image = kernel @ direction + added * direction
        step = _ratio(length, _dot(direction, image))
        solution += step * direction
        residual -= step * image
        scaled = residual / scale
        before, length = length, _dot(residual, scaled)
        direction = scaled + _ratio(length, before) * direction
    raise ArithmeticError(f"no solution within {MOST_STEPS} steps: the kernel is not positive definite, or the penalty is too small")


def _dot(left: Floats, right: Floats) -> Floats:
    """Inner products, column by column."""
    products: Floats = np.einsum("ij,ij->j", left, right)
    return products


def _ratio(above: Floats, below: Floats) -> Floats:
    """Column by column; 0 where a column is solved, and nothing is left to divide by."""
    ratio: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio
