"""Learning linear models: ridge regression in its dual form, all labels of a group at once, calibrated on folds that hold stories apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.heads import Head
from nlp.labelled import Labelled, part_of
from nlp.linear import Bools, Floats, Linear, Places, Sparse, Vocabulary
from nlp.ridge import InnerProducts, solve

LEAST_TEXTS = 3
"""A feature of fewer texts (its plain copy counts too) is chance."""
FOLDS = 3
WEIGHTS = {"frozen": 2.0, "fresh": 2.0, "hard": 2.0, "plain": 4.0, "natural": 1.5, "everyday": 0.5, "broad": 0.5, "recent": 0.5}
"""How often the texts of a round count. Labels of the first two were decided with most care; the plain texts are what most people write,
and one in thirty of all; the hard ones have the lowest figures on the folds, and half of what came after them was written where the
models were weak; of the everyday ones half is chatter far from the matter, and the broad ones count like them, so that what came before
keeps its share. What officers corrected is of no round and counts once."""
FEW = 8
"""A label of fewer texts is not learned."""


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
    values = np.concatenate([np.zeros(0, np.float32), *(vector.values for vector in vectors)])
    ids = np.concatenate([np.zeros(0, np.int32), *(vector.ids for vector in vectors)])
    matrix = csr_matrix((values, ids, ends), shape=(len(vectors), width))
    matrix.sum_duplicates()
    return matrix


def _differing(matrix: csr_matrix) -> Bools:
    """Which texts differ from their copies, which stand in the second half of the rows."""
    n = matrix.shape[0] // 2
    difference: Bools = np.asarray(abs(matrix[:n] - matrix[n:]).sum(axis=1)).ravel() > 0
    return difference


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


def counts(rows: Sequence[Labelled]) -> Floats:
    """How often each text counts."""
    return np.array([WEIGHTS.get(row.round, 1.0) if row.is_of_file else 1.0 for row in rows], dtype=np.float32)


@dataclass(frozen=True)
class Parts:
    """Parts of long texts, that do not teach: their features, one row a part, and which text (or copy) each belongs to."""

    matrix: csr_matrix
    owners: Places


@dataclass(frozen=True)
class Lesson:
    """What was learned of a head: weights (one row a feature, one column a label) and biases, calibrated.

    ``scores`` (one row a text, then one a copy) and ``of_parts`` are those of models that have not seen the story.
    """

    weights: Floats
    bias: Floats
    scores: Floats
    of_parts: Floats


class Group:
    """Heads that one set of texts teaches, by one recipe.

    Ridge regression was measured to be as good as logistic regression here. Each text teaches with a copy typed without marks; one that
    was typed so is its own copy, and counts twice.

    Args:
        matrix: features, one row a text; row i + n is the copy of text i without marks.
        rows: the n texts.
        penalty: of the ridge.
        teaches: which of the n texts teach.
        parts: of the long ones among them.
    """

    def __init__(self, matrix: csr_matrix, rows: Sequence[Labelled], penalty: float, teaches: Bools, parts: Parts) -> None:
        self._matrix, self._rows, self._teaches, self._penalty, self._parts = matrix, rows, teaches, penalty, parts
        self._fold = np.array([int(part_of(row.story, "fold") * FOLDS) for row in rows])
        self._differs = _differing(matrix)
        self._counts: Floats = counts(rows) * np.where(self._differs, 1, 2).astype(np.float32)

    def _both(self, mask: Bools) -> Places:
        """Places of the texts in ``mask`` and of their copies."""
        chosen = np.flatnonzero(mask)
        return np.concatenate([chosen, chosen + len(self._rows)])

    def teaching(self, mask: Bools) -> tuple[Places, Floats]:
        """Places of the rows that teach when the texts in ``mask`` do, and how often each counts."""
        places = np.concatenate([np.flatnonzero(mask), len(mask) + np.flatnonzero(mask & self._differs)])
        return places, self._counts[places % len(mask)]

    def _solve(self, mask: Bools, golds: Sequence[Bools], guess: Floats | None = None) -> tuple[list[tuple[Floats, Floats]], Floats]:
        """Weights and biases of each head, learned from the texts in ``mask``; the costly part is done once.

        The second result, and ``guess``: how much each row of the matrix counts for each label (0: it did not teach).
        """
        places, often = self.teaching(mask)
        features = self._matrix[places]
        wanted = np.concatenate([gold[places % len(mask)] for gold in golds], axis=1).astype(np.float32)
        means = np.average(wanted, axis=0, weights=often).astype(np.float32)
        duals = np.zeros((2 * len(mask), wanted.shape[1]), dtype=np.float32)
        start = None if guess is None else guess[places]
        duals[places] = solve(InnerProducts(features, wanted.shape[1]), self._penalty / often, wanted - means, start=start)
        ends = np.cumsum([gold.shape[1] for gold in golds])[:-1]
        weights = np.split(features.T @ duals[places], ends, axis=1)
        return list(zip(weights, np.split(means, ends), strict=True)), duals

    def out_of_fold(self, golds: Sequence[Bools]) -> tuple[list[tuple[Floats, Floats]], Floats]:
        """Scores of each head by models that have not seen the story: of the texts (the copies' in the second half), and of the parts.

        The second result: a guess at how much each row counts when all teach.
        """
        n, m = 2 * len(self._rows), self._parts.matrix.shape[0]
        scores = [(np.zeros((n, gold.shape[1]), dtype=np.float32), np.zeros((m, gold.shape[1]), dtype=np.float32)) for gold in golds]
        fold_of_parts = self._fold[self._parts.owners % len(self._rows)]
        guess = np.zeros((n, sum(gold.shape[1] for gold in golds)), dtype=np.float32)
        for number in range(FOLDS):
            held, held_parts = self._both(self._fold == number), np.flatnonzero(fold_of_parts == number)
            solution, duals = self._solve(self._teaches & (self._fold != number), golds)
            guess += duals / (FOLDS - 1)
            for (texts, parts), (weights, mean) in zip(scores, solution, strict=True):
                texts[held] = self._matrix[held] @ weights + mean
                parts[held_parts] = self._parts.matrix[held_parts] @ weights + mean
        return scores, guess

    def learn(self, golds: Sequence[Bools], together: Sequence[bool]) -> list[Lesson]:
        """What is learned of each head.

        Args:
            golds: of each head, one row a text, one column a label.
            together: whether a head's labels exclude each other.
        """
        scores, guess = self.out_of_fold(golds)
        solution, _ = self._solve(self._teaches, golds, guess)
        solved = zip(golds, together, scores, solution, strict=True)
        return [self._calibrated(gold, exclude, *of_head, *learned) for gold, exclude, of_head, learned in solved]

    def _calibrated(self, gold: Bools, together: bool, scores: Floats, of_parts: Floats, weights: Floats, bias: Floats) -> Lesson:
        known = self._both(self._teaches)
        calibrate = calibrate_together if together else calibrate_each
        matrix, offset = calibrate(scores[known], gold[known % len(self._rows)])
        return Lesson((weights @ matrix).astype(np.float32), bias @ matrix + offset, scores @ matrix + offset, of_parts @ matrix + offset)


def gold_labels(head: Head, rows: Sequence[Labelled]) -> Bools:
    """One row a text, one column a label of the head."""
    return np.array([[label in head.gold(row) for label in head.labels] for row in rows])


def joined(models: Sequence[tuple[Head, Linear]]) -> Linear:
    """Several heads' models as one, labels prefixed with their head."""
    labels = [f"{head.name}:{label}" for head, model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for _, m in models], axis=1), np.concatenate([m.bias for _, m in models]))
