"""Building the shipped models: one-vs-rest logistic regression, calibrated and with thresholds from folds that hold stories apart."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.features import features
from nlp.heads import Head
from nlp.labelled import Labelled, part_of
from nlp.linear import Floats, Linear, Sparse, Vocabulary
from nlp.concepts import ConceptFinder
from nlp.tokens import Tokeniser
from nlp.training_copies import without_marks

BLOCKS = {"w": 1.0, "f": 0.7, "c": 0.5, "x": 0.7, "s": 0.3, "l": 0.7, "y": 0.4}
"""Length of each block of features, chosen on the folds."""
LEAST_TEXTS = 3
"""A feature of fewer texts (its plain copy counts too) is chance."""
STRENGTH = 2.0
"""Inverse strength of the L2 penalty, chosen on the folds."""
FOLDS = 5
FEW = 8
"""A label of fewer texts is not learned."""

Bools = NDArray[np.bool_]


def learn_vocabulary(texts: Sequence[dict[str, list[str]]], blocks: dict[str, float]) -> Vocabulary:
    """The features of at least :data:`LEAST_TEXTS` texts."""
    frequency: Counter[str] = Counter()
    for text in texts:
        frequency.update({name for block in text.values() for name in block})
    names = sorted(name for name, count in frequency.items() if count >= LEAST_TEXTS)
    counts = np.array([frequency[name] for name in names], dtype=np.float32)
    idf = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Vocabulary(names, idf.astype(np.float16).astype(np.float32), blocks)


def to_matrix(vectors: Sequence[Sparse], width: int) -> csr_matrix:
    """Vectors as the rows of a sparse matrix."""
    ends = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
    values, ids = np.concatenate([v.values for v in vectors]), np.concatenate([v.ids for v in vectors])
    return csr_matrix((values, ids, ends), shape=(len(vectors), width))


def _fit(matrix: csr_matrix, gold: Bools) -> tuple[Floats, float]:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)
    model.fit(matrix, gold)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _platt(scores: Floats, gold: Bools) -> tuple[float, float]:
    """Slope and offset that make scores log odds (Platt 1999)."""
    model = LogisticRegression(C=1e3, solver="lbfgs").fit(scores.reshape(-1, 1), gold)
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


class Trainer:
    """Holds the training texts as matrices: row i is a text, row i + n its copy without marks."""

    def __init__(self, rows: Sequence[Labelled], tokenise: Tokeniser, concepts: ConceptFinder) -> None:
        self.rows = list(rows)
        requests = [row.request() for row in rows]
        texts = [features(request, tokenise, concepts) for request in [*requests, *map(without_marks, requests)]]
        self.vocabulary = learn_vocabulary(texts, BLOCKS)
        self.matrix = to_matrix([self.vocabulary.vector(text) for text in texts], len(self.vocabulary.names))
        self.fold_of = np.array([int(part_of(row.story, "fold") * FOLDS) for row in rows])

    def _both(self, mask: Bools) -> NDArray[np.intp]:
        """Places of the texts in ``mask`` and of their copies."""
        chosen = np.flatnonzero(mask)
        return np.concatenate([chosen, chosen + len(self.rows)])

    def out_of_fold(self, gold: Bools, teaches: Bools) -> Floats:
        """Each text's score by a model that has not seen its story; a copy's in the second half."""
        scores = np.zeros(2 * len(self.rows), dtype=np.float32)
        for number in range(FOLDS):
            seen, held = self._both(teaches & (self.fold_of != number)), self._both(self.fold_of == number)
            if not gold[seen % len(self.rows)].any():
                continue
            weights, bias = _fit(self.matrix[seen], gold[seen % len(self.rows)])
            scores[held] = self.matrix[held] @ weights + bias
        return scores

    def learn(self, gold: Bools, teaches: Bools) -> tuple[Floats, float, Floats]:
        """Calibrated weights and bias of one label, and its calibrated out-of-fold scores."""
        known = self._both(teaches)
        scores = self.out_of_fold(gold, teaches)
        slope, offset = _platt(scores[known], gold[known % len(self.rows)])
        weights, bias = _fit(self.matrix[known], gold[known % len(self.rows)])
        return weights * slope, bias * slope + offset, scores * slope + offset

    def learn_head(self, head: Head) -> tuple[Linear, Floats, Bools]:
        """A head's model, its out-of-fold scores and the gold labels, one column a label."""
        gold = np.array([[label in head.gold(row) for label in head.labels] for row in self.rows])
        teaches = np.array([row.relevant or not head.relevant_only for row in self.rows])
        width, n = len(self.vocabulary.names), len(head.labels)
        weights, bias = np.zeros((width, n), dtype=np.float32), np.full(n, -8, dtype=np.float32)
        scores = np.full((2 * len(self.rows), n), -8, dtype=np.float32)
        for i in range(n):
            if FEW <= gold[teaches, i].sum() < teaches.sum():
                weights[:, i], bias[i], scores[:, i] = self.learn(gold[:, i], teaches)
        return Linear(list(head.labels), weights, bias), scores, gold


def f1(gold: Bools, chosen: Bools) -> float:
    """F1 over all cells."""
    right = int((gold & chosen).sum())
    return 2 * right / max(int(gold.sum()) + int(chosen.sum()), 1)


def best_threshold(probabilities: Floats, gold: Bools) -> float:
    """The threshold with the best F1 over all cells."""
    candidates = np.arange(0.1, 0.9, 0.02)
    return float(candidates[int(np.argmax([f1(gold, probabilities >= t) for t in candidates]))])


def macro_f1(gold: NDArray[np.intp], chosen: NDArray[np.intp], classes: int) -> float:
    """Mean F1 over the classes that occur."""
    present = [c for c in range(classes) if (gold == c).any()]
    return float(np.mean([f1(gold == c, chosen == c) for c in present]))


def best_multipliers(probabilities: Floats, gold: NDArray[np.intp]) -> Floats:
    """A factor for each class under which the likeliest class gives the best macro-F1: coordinate ascent from 1."""
    classes = probabilities.shape[1]
    factors = np.ones(classes, dtype=np.float32)
    for step in (1.5, 1.25, 1.1):
        for c in list(range(classes)) * 2:
            tried = [factors * np.where(np.arange(classes) == c, factor, 1) for factor in (1 / step, 1, step)]
            quality = [macro_f1(gold, (probabilities * t).argmax(axis=1), classes) for t in tried]
            factors = tried[1] if quality[1] >= max(quality) - 1e-9 else tried[int(np.argmax(quality))]
    best: Floats = (factors / factors.max()).astype(np.float32)
    return best


def joined(models: Sequence[tuple[Head, Linear]]) -> Linear:
    """Several heads' models as one, labels prefixed with their head."""
    labels = [f"{head.name}:{label}" for head, model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for _, m in models], axis=1), np.concatenate([m.bias for _, m in models]))
