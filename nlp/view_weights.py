"""How much each view of a long text counts (:mod:`nlp.views`), learned on the folds: a few numbers a head, shared by its labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from nlp.excerpt import Presence
from nlp.linear import Bools, Floats, softmax
from nlp.views import VIEWS, only_the_excerpt

ENOUGH = 40
"""Texts below which nothing is learned: the excerpt alone counts."""
PENALTY = 1.0
"""Inverse penalty: a weak one, not chosen on anything, for a few numbers are learned from thousands of texts."""

Numbers = NDArray[np.float64]


def _rounded(numbers: Any) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def learn_relevance(scores: Floats, presences: Sequence[Presence], gold: Bools) -> dict[str, list[float]]:
    """Weights of relevance.

    Args:
        scores: of the texts' views: texts × views × 1.
        presences: of the insurances in each text.
        gold: texts × 1.
    """
    if len(gold) < ENOUGH or len(set(gold[:, 0].tolist())) < 2:
        return only_the_excerpt(presence=True)
    model = LogisticRegression(C=PENALTY).fit(np.column_stack([scores[:, :, 0], np.array(presences)]), gold[:, 0])
    of_views, of_presence = np.split(model.coef_[0], [len(VIEWS)])
    return {"views": _rounded(of_views), "offset": _rounded(model.intercept_), "presence": _rounded(of_presence)}


def learn_each(scores: Floats, gold: Bools) -> dict[str, list[float]]:
    """Weights of a head with any number of labels, the same for all; ``scores``: texts × views × labels, ``gold``: texts × labels."""
    if len(gold) < ENOUGH or not gold.any():
        return only_the_excerpt(presence=False)
    cells = scores.transpose(0, 2, 1).reshape(-1, len(VIEWS))
    model = LogisticRegression(C=PENALTY).fit(cells, gold.reshape(-1))
    return {"views": _rounded(model.coef_[0]), "offset": _rounded(model.intercept_), "presence": []}


def learn_together(scores: Floats, gold: Bools) -> dict[str, list[float]]:
    """Weights of a head that chooses one label: a softmax over weighed views, an offset for each label; shapes as in :func:`learn_each`."""
    if len(gold) < ENOUGH:
        return only_the_excerpt(presence=False)
    start = np.concatenate([[1.0], np.zeros(len(VIEWS) - 1 + gold.shape[1])])
    found = minimize(_loss, start, args=(scores.astype(np.float64), gold), jac=True, method="L-BFGS-B").x
    of_views, offset = np.split(found, [len(VIEWS)])
    return {"views": _rounded(of_views), "offset": _rounded(offset), "presence": []}


def _loss(numbers: Numbers, scores: Numbers, gold: Bools) -> tuple[float, Numbers]:
    """Negative log likelihood, penalised, and its gradient."""
    of_views, offset = np.split(numbers, [len(VIEWS)])
    probabilities = softmax((np.einsum("v,nvl->nl", of_views, scores) + offset).astype(np.float32)).astype(np.float64)
    loss = -np.log(np.clip(probabilities[gold], 1e-9, None)).sum() + (numbers @ numbers) / (2 * PENALTY)
    excess = probabilities - gold
    gradient = np.concatenate([np.einsum("nl,nvl->v", excess, scores), excess.sum(axis=0)]) + numbers / PENALTY
    return float(loss), gradient
