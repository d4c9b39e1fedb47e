"""Stance, intent and concern decided together: a complaint is seldom positive, praise needs no response."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.linear import Floats

TOGETHER = ("sentiment", "intent", "concern")
"""Heads that are decided together, in the order of the table's axes."""
POWER = 0.4
"""How much the table counts beside the texts' own words, chosen on the folds: the words already say a part of it."""


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
