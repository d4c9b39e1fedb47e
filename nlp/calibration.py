"""The scores that several models give a label, made into one log odds: how much each of them counts is learned on the folds."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.linear import Bools, Floats

FEW = 8
"""A label of fewer texts is not learned."""
NEVER = -8.0
"""Offset of a label that is not learned."""
LEAST = 1e-3
"""How much each model counts at least: a higher score never makes a label less likely."""

Mixed = tuple[list[Floats], Floats]
"""For each model a matrix from its scores to the log odds, and the offsets."""


def _nothing(models: int, labels: int) -> Mixed:
    matrices = [np.zeros((labels, labels), dtype=np.float32) for _ in range(models)]
    return matrices, np.full(labels, NEVER, dtype=np.float32)


def calibrate_each(scores: Sequence[Floats], gold: Bools) -> Mixed:
    """Each label by itself (Platt 1999); a label of few texts never holds.

    Args:
        scores: of each model, texts × labels.
        gold: texts × labels; every text stands twice, as it is and without its marks.
    """
    matrices, offset = _nothing(len(scores), gold.shape[1])
    for label, holds in enumerate(gold.T):
        if FEW <= holds.sum() / 2 < len(gold) / 2:
            model = LogisticRegression(C=1e3).fit(np.column_stack([one[:, label] for one in scores]), holds)
            offset[label] = model.intercept_[0]
            for matrix, counts in zip(matrices, model.coef_[0], strict=True):
                matrix[label, label] = max(float(counts), LEAST)
    return matrices, offset


def calibrate_together(scores: Sequence[Floats], gold: Bools) -> Mixed:
    """Labels that exclude each other: the logits of a softmax over them; shapes as in :func:`calibrate_each`."""
    matrices, offset = _nothing(len(scores), gold.shape[1])
    present = np.flatnonzero(gold.any(axis=0))
    if len(present) > 2:
        model = LogisticRegression(C=10, max_iter=1000).fit(np.concatenate(scores, axis=1), gold.argmax(axis=1))
        offset[present] = model.intercept_
        for matrix, counts in zip(matrices, np.split(model.coef_, len(scores), axis=1), strict=True):
            matrix[:, present] = counts.T
    else:
        offset[present] = 0.0
        for matrix in matrices:
            matrix[:, present] = np.eye(len(matrix), dtype=np.float32)[:, present] / len(scores)
    return matrices, offset


def mixed(scores: Sequence[Floats], calibration: Mixed) -> Floats:
    """The log odds, one row a text."""
    matrices, offset = calibration
    found: Floats = np.sum([one @ matrix for one, matrix in zip(scores, matrices, strict=True)], axis=0) + offset
    return found.astype(np.float32)
