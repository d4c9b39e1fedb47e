"""Learning linear models: ridge regression in its dual form, all labels of a group at once, calibrated on folds that hold stories apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.excerpt import Presence
from nlp.heads import Head
from nlp.labelled import Labelled, part_of
from nlp.linear import Floats, Linear, Sparse, Vocabulary
from nlp.measures import quadratic_kappa
from nlp.presence import unweighed

PRESENCE_PENALTY = 0.5
"""Inverse penalty of :func:`learn_presence`, chosen for the long texts, which are few: from 0.3 to 1 the folds say the same."""
LEAST_TEXTS = 3
"""A feature of fewer texts (its plain copy counts too) is chance."""
FOLDS = 5
FEW = 8
"""A label of fewer texts is not learned."""

COMMON = 0.02
"""Share of the texts from which on a feature's column is multiplied as a dense one: 3,000 features of 180,000 make 99 % of the products."""

Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Recipe:
    """How a group of heads is learned, chosen on the folds: the length of each source of features, and the ridge penalty."""

    lengths: dict[str, float]
    penalty: float


def learn_vocabulary(texts: Sequence[dict[str, list[str]]]) -> Vocabulary:
    """The features of at least :data:`LEAST_TEXTS` texts."""
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update({name for names in text.values() for name in names})
    names = sorted(name for name, count in frequency.items() if count >= LEAST_TEXTS)
    counts = np.array([frequency[name] for name in names], dtype=np.float32)
    idf = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Vocabulary(names, idf.astype(np.float16).astype(np.float32))


def to_matrix(vectors: Sequence[Sparse], width: int) -> csr_matrix:
    """Vectors as the rows of a sparse matrix; a feature that stands twice in a vector counts with its sum."""
    ends = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
    values, ids = np.concatenate([v.values for v in vectors]), np.concatenate([v.ids for v in vectors])
    return csr_matrix((values, ids, ends), shape=(len(vectors), width))


def inner_products(matrix: csr_matrix) -> Floats:
    """The inner product of each row with each other: what common features add by dense algebra, the rest by sparse; a third of the time."""
    common = np.bincount(matrix.indices, minlength=matrix.shape[1]) > COMMON * matrix.shape[0]
    dense = matrix[:, np.flatnonzero(common)].toarray().astype(np.float32)
    rare = matrix[:, np.flatnonzero(~common)]
    products: Floats = dense @ dense.T
    products += (rare @ rare.T).toarray()
    return products


def calibrate_each(scores: Floats, gold: Bools) -> tuple[Floats, Floats]:
    """Matrix and offsets that make scores log odds, each label by itself (Platt 1999); a label of few texts never holds."""
    n = gold.shape[1]
    matrix, offset = np.zeros((n, n), dtype=np.float32), np.full(n, -8.0, dtype=np.float32)
    for i in range(n):
        if FEW <= gold[:, i].sum() / 2 < len(gold) / 2:
            model = LogisticRegression(C=1e3).fit(scores[:, [i]], gold[:, i])
            matrix[i, i], offset[i] = max(float(model.coef_[0, 0]), 1e-3), model.intercept_[0]
    return matrix, offset


def calibrate_together(scores: Floats, gold: Bools) -> tuple[Floats, Floats]:
    """Matrix and offsets that make scores the logits of a softmax over the labels."""
    n = gold.shape[1]
    matrix, offset = np.zeros((n, n), dtype=np.float32), np.full(n, -8.0, dtype=np.float32)
    present = np.flatnonzero(gold.any(axis=0))
    if len(present) > 2:
        model = LogisticRegression(C=10, max_iter=1000).fit(scores, gold.argmax(axis=1))
        matrix[:, present], offset[present] = model.coef_.T, model.intercept_
    else:
        matrix[:, present], offset[present] = np.eye(n, dtype=np.float32)[:, present], 0.0
    return matrix, offset


