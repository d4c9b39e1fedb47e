"""``langnghe evaluate``: figures of the frozen test, slices of it, and where the machine is most wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from langnghe.documents import Kind
from langnghe.places import MERGER
from nlp.annotator import Annotator
from nlp.labelled import Labelled
from nlp.measures import Figure, Judged, measure
from nlp.training_copies import without_marks

_MOCKERY = re.compile(r"[🙃🤡😏🤦🤷🙄😒🐢🥱]|\b(?:hay ghê|giỏi ghê|tuyệt vời ông mặt trời|cảm ơn nhé|vui ghê|sướng ghê|quý hóa|đúng là)\b")
"""Marks sarcasm in part of the cases; most of it has no sign at all."""
LEAST_IN_SLICE = 20
"""Texts below which a slice's figures say nothing."""


@dataclass(frozen=True)
class Evaluation:
    """Figures of all texts and of slices, and the texts judged worst."""

    figures: dict[str, Figure]
    slices: dict[str, tuple[int, dict[str, Figure]]]
    judged: list[Judged]


def _kind(kind: Kind) -> Callable[[Labelled], bool]:
    return lambda row: row.kind == kind


SLICES: dict[str, Callable[[Labelled], bool]] = {
    **{str(kind): _kind(kind) for kind in Kind},
    "under an article or thread": lambda row: bool(row.context),
    "with signs of mockery": lambda row: bool(_MOCKERY.search(row.text)),
    "short (< 20 syllables)": lambda row: len(row.text.split()) < 20,
    "long (> 60 syllables)": lambda row: len(row.text.split()) > 60,
    "articles (> 200 syllables)": lambda row: len(row.text.split()) > 200,
    "typed without marks": lambda row: row.text.isascii(),
    "before 1 July 2025": lambda row: row.published < MERGER,
    "since 1 July 2025": lambda row: row.published >= MERGER,
}


def judge(annotator: Annotator, rows: Sequence[Labelled], marks: bool = True) -> list[Judged]:
    """Annotate the texts; without ``marks``: as if they had been typed without them."""
    requests = [row.request() if marks else without_marks(row.request()) for row in rows]
    return [Judged(row, found) for row, found in zip(rows, annotator.annotate(requests), strict=True)]


def evaluate(annotator: Annotator, rows: Sequence[Labelled], resamples: int = 500) -> Evaluation:
    """Measure an annotator on labelled texts."""
    judged = judge(annotator, rows)
    slices = {}
    for name, belongs in SLICES.items():
        part = [pair for pair in judged if belongs(pair.gold)]
        if len(part) >= LEAST_IN_SLICE:
            slices[name] = (len(part), measure(part, 0))
    slices["all, marks taken away"] = (len(rows), measure(judge(annotator, rows, marks=False), 0))
    return Evaluation(measure(judged, resamples), slices, judged)


def wrongness(pair: Judged) -> float:
    """How wrong an annotation is, for listing the worst first: labels missed or made up, surer ones weighing more."""
    gold, found = pair.gold, pair.found
    wrong = float(gold.relevant != found.relevant) * (1 + abs(found.relevance - 0.5))
    wrong += (gold.sentiment != found.sentiment.label) * found.sentiment.score + (gold.intent != found.intent.label) * found.intent.score
    wrong += 0.5 * len(set(gold.topics) ^ set(found.topic_ids())) + abs(gold.concern - found.concern) / 2
    return wrong + len(set(gold.provinces) ^ {mention.name for mention in found.provinces})


def worst(judged: Sequence[Judged], count: int) -> list[Judged]:
    """The texts that were judged worst."""
    return sorted(judged, key=wrongness, reverse=True)[:count]
