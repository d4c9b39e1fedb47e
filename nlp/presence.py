"""The relevance of a long text, weighed by how present the insurances are in it."""

from collections.abc import Sequence

import numpy as np

from nlp.excerpt import PARTS, Presence
from nlp.linear import Floats

UNWEIGHED = (1.0, *(0.0 for _ in range(PARTS)), 0.0)
"""Weights under which the models' logit alone counts."""


def weighed(logits: Floats, presences: Sequence[Presence], weights: Sequence[float]) -> Floats:
    """Logits of long texts' relevance; ``weights``: of the models' logit, of each part of the presence, and the offset."""
    of_logit, *of_presence, offset = weights
    result: Floats = (of_logit * logits + np.array(presences) @ np.array(of_presence) + offset).astype(np.float32)
    return result