class Group:
    """Heads that one set of texts teaches, by one recipe.

    Ridge regression on n texts costs n³/3 however many labels there are, and was measured to be as good as logistic regression here.

    Args:
        matrix: features, one row a text; row i + n is the copy of text i without marks.
        products: of its rows (:func:`inner_products`).
        rows: the n texts.
        penalty: of the ridge.
        teaches: which of the n texts teach.
    """

    def __init__(self, matrix: csr_matrix, products: Floats, rows: Sequence[Labelled], penalty: float, teaches: Bools) -> None:
        self._matrix, self._kernel, self._rows, self._teaches, self._penalty = matrix, products, rows, teaches, penalty
        self._fold = np.array([int(part_of(row.story, "fold") * FOLDS) for row in rows])

    def _both(self, mask: Bools) -> Places:
        """Places of the texts in ``mask`` and of their copies."""
        chosen = np.flatnonzero(mask)
        return np.concatenate([chosen, chosen + len(self._rows)])

    def _solve(self, known: Places, golds: Sequence[Bools]) -> list[tuple[Floats, Floats]]:
        """Dual coefficients of the texts at ``known``, and the labels' means, of each head; the costly part is done once."""
        kernel = self._kernel[np.ix_(known, known)]
        kernel[np.diag_indices_from(kernel)] += self._penalty
        factor = cho_factor(kernel, overwrite_a=True, check_finite=False)
        targets = [gold[known % len(self._rows)].astype(np.float32) for gold in golds]
        return [(cho_solve(factor, wanted - wanted.mean(axis=0), check_finite=False), wanted.mean(axis=0)) for wanted in targets]

    def out_of_fold(self, golds: Sequence[Bools]) -> list[Floats]:
        """Each text's scores (the copies' in the second half) by models that have not seen its story; one column a label of each head."""
        scores = [np.zeros((2 * len(self._rows), gold.shape[1]), dtype=np.float32) for gold in golds]
        for number in range(FOLDS):
            known, held = self._both(self._teaches & (self._fold != number)), self._both(self._fold == number)
            between = self._kernel[np.ix_(held, known)]
            for of_head, (dual, mean) in zip(scores, self._solve(known, golds), strict=True):
                of_head[held] = between @ dual + mean
        return scores

    def learn(self, golds: Sequence[Bools], together: Sequence[bool]) -> list[tuple[Floats, Floats, Floats]]:
        """Calibrated weights (one row a feature, one column a label), biases and out-of-fold scores of each head.

        Args:
            golds: of each head, one row a text, one column a label.
            together: whether a head's labels exclude each other.
        """
        known = self._both(self._teaches)
        solved = zip(golds, together, self.out_of_fold(golds), self._solve(known, golds), strict=True)
        return [self._calibrated(known, gold, exclude, scores, *solution) for gold, exclude, scores, solution in solved]

    def _calibrated(
        self, known: Places, gold: Bools, together: bool, scores: Floats, dual: Floats, bias: Floats
    ) -> tuple[Floats, Floats, Floats]:
        calibrate = calibrate_together if together else calibrate_each
        matrix, offset = calibrate(scores[known], gold[known % len(self._rows)])
        weights = (self._matrix[known].T @ dual) @ matrix
        return weights.astype(np.float32), bias @ matrix + offset, scores @ matrix + offset


def gold_labels(head: Head, rows: Sequence[Labelled]) -> Bools:
    """One row a text, one column a label of the head."""
    return np.array([[label in head.gold(row) for label in head.labels] for row in rows])


def f1(gold: Bools, chosen: Bools) -> float:
    """F1 over all cells."""
    right = int((gold & chosen).sum())
    return 2 * right / max(int(gold.sum()) + int(chosen.sum()), 1)


def learn_presence(logits: Floats, presences: Sequence[Presence], gold: Places | Bools) -> list[float]:
    """Weights under which a text's relevance follows from its logit and how present the insurances are in it.

    Of the logit, of each part of the presence, and the offset; without texts of both classes the logit alone counts.
    """
    if len(set(gold.tolist())) < 2:
        return unweighed(len(presences[0]))
    model = LogisticRegression(C=PRESENCE_PENALTY).fit(np.column_stack([logits, np.array(presences)]), gold)
    return [round(float(weight), 4) for weight in (*model.coef_[0], model.intercept_[0])]


def macro_f1(gold: Places, chosen: Places, classes: int) -> float:
    """Mean F1 over the classes that occur."""
    present = [c for c in range(classes) if (gold == c).any()]
    return float(np.mean([f1(gold == c, chosen == c) for c in present]))


def best_multipliers(probabilities: Floats, gold: Places) -> Floats:
    """A factor for each class under which the likeliest class gives the best macro-F1: coordinate ascent from 1."""
    classes = probabilities.shape[1]
    factors = np.ones(classes, dtype=np.float32)
    for step in (1.5, 1.25, 1.1):
        for c in list(range(classes)) * 2:
            tried = [factors * np.where(np.arange(classes) == c, factor, 1) for factor in (1, 1 / step, step)]
            factors = tried[int(np.argmax([macro_f1(gold, (probabilities * t).argmax(axis=1), classes) for t in tried]))]
    best: Floats = (factors / factors.max()).astype(np.float32)
    return best


def best_cuts(expected: Floats, gold: Places) -> tuple[float, float]:
    """Where to cut an expected grade into 0, 1 and 2 for the best quadratic kappa."""
    low, high = np.arange(0.2, 0.95, 0.05), np.arange(1.0, 1.75, 0.05)
    tried = [(quadratic_kappa(np.stack([gold, grade(expected, (a, b))], axis=1)), a, b) for a in low for b in high]
    _, a, b = max(tried)
    return float(a), float(b)


def grade(expected: Floats, cuts: tuple[float, float]) -> Places:
    """Grades 0, 1 and 2 of expected grades."""
    return (expected >= cuts[0]).astype(np.intp) + (expected >= cuts[1])


def joined(models: Sequence[tuple[Head, Linear]]) -> Linear:
    """Several heads' models as one, labels prefixed with their head."""
    labels = [f"{head.name}:{label}" for head, model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for _, m in models], axis=1), np.concatenate([m.bias for _, m in models]))
