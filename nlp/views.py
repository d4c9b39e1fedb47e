"""A long text read in several ways: what its excerpt, its lead and its passages say of a label, weighed into one score.

Nearly all texts that teach are short, so that a passage is read more surely than an article; but an article is about more than each of
its passages. How much each way counts is learned on the long texts among the labelled ones (:mod:`nlp.view_weights`).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from langnghe.documents import Kind
from nlp.excerpt import Presence
from nlp.linear import Floats

VIEWS = ("excerpt", "lead", "most", "mean")
"""The excerpt; title and lead; the passage that says most for a label; the mean of the passages."""

Weights = Mapping[str, Sequence[float]]
"""``views``: of each view's score; ``offset``: of each label or of all; ``presence``: of each part of the presence, for relevance."""


IN_PRINT: dict[str, list[float]] = {
    "views": [0.25, 0.36, 0.61, -0.25],
    "presence": [0.96, 1.1, -0.09, 0.77, 0.6],
    "offset": [-1.11],
}
"""Weights of relevance in newspaper articles: a logistic regression (inverse penalty 0.1) on the labelled long articles, by models that had
not seen them, and on 420 printed ones of 2017 to 2019 that were read for it and may not be passed on; these counted twice as much. In
print the presence of the insurances tells more, and the words around less, than where texts were written to be hard. When they were
chosen, with a threshold of 0.5, F1 on 200 other printed articles was 0.863 with these weights and 0.805 with those that the labelled
texts alone teach; on the labelled articles kept for tests 0.933 and 0.943."""


def of_relevance(kind: Kind) -> str:
    """The name under which the weights of a long text's relevance are kept."""
    return "relevant in print" if kind == "news" else "relevant"


def views(excerpt: Floats, lead: Floats, passages: Floats) -> Floats:
    """Scores of each view, one row a view; ``passages`` has one row a passage, and where there is none the excerpt speaks for them."""
    said = passages if len(passages) else excerpt[None]
    return np.stack([excerpt, lead, said.max(axis=0), said.mean(axis=0)])


def only_the_excerpt(presence: bool) -> dict[str, list[float]]:
    """Weights under which the excerpt alone counts."""
    return {"views": [1.0, 0.0, 0.0, 0.0], "offset": [0.0], "presence": [0.0] * 5 if presence else []}


def weighed(scores: Floats, weights: Weights, presence: Presence = ()) -> Floats:
    """One score for each label of a head from those of its views; ``scores``: one row a view, or a stack of such."""
    of_presence = float(np.dot(presence, weights["presence"])) if weights["presence"] else 0.0
    result: Floats = (np.einsum("v,...vl->...l", weights["views"], scores) + weights["offset"] + of_presence).astype(np.float32)
    return result
