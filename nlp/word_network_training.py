"""Learning the networks over words (:mod:`nlp.word_network`): of the folds, to decide on, and of all texts.

scikit-learn's network changes every weight after each batch of texts, of which a batch knows a tenth at most: with 100,000 features and 128
units a pass over 48,000 texts took 18 s. This one changes the rows of the features that the batch has, each by a step of its own (Adagrad,
Duchi et al. 2011, with one number a row as in Naumov et al. 2019, arXiv:1906.00091): with 120,000 features a pass took 3 to 4 s, and
figures were better.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed, parallel_config
from scipy.sparse import csr_matrix

from nlp.linear import Bools, Floats, Places, logistic

UNITS, FEATURES = 192, 60_000
"""Of 40,000 to 400,000 features and 128 to 320 units (w1 to w67 taught, 3,233 relevant texts of w68 to w83 measured) more units helped
topics and subtopics, more features intent and stance, each by up to 0.01. These fill what the model files may take."""
PASSES, BATCH, RATE, OUTPUT_RATE = 6, 256, 0.05, 0.003
"""Twice the rate, half the batch and two passes more were within 0.006 of these in each figure, better here and worse there; a rate of 0.03
from wider first weights lost 0.006 in topics and 0.013 in subtopics."""
WORDS_LEFT_OUT, UNITS_LEFT_OUT = 0.5, 0.3
"""Share of the features of a text, and of the units, that a pass does without (dropout, Srivastava et al. 2014). With a third of the
features left out (and two passes more) topics, subtopics and stance were 0.002 to 0.007 better than with none, with half of them (and four
passes more) 0.005 to 0.011."""
STRETCH = 3.0
"""Of the vectors, which have length 1."""
START, SPREAD = 0.05, -3.0
"""Standard deviation of the first weights of the words; first bias of each output, for most labels hold of few texts."""
TOGETHER = 4096
"""Texts whose units are worked out at a time: of all of them they would take 130 MB more."""
AT_ONCE = 2
"""Networks that are learned at a time, each on one core."""


class Weights(NamedTuple):
    """What is learned, as in :class:`nlp.word_network.WordNetwork`."""

    words: Floats
    words_bias: Floats
    output: Floats
    output_bias: Floats

    def scores(self, rows: csr_matrix) -> Floats:
        """The score of each label, one row a text."""
        parts = (rows[start : start + TOGETHER] for start in range(0, rows.shape[0], TOGETHER))
        found = [np.maximum(part @ self.words + self.words_bias, 0) @ self.output + self.output_bias for part in parts]
        return np.concatenate([np.zeros((0, len(self.output_bias)), np.float32), *found])


@dataclass(frozen=True)
class Lessons:
    """What teaches a network, one row a text or copy.

    ``often``: how often the text counts for each label; 0 where the label does not concern it.
    """

    rows: csr_matrix
    wanted: Bools
    often: Floats


class _Adam:
    """Steps for a dense array (Kingma and Ba 2015)."""

    def __init__(self, array: Floats) -> None:
        self.array, self._mean, self._square, self._steps = array, np.zeros_like(array), np.zeros_like(array), 0

    def step(self, gradient: Floats, rate: float) -> None:
        self._steps += 1
        self._mean += np.float32(0.1) * (gradient - self._mean)
        self._square += np.float32(0.001) * (gradient * gradient - self._square)
        size = rate * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        self.array -= np.float32(size) * self._mean / (np.sqrt(self._square) + np.float32(1e-8))


class _Words:
    """Weights of the words, of which a step changes those that stand in its texts."""

    def __init__(self, weights: Floats) -> None:
        self.weights, self._squares = weights, np.zeros(len(weights), dtype=np.float32)
        self._place = np.zeros(len(weights), dtype=np.int32)

    def of(self, rows: csr_matrix) -> tuple[csr_matrix, Places]:
        """The rows with columns for the features that they have, and which these are."""
        stands = np.zeros(len(self.weights), dtype=bool)
        stands[rows.indices] = True
        features = np.flatnonzero(stands)
        self._place[features] = np.arange(len(features), dtype=np.int32)
        return csr_matrix((rows.data, self._place[rows.indices], rows.indptr), shape=(rows.shape[0], len(features))), features

    def step(self, features: Places, gradient: Floats, rate: float) -> None:
        self._squares[features] += np.einsum("ij,ij->i", gradient, gradient) / gradient.shape[1]
        size = np.float32(rate) / (np.sqrt(self._squares[features]) + np.float32(1e-8))
        self.weights[features] -= size[:, None] * gradient


def _without_some(rows: csr_matrix, chance: np.random.Generator) -> csr_matrix:
    """The rows without some of their features; what is left counts for more, so that a text keeps its weight."""
    kept = chance.random(len(rows.data), dtype=np.float32) >= WORDS_LEFT_OUT
    ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return csr_matrix((rows.data[kept] / np.float32(1 - WORDS_LEFT_OUT), rows.indices[kept], ends), shape=rows.shape)


class _Learning:
    """A network while it is learned."""

    def __init__(self, features: int, outputs: int, chance: np.random.Generator) -> None:
        first = chance.standard_normal((features, UNITS), dtype=np.float32) * np.float32(START)
        output = chance.standard_normal((UNITS, outputs), dtype=np.float32) * np.float32(np.sqrt(0.5 / UNITS))
        self._chance, self._words, self._words_bias = chance, _Words(first), _Adam(np.zeros(UNITS, dtype=np.float32))
        self._output, self._output_bias = _Adam(output), _Adam(np.full(outputs, SPREAD, dtype=np.float32))

    def step(self, rows: csr_matrix, wanted: Floats, often: Floats, left: float) -> None:
        """Learn from some texts, by the cross-entropy of each label; ``left``: the share of the rate that is left."""
        seen, features = self._words.of(_without_some(rows, self._chance))
        sums = seen @ self._words.weights[features] + self._words_bias.array
        heard = (self._chance.random(sums.shape, dtype=np.float32) >= UNITS_LEFT_OUT) / np.float32(1 - UNITS_LEFT_OUT) * (sums > 0)
        units = sums * heard
        excess = (logistic(units @ self._output.array + self._output_bias.array) - wanted) * often / np.float32(len(wanted))
        of_sums = excess @ self._output.array.T * heard
        self._output.step(units.T @ excess, OUTPUT_RATE * left)
        self._output_bias.step(excess.sum(axis=0), OUTPUT_RATE * left)
        self._words_bias.step(of_sums.sum(axis=0), OUTPUT_RATE * left)
        self._words.step(features, seen.T @ of_sums, RATE * left)

    def weights(self) -> Weights:
        return Weights(self._words.weights, self._words_bias.array, self._output.array, self._output_bias.array)


def learn(lessons: Lessons, texts: Places, seed: int) -> Weights:
    """The network that some of the texts teach; the same for the same seed, on one core of the same machine."""
    chance = np.random.default_rng(seed)
    learning = _Learning(lessons.rows.shape[1], lessons.wanted.shape[1], chance)
    often = lessons.often / max(lessons.often[texts].max(axis=1).mean(), np.float32(1e-6))
    batches = -(-len(texts) // BATCH)
    for number in range(PASSES):
        order = chance.permutation(texts)
        for batch in range(batches):
            some = order[batch * BATCH : (batch + 1) * BATCH]
            left = max(1 - (number * batches + batch) / (PASSES * batches), 0.02)
            learning.step(lessons.rows[some], lessons.wanted[some].astype(np.float32), often[some], left)
    return learning.weights()


def commonest(rows: csr_matrix) -> Places:
    """The features that stand in most rows, :data:`FEATURES` at most, ascending."""
    count = np.bincount(rows.indices, minlength=rows.shape[1])
    chosen = np.argsort(-count, kind="stable")[:FEATURES]
    return np.sort(chosen[count[chosen] > 0])


class Said(NamedTuple):
    """A network, and the scores that networks which have not seen the story give: of the texts, and of parts of long ones."""

    weights: Weights
    features: Places
    scores: Floats
    of_parts: Floats


def learn_word_network(lessons: Lessons, folds: Places, parts: csr_matrix, fold_of_parts: Places, seed: int) -> Said:
    """The network of all texts, and what those of the folds say.

    Args:
        lessons: of all texts and copies.
        folds: of each of them.
        parts: features of parts of long texts, one row a part.
        fold_of_parts: the fold of the text that each belongs to.
        seed: of chance.
    """
    features = commonest(lessons.rows)
    rows, of_parts = ((matrix[:, features] * np.float32(STRETCH)).tocsr() for matrix in (lessons.rows, parts))
    stretched = Lessons(rows, lessons.wanted, lessons.often)
    numbers = np.unique(folds)
    taught = [np.flatnonzero(folds != number) for number in numbers] + [np.arange(len(folds))]
    with parallel_config(backend="loky", inner_max_num_threads=1):
        *found, whole = Parallel(n_jobs=AT_ONCE)(delayed(learn)(stretched, texts, seed) for texts in taught)
    scores: Floats = np.zeros(lessons.wanted.shape, dtype=np.float32)
    scores_of_parts: Floats = np.zeros((len(fold_of_parts), lessons.wanted.shape[1]), dtype=np.float32)
    for number, weights in zip(numbers, found, strict=True):
        scores[folds == number] = weights.scores(rows[folds == number])
        scores_of_parts[fold_of_parts == number] = weights.scores(of_parts[fold_of_parts == number])
    return Said(whole._replace(words=whole.words * np.float32(STRETCH)), features, scores, scores_of_parts)
