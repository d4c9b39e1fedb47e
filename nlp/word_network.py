"""A network of one hidden layer over the words of a text, which speaks of all labels at once.

A linear model adds up what each n-gram says of a label by itself. The units of this network are sums over n-grams too, but each serves
all labels, and is heard only where it is positive: it finds what several words say together, and what the labels have in common.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.linear import Floats, Sparse, load_arrays, pack, unpack, whole_numbers

LEVELS = 7
"""Weights of the words are whole numbers from -7 to 7, with one scale a unit: a third of the size of those up to 127. On 3,233 relevant
texts of writers whom a network had not seen, and on their copies, figures of five heads differed by -0.002 to 0.009 from those in full
precision."""
FILES = {"words_stance.npz": "stance", "words_topics.npz": "topics"}
"""The networks, and the recipe by which each reads a text (:data:`nlp.build.RECIPES`): two that read differently err differently."""


@dataclass(frozen=True)
class WordNetwork:
    """One hidden layer of rectified units over the features that it knows."""

    labels: list[str]
    """Each with its head's name."""
    features: NDArray[np.int32]
    """Places in the vocabulary, ascending."""
    words: Floats
    """Features × units."""
    words_bias: Floats
    output: Floats
    """Units × labels."""
    output_bias: Floats

    @cached_property
    def _rows(self) -> NDArray[np.int32]:
        """The row of each feature of the vocabulary, and -1 for one that the network does not know, as for all after the last."""
        rows = np.full(int(self.features[-1]) + 2, -1, dtype=np.int32)
        rows[self.features] = np.arange(len(self.features), dtype=np.int32)
        return rows

    def scores(self, vector: Sparse) -> Floats:
        """The score of each label."""
        rows = self._rows.take(vector.ids, mode="clip")
        known = rows >= 0
        units = np.maximum(vector.values[known] @ self.words[rows[known]] + self.words_bias, 0)
        scores: Floats = units @ self.output + self.output_bias
        return scores


def packed(numbers: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Whole numbers from -7 to 7, unit by unit, two in a byte: compressed, a tenth smaller than one in a byte."""
    flat = numbers.T.reshape(-1)
    pairs = np.append(flat, np.zeros(len(flat) % 2, dtype=np.int8)).reshape(-1, 2).astype(np.uint8) + np.uint8(LEVELS)
    return (pairs[:, 0] << 4 | pairs[:, 1]).astype(np.uint8)


def unpacked(pairs: NDArray[np.uint8], features: int, units: int) -> NDArray[np.int8]:
    """What :func:`packed` was given."""
    flat = np.stack([pairs >> 4, pairs & 15], axis=1).reshape(-1)[: features * units].astype(np.int8) - np.int8(LEVELS)
    return flat.reshape(units, features).T


def save_word_network(path: Path, network: WordNetwork) -> None:
    """Write it as ``path``."""
    words, scale = whole_numbers(network.words, LEVELS)
    np.savez_compressed(
        path,
        labels=pack(network.labels),
        features=network.features,
        words=packed(words),
        scale=scale,
        words_bias=network.words_bias,
        output=network.output.astype(np.float16),
        output_bias=network.output_bias,
    )


def load_word_network(path: Path) -> WordNetwork:
    """Read what :func:`save_word_network` wrote.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    arrays = load_arrays(path, "labels", "features", "words", "scale", "words_bias", "output", "output_bias")
    numbers = unpacked(arrays["words"], len(arrays["features"]), len(arrays["scale"]))
    words = np.ascontiguousarray(numbers).astype(np.float32) * arrays["scale"]
    output = arrays["output"].astype(np.float32)
    return WordNetwork(unpack(arrays["labels"]), arrays["features"], words, arrays["words_bias"], output, arrays["output_bias"])
