"""Storylines: conversations about one event, put together by the pairs of syllables that few others have, and by topic and place."""

import itertools
import math
from collections import Counter
from collections.abc import Collection, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from langnghe.places import NOWHERE
from langnghe.stories import syllables

Vectors = NDArray[np.float32]

_BUCKETS = 1 << 13
"""Pairs share so many numbers; two that meet by chance in a text of a hundred pairs move its cosine by about a hundredth."""
_COMMON = 0.15
"""Part of all texts from which a pair says nothing: "bảo hiểm", "y tế", the office's own name."""
_NEAREST = 3
"""Members of a storyline that a conversation is compared with: the nearest ones, for an event's words change as it goes on."""
_LEAST_MEAN = 0.75
_ELSEWHERE, _HERE = 0.5, 2.0
"""What the words' cosine is multiplied with: about another topic and place, and in addition about the same. Chosen with ``similar`` on the
demo's planted groups: three quarters more of a group in one storyline than by words alone, at the same purity."""


def _pairs(text: str) -> Counter[int]:
    words = syllables(text)
    return Counter(crc32(f"{one} {other}".encode()) % _BUCKETS for one, other in itertools.pairwise(words))


def vectors(texts: Sequence[str]) -> Vectors:
    """A row of length 1 for every text: TF-IDF of its pairs of syllables."""
    counted = [_pairs(text) for text in texts]
    holds = Counter(pair for counts in counted for pair in counts)
    most = max(_COMMON * len(texts), 3)
    weight = {pair: math.log(1 + len(texts) / number) for pair, number in holds.items() if 1 < number <= most}
    rows = np.zeros((len(texts), _BUCKETS), dtype=np.float32)
    for row, counts in zip(rows, counted, strict=True):
        for pair, number in counts.items():
            row[pair] = weight.get(pair, 0.0) * (1 + math.log(number))
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def cells(given: Sequence[Collection[tuple[str, str]]]) -> Vectors:
    """A row of length 1 for every set of (topic, province): one place for each pair, and half of one for its topic anywhere."""
    names = {name: i for i, name in enumerate(sorted({name for of_one in given for pair in of_one for name in (pair, (pair[0], ""))}))}
    rows = np.zeros((len(given), max(len(names), 1)), dtype=np.float32)
    for row, of_one in zip(rows, given, strict=True):
        for topic, province in of_one:
            row[names[topic, ""]] = 0.5
            row[names[topic, province]] = 1.0 if province != NOWHERE else 0.0
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def storylines(words: Vectors, places: Vectors, similar: float) -> list[int]:
    """The storyline of every row, in one pass in the given order (of time); it is the number of its first row.

    Args:
        words: what is said, of :func:`vectors`.
        places: of which topics and provinces, of :func:`cells`; the same words about the same place weigh five times those elsewhere.
        similar: least likeness of a storyline's nearest member.
    """
    of_row: list[int] = []
    for i in range(len(words)):
        like = (words[:i] @ words[i]) * (_ELSEWHERE + _HERE * (places[:i] @ places[i]))
        line = _nearest(like, of_row, similar)
        of_row.append(i if line is None else line)
    return of_row


def _nearest(likeness: Vectors, of_row: list[int], similar: float) -> int | None:
    """The storyline whose nearest members are most alike, if they are alike enough."""
    best: tuple[float, int] | None = None
    near: dict[int, list[float]] = {}
    for i in np.flatnonzero(likeness >= similar / 2).tolist():
        near.setdefault(of_row[i], []).append(float(likeness[i]))
    for line, found in near.items():
        nearest = sorted(found, reverse=True)[:_NEAREST]
        mean = sum(nearest) / len(nearest)
        if nearest[0] >= similar and mean >= similar * _LEAST_MEAN and (best is None or mean > best[0]):
            best = (mean, line)
    return best[1] if best else None
