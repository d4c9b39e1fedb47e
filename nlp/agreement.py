"""Stance, intent and concern decided together: a complaint is seldom positive, praise needs no response, nor does what is not relevant."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.linear import Floats

TOGETHER = ("sentiment", "intent", "concern")
"""Heads that are decided together, in the order of the table's axes."""
POWER = 0.4
"""How much the table counts beside the texts' own words, chosen on the folds: the words already say a part of it."""

BORDER = 0.5
"""Relevance below which a text is not weighed with it: it is read only because another backend is sure that it is relevant."""
SHARE_OF_RELEVANCE = 0.5
"""Power of relevance that concern is weighed with. On the folds 0.5 and 1 were alike (kappa of short texts 0.733 and 0.736, of long ones
0.750 and 0.749; without any weight 0.725 and 0.741); :data:`nlp.best_numbers.NEARLY_BEST` says how one of them was taken."""


def learn_table(gold: Sequence[NDArray[np.intp]], sizes: Sequence[int]) -> Floats:
    """How much more often labels go together than by chance, to the power :data:`POWER`; ``gold``: class of each text by head."""
    counts = np.ones(sizes, dtype=np.float64)
    np.add.at(counts, tuple(gold), 1)
    together = counts / counts.sum()
    alone = [together.sum(axis=tuple(other for other in range(len(sizes)) if other != axis)) for axis in range(len(sizes))]
    chance = np.einsum("a,b,c->abc", *alone)
    table: Floats = ((together / chance) ** POWER).astype(np.float32)
    return table


def reconcile(probabilities: Sequence[Floats], table: Floats) -> list[Floats]:
    """Probabilities of each head, given the others'; one row a text."""
    joint = np.einsum("na,nb,nc,abc->nabc", *probabilities, table)
    joint /= joint.sum(axis=(1, 2, 3), keepdims=True)
    return [joint.sum(axis=tuple(other for other in (1, 2, 3) if other != axis)).astype(np.float32) for axis in (1, 2, 3)]


def with_relevance(grades: Floats, relevance: Floats) -> Floats:
    """Probabilities of the grades of concern of texts that may not be relevant, and whose concern would then be the first grade, 0.

    Decided so on three quarters of the folds' short texts (of w1 to w55), kappa on the last quarter was 0.753 and not 0.748, of long ones
    0.798 and 0.793; topics, stance and intent weighed in the same way were hardly better (0.000 to 0.001 of short texts).

    Args:
        grades: of relevant texts, over the last axis.
        relevance: the probability that each text is relevant.
    """
    share = np.where(relevance < BORDER, np.float32(1), relevance**SHARE_OF_RELEVANCE)[..., None]
    weighed: Floats = grades * share
    weighed[..., 0] += 1 - share[..., 0]
    return weighed
