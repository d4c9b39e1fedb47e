"""Learning linear models: ridge regression in its dual form, all labels of a group at once, measured on folds that hold stories apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from nlp.heads import Head
from nlp.labelled import Labelled, part_of
from nlp.linear import Bools, Floats, Linear, Places, Sparse, Vocabulary
from nlp.ridge import TOLERANCE, InnerProducts, solve

LEAST_TEXTS = 3
"""A feature of fewer texts (its plain copy counts too) is chance."""
FOLDS = 3
ON_FOLDS = 0.05
"""Tolerance of the models of the folds, which only choose numbers: figures as good as with 0.02, in a quarter fewer steps."""
WEIGHTS = {"frozen": 2.0, "fresh": 2.0, "hard": 2.0, "plain": 4.0, "natural": 1.5, "everyday": 0.5, "broad": 0.5, "recent": 0.5}
"""How often the texts of a round count. Labels of the first two were decided with most care; the plain texts are what most people write,
and one in thirty of all; the hard ones have the lowest figures on the folds, and half of what came after them was written where the
models were weak; of the everyday ones half is chatter far from the matter, and the broad ones count like them, so that what came before
keeps its share. What officers corrected is of no round and counts once."""


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


def counts(rows: Sequence[Labelled]) -> Floats:
    """How often each text counts."""
    return np.array([WEIGHTS.get(row.round, 1.0) if row.is_of_file else 1.0 for row in rows], dtype=np.float32)


@dataclass(frozen=True)
class Parts:
    """Parts of long texts, that do not teach: their features, one row a part, and which text (or copy) each belongs to."""

    matrix: csr_matrix
    owners: Places


@dataclass(frozen=True)
class Matrices:
    """Texts as a recipe reads them: their features, then those of their copies, one row each; and the parts of the long ones."""

    texts: csr_matrix
    parts: Parts

    @cached_property
    def differs(self) -> Bools:
        """Which texts differ from their copies."""
        n = self.texts.shape[0] // 2
        difference: Bools = np.asarray(abs(self.texts[:n] - self.texts[n:]).sum(axis=1)).ravel() > 0
        return difference


@dataclass(frozen=True)
class Opinion:
    """What models that have not seen the story say of labels: of texts (then of copies), and of parts; one column a label."""

    scores: Floats
    of_parts: Floats

    def of(self, labels: slice) -> "Opinion":
        """What they say of some of the labels."""
        return Opinion(self.scores[:, labels], self.of_parts[:, labels])


@dataclass(frozen=True)
class Lesson:
    """What was learned of a head, not calibrated yet: weights (one row a feature, one column a label) and biases."""

    weights: Floats
    bias: Floats
    opinion: Opinion


class Group:
    """Heads that one set of texts teaches, by one recipe.

    Ridge regression was measured to be as good as logistic regression here. Each text teaches with a copy typed without marks; one that
    was typed so is its own copy, and counts twice.

    Args:
        read: the texts; row i + n is the copy of text i without marks.
        rows: the n texts.
        penalty: of the ridge.
        teaches: which of the n texts teach.
    """

    def __init__(self, read: Matrices, rows: Sequence[Labelled], penalty: float, teaches: Bools) -> None:
        self._matrix, self._parts, self._rows, self._teaches, self._penalty = read.texts, read.parts, rows, teaches, penalty
        self._fold = folds_of(rows)
        self._differs = read.differs
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
        start, tolerance = (None, ON_FOLDS) if guess is None else (guess[places], TOLERANCE)
        duals[places] = solve(
            InnerProducts(features, wanted.shape[1]), self._penalty / often, wanted - means, start=start, tolerance=tolerance
        )
        ends = np.cumsum([gold.shape[1] for gold in golds])[:-1]
        weights = np.split(features.T @ duals[places], ends, axis=1)
        return list(zip(weights, np.split(means, ends), strict=True)), duals

    def out_of_fold(self, golds: Sequence[Bools]) -> tuple[list[Opinion], Floats]:
        """What models that have not seen the story say of each head.

        The second result: a guess at how much each row counts when all teach.
        """
        n, m = 2 * len(self._rows), self._parts.matrix.shape[0]
        widths = [gold.shape[1] for gold in golds]
        opinions = [Opinion(np.zeros((n, width), dtype=np.float32), np.zeros((m, width), dtype=np.float32)) for width in widths]
        fold_of_parts = self._fold[self._parts.owners % len(self._rows)]
        guess = np.zeros((n, sum(widths)), dtype=np.float32)
        for number in range(FOLDS):
            held, held_parts = self._both(self._fold == number), np.flatnonzero(fold_of_parts == number)
            solution, duals = self._solve(self._teaches & (self._fold != number), golds)
            guess += duals / (FOLDS - 1)
            for opinion, (weights, mean) in zip(opinions, solution, strict=True):
                opinion.scores[held] = self._matrix[held] @ weights + mean
                opinion.of_parts[held_parts] = self._parts.matrix[held_parts] @ weights + mean
        return opinions, guess

    def learn(self, golds: Sequence[Bools]) -> list[Lesson]:
        """What is learned of each head; ``golds``: of each head, one row a text, one column a label."""
        opinions, guess = self.out_of_fold(golds)
        solution, _ = self._solve(self._teaches, golds, guess)
        return [Lesson(weights, bias, opinion) for opinion, (weights, bias) in zip(opinions, solution, strict=True)]

    @property
    def taught(self) -> Places:
        """Places of the texts that teach, and of their copies."""
        return self._both(self._teaches)


def folds_of(rows: Sequence[Labelled]) -> Places:
    """The fold of each text: that of its story."""
    return np.array([int(part_of(row.story, "fold") * FOLDS) for row in rows], dtype=np.intp)


def gold_labels(head: Head, rows: Sequence[Labelled]) -> Bools:
    """One row a text, one column a label of the head."""
    return np.array([[label in head.gold(row) for label in head.labels] for row in rows])


def joined(models: Sequence[tuple[Head, Linear]]) -> Linear:
    """Several heads' models as one, labels prefixed with their head."""
    labels = [f"{head.name}:{label}" for head, model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for _, m in models], axis=1), np.concatenate([m.bias for _, m in models]))
