"""The relevance of a text, weighed by how present the insurances are in it."""

from collections.abc import Sequence

import numpy as np

from nlp.excerpt import Presence
from nlp.linear import Floats


def unweighed(parts: int) -> list[float]:
    """Weights under which the models' logit alone counts, of a presence of so many parts."""
    return [1.0, *[0.0] * parts, 0.0]


def weighed(logits: Floats, presences: Sequence[Presence], weights: Sequence[float]) -> Floats:
    """Logits of texts' relevance; ``weights``: of the models' logit, of each part of the presence, and the offset."""
    of_logit, *of_presence, offset = weights
    result: Floats = (of_logit * logits + np.array(presences) @ np.array(of_presence) + offset).astype(np.float32)
    return result
