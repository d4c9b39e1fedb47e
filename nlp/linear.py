"""Linear models over sparse features: TF-IDF and probabilities with numpy alone, in files that hold nothing that runs."""

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from langnghe.errors import ConfigurationError

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


class Sparse(NamedTuple):
    """A vector: ``values[i]`` at place ``ids[i]``."""

    ids: NDArray[np.int32]
    values: Floats


UNSCALED = frozenset("by")
"""Kinds of features that each count alike and for themselves, however many stand beside them: concepts said or not."""


class Vocabulary:
    """The known features with their inverse document frequencies.

    Args:
        names: features, sorted; the first letter is the kind.
        idf: their inverse document frequencies.
    """

    def __init__(self, names: Sequence[str], idf: Floats) -> None:
        self.names, self.idf = names, idf
        self._places = {name: place for place, name in enumerate(names)}

    def vectors(self, features: Mapping[str, Iterable[str]]) -> dict[str, Sparse]:
        """Sublinear TF-IDF of a text's features by source, each scaled to length 1 so that a long one doesn't drown the others."""
        return {source: self.vector(source, names) for source, names in features.items()}

    def vector(self, source: str, features: Iterable[str]) -> Sparse:
        """The features of one source, of length 1; those of :data:`UNSCALED` count 1 each."""
        counts = Counter(map(self._places.get, features))
        counts.pop(None, None)
        ids = np.fromiter(counts, np.int32, len(counts))
        if source in UNSCALED:
            return Sparse(ids, np.ones(len(counts), dtype=np.float32))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[ids]
        length = float(np.sqrt(values @ values)) or 1.0
        return Sparse(ids, (values / length).astype(np.float32))


def joint(vectors: Mapping[str, Sparse], lengths: Mapping[str, float]) -> Sparse:
    """The vectors of all sources as one of length 1, each stretched by its length; a feature may stand twice, its values then add up.

    The length is that of the values side by side. Of one length, a text with a title, a context and many concepts teaches no more than
    a bare one.
    """
    parts = [(vectors[source], length) for source, length in lengths.items() if source in vectors]
    if not parts:
        return Sparse(np.zeros(0, np.int32), np.zeros(0, np.float32))
    ids = np.concatenate([part.ids for part, _ in parts])
    values = np.concatenate([part.values * np.float32(length) for part, length in parts])
    length = float(np.sqrt(values @ values)) or 1.0
    return Sparse(ids, (values / length).astype(np.float32))


class Linear(NamedTuple):
    """Models over one vocabulary, calibrated: the logistic (of heads that choose one: the softmax) of their scores is a probability."""

    labels: list[str]
    weights: Floats
    """One row a feature, one column a label."""
    bias: Floats

    def scores(self, vector: Sparse) -> Floats:
        """The score of each label."""
        scores: Floats = vector.values @ self.weights[vector.ids] + self.bias
        return scores


def logistic(scores: Floats) -> Floats:
    """1 / (1 + e^-score), without overflow."""
    result: Floats = (0.5 * (1 + np.tanh(0.5 * scores))).astype(np.float32)
    return result


def softmax(scores: Floats) -> Floats:
    """Probabilities that add up to 1 over the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = (raised / raised.sum(axis=-1, keepdims=True)).astype(np.float32)
    return result


def pack(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without line breaks as an array that a file takes without pickling."""
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def unpack(packed: NDArray[np.uint8]) -> list[str]:
    """The texts that :func:`pack` was given."""
    return packed.tobytes().decode().split("\n")


def save_vocabulary(path: Path, vocabulary: Vocabulary) -> None:
    """Write the vocabulary as ``path``."""
    np.savez_compressed(path, names=pack(vocabulary.names), idf=vocabulary.idf.astype(np.float16))


def load_vocabulary(path: Path) -> Vocabulary:
    """Read what :func:`save_vocabulary` wrote.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    arrays = load_arrays(path, "names", "idf")
    return Vocabulary(unpack(arrays["names"]), arrays["idf"].astype(np.float32))


LEVELS = 127
"""Weights are whole numbers from -127 to 127, in steps of each label's own size."""
FINER = 0.2
"""How much finer the steps are for a feature that more texts have: its inverse document frequency, raised from e by this. Scores of 870
texts differ by 0.05 of their standard deviation from those in steps of one size, at 0.6 of the size that these take; 63 steps of one
size, which take more, differ by 0.08."""


def step_sizes(vocabulary: Vocabulary) -> Floats:
    """The steps in which each feature's weights are written, before each label's own."""
    sizes: Floats = np.exp(FINER * vocabulary.idf).astype(np.float32)
    return sizes


def whole_numbers(weights: Floats, levels: int) -> tuple[NDArray[np.int8], Floats]:
    """Weights as whole numbers up to ``levels``, and the scale of each column."""
    scale = np.abs(weights).max(axis=0, initial=0) / levels
    scale[scale == 0] = 1
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


def save_linear(path: Path, model: Linear, steps: Floats) -> None:
    """Write a model, its weights as whole numbers up to :data:`LEVELS`; ``steps``: of each feature (:func:`step_sizes`)."""
    numbers, scale = whole_numbers(model.weights / steps[:, None], LEVELS)
    np.savez_compressed(path, labels=pack(model.labels), weights=np.ascontiguousarray(numbers.T), scale=scale, bias=model.bias)


def load_linear(path: Path, steps: Floats) -> Linear:
    """Read what :func:`save_linear` wrote with the same steps.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    arrays = load_arrays(path, "labels", "weights", "scale", "bias")
    if arrays["weights"].shape[1] != len(steps):
        raise _damaged(path, "it has another number of features than the vocabulary")
    weights = np.ascontiguousarray(arrays["weights"].T).astype(np.float32) * arrays["scale"] * steps[:, None]
    return Linear(unpack(arrays["labels"]), weights, arrays["bias"])


def _damaged(path: Path, error: object) -> ConfigurationError:
    return ConfigurationError(f"{path}: {error}", "Restore the model files, or build them with: langnghe train.")


def load_arrays(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    """The arrays of a model file, which has those of ``names`` at least.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = dict(arrays)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from None
    if missing := [name for name in names if name not in found]:
        raise _damaged(path, f"it has no {', '.join(missing)}")
    return found
