"""What is read of the texts that teach, of their copies without marks, and of the parts of the long ones among them."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from nlp.features import FeatureReader, Features, Reading
from nlp.labelled import Labelled
from nlp.linear import Floats, Sparse, Vocabulary, joint
from nlp.training import Matrices, Opinion, Parts, learn_vocabulary, to_matrix
from nlp.training_copies import without_marks
from nlp.views import VIEWS, views


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without looking for cycles among the millions of words that are read, of which there are none: a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


Vectors = list[dict[str, Sparse]]
"""Of texts, by source."""


def _readings(rows: Sequence[Labelled], read: FeatureReader) -> list[Reading]:
    """What is read of the texts and, after them, of their copies without marks."""
    requests = [row.request() for row in rows]
    return [read(request) for request in [*requests, *map(without_marks, requests)]]


def vectors(readings: Sequence[Reading], vocabulary: Vocabulary) -> Vectors:
    """The vectors of texts and, in the second half, of their copies without marks; what reads alike in both has one vector in both.

    Raises:
        ValueError: the readings are no texts with as many copies.
    """
    features = [reading.features for reading in readings]
    texts, copies = features[: len(features) // 2], features[len(features) // 2 :]
    of_texts = [vocabulary.vectors(text) for text in texts]
    of_copies = [
        {source: known[source] if names == text.get(source) else vocabulary.vector(source, names) for source, names in copy.items()}
        for text, copy, known in zip(texts, copies, of_texts, strict=True)
    ]
    return of_texts + of_copies


class LongTexts:
    """The long ones among texts and copies, with their parts: lead, then passages, text after text."""

    def __init__(self, readings: Sequence[Reading], rows: Sequence[Labelled]) -> None:
        self.long = np.array([reading.parts is not None for reading in readings])
        found = [(place, reading.parts) for place, reading in enumerate(readings) if reading.parts]
        self.places = np.array([place for place, _ in found], dtype=np.intp)
        self.kinds = [rows[place % len(rows)].kind for place, _ in found]
        self.presences = [parts.presence for _, parts in found]
        self.features: list[Features] = [features for _, parts in found for features in (parts.lead, *parts.passages)]
        counts = [1 + len(parts.passages) for _, parts in found]
        self.owners = np.repeat(self.places, counts)
        self._starts = np.cumsum([0, *counts])

    def views(self, opinion: Opinion) -> Floats:
        """Scores of a head by text, view and label."""
        stacked = [
            views(opinion.scores[place], opinion.of_parts[start], opinion.of_parts[start + 1 : end])
            for place, start, end in zip(self.places, self._starts, self._starts[1:], strict=False)
        ]
        return np.array(stacked, dtype=np.float32).reshape(len(stacked), len(VIEWS), opinion.scores.shape[1])


class TrainingTexts:
    """The texts, read.

    Args:
        rows: the texts.
        read: reads their features.
    """

    def __init__(self, rows: Sequence[Labelled], read: FeatureReader) -> None:
        with _undisturbed():
            self._read(rows, read)

    def _read(self, rows: Sequence[Labelled], read: FeatureReader) -> None:
        readings = _readings(rows, read)
        self.vocabulary = learn_vocabulary([reading.features for reading in readings])
        self.long = LongTexts(readings, rows)
        self._texts, self._parts = vectors(readings, self.vocabulary), [self.vocabulary.vectors(part) for part in self.long.features]
        self.long.features.clear()

    def as_read(self, lengths: Mapping[str, float]) -> Matrices:
        """Texts and copies, and the parts of the long ones, with sources of these lengths."""
        width = len(self.vocabulary.names)
        texts, parts = (to_matrix([joint(vector, lengths) for vector in some], width) for some in (self._texts, self._parts))
        return Matrices(texts, Parts(parts, self.long.owners))

    def forget(self) -> None:
        """Drop the vectors once the matrices are made: a gigabyte."""
        self._texts.clear()
        self._parts.clear()
