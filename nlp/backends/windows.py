"""Texts as a transformer reads them: in windows that overlap, for it reads 256 or 512 tokens at once and an article has 800."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from langnghe.documents import AnnotationRequest
from langnghe.folding import nfc
from nlp.backends.manifest import Manifest

OVERLAP = 0.25
"""Share of a window that the next one reads again, so that no sentence is seen only in halves."""
MOST_WINDOWS = 8
"""A text's further windows are not read: by then it has said what it is about."""
LONGEST = 40_000
"""Characters that are read of a text, as the shipped models do."""

Ids = NDArray[np.int64]


@cache
def _segmenter() -> Any:
    from underthesea import word_tokenize

    return word_tokenize


def model_text(request: AnnotationRequest, manifest: Manifest) -> str:
    """What a model reads of a request: context and title before the text, segmented where it was taught so."""
    parts = [part for part in (request.context, request.title, request.text) if part]
    text = " ".join(nfc("\n".join(parts))[:LONGEST].split())
    return str(_segmenter()(text, format="text")) if manifest.input_form == "segmented" and text else text


def windows(ids: Sequence[int], length: int) -> list[Sequence[int]]:
    """Runs of at most ``length`` tokens, each beginning within the one before; one empty run for an empty text."""
    step = max(int(length * (1 - OVERLAP)), 1)
    starts = range(0, max(len(ids) - length, 0) + step, step)
    return [ids[start : start + length] for start in starts][:MOST_WINDOWS]


class Encoder:
    """A tokenizer of the library ``transformers``, and the windows of its tokens."""

    def __init__(self, tokenizer: Any, max_length: int) -> None:
        self._tokenizer = tokenizer
        marks = list(tokenizer("")["input_ids"])
        self._begin, self._end = marks[:1], marks[1:]
        self._room = max_length - len(marks)
        self.padding = int(tokenizer.pad_token_id or 0)

    def __call__(self, text: str) -> list[list[int]]:
        """Token ids of each window of a text, with the marks of beginning and end."""
        ids = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return [[*self._begin, *window, *self._end] for window in windows(ids, self._room)]

    def padded(self, rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
        """Rows as a matrix, and which of its cells are tokens."""
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self.padding, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(row)], mask[place, : len(row)] = row, 1
        return ids, mask
