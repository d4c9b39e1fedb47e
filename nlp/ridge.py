"""Solving the equations of ridge regression in its dual form."""

import numpy as np
from scipy.sparse import csr_matrix

from nlp.linear import Floats

TOLERANCE = 0.02
"""Of the residual, against what is wanted. On 22,600 texts scores at half of it differ from those at 0.001 by 0.003 in the mean, figures by
0.0003; trained with half of it, the models of 41,672 texts had no better figures in the tests."""
MOST_STEPS = 300
"""At half the tolerance 34 to 68 are taken; more than these mean that the penalty is too small, or a number is none."""
COMMON, COMMON_FOR_FEW, FEW = 0.02, 0.16, 16
"""Share of the rows from which on a feature's column is multiplied as a dense one, and the same for fewer than ``FEW`` equations. Of
450,000 features 2,700 stand in a fiftieth of the texts; with them dense a product with 50 columns takes 0.9 s (with 0.16: 1.4 s), one
with six, for which reading so large a matrix does not pay, 0.56 s (0.36 s)."""


class InnerProducts:
    """The inner products of each row with each other, for multiplying alone: they are never written out.

    Written out, those of 64,848 rows would take 17 GB; the rows take one. A product with 100 columns by way of the features takes 1.3 s on
    two cores; with the inner products written out it would take four times as long (from what one of 20,000 rows takes).

    Args:
        rows: features, one row a text.
        columns: how many equations will be solved at a time.
    """

    def __init__(self, rows: csr_matrix, columns: int = FEW) -> None:
        count = np.bincount(rows.indices, minlength=rows.shape[1])
        common = count > (COMMON_FOR_FEW if columns < FEW else COMMON) * rows.shape[0]
        self._dense: Floats = rows[:, np.flatnonzero(common)].toarray().astype(np.float32, copy=False)
        self._rare = rows[:, np.flatnonzero((count > 0) & ~common)]
        self._by_feature = self._rare.T.tocsr()
        self.diagonal: Floats = (
            np.einsum("ij,ij->i", self._dense, self._dense) + np.asarray(self._rare.multiply(self._rare).sum(axis=1)).ravel()
        )

    def __matmul__(self, columns: Floats) -> Floats:
        product: Floats = self._dense @ (self._dense.T @ columns)
        product += self._rare @ (self._by_feature @ columns)
        return product


def solve(products: InnerProducts, penalties: Floats, wanted: Floats, tolerance: float = TOLERANCE, start: Floats | None = None) -> Floats:
    """The solution x of ``(products + diag(penalties)) @ x = wanted``.

    By conjugate gradients scaled by the diagonal (Hestenes and Stiefel 1952). All columns go together, as products of
    matrices; SciPy's solver takes them one by one, and reads the rows for each.

    Args:
        products: of the rows.
        penalties: of each row.
        wanted: one column for each equation.
        tolerance: largest residual of a column, as a share of the column's own length.
        start: a guess near the solution, which saves steps.

    Raises:
        ArithmeticError: no solution within :data:`MOST_STEPS`.
    """
    added = penalties[:, None]
    scale = products.diagonal[:, None] + added
    solution: Floats = np.zeros_like(wanted) if start is None else start.copy()
    residual: Floats = wanted.copy() if start is None else wanted - products @ start - added * start
    direction = residual / scale
    length = _dot(residual, direction)
    enough = tolerance * np.sqrt(_dot(wanted, wanted))
    for _ in range(MOST_STEPS):
        if (np.sqrt(_dot(residual, residual)) <= enough).all():
            return solution
        image = products @ direction + added * direction
        step = _ratio(length, _dot(direction, image))
        solution += step * direction
        residual -= step * image
        scaled = residual / scale
        before, length = length, _dot(residual, scaled)
        direction = scaled + _ratio(length, before) * direction
    raise ArithmeticError(f"no solution within {MOST_STEPS} steps: the penalty is too small, or a number is none")


def _dot(left: Floats, right: Floats) -> Floats:
    """Inner products, column by column."""
    products: Floats = np.einsum("ij,ij->j", left, right)
    return products


def _ratio(above: Floats, below: Floats) -> Floats:
    """Column by column; 0 where a column is solved, and nothing is left to divide by."""
    ratio: Floats = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return ratio
