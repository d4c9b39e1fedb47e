"""How well annotations agree with a reader's labels: the figures, with their bootstrap intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from langnghe.documents import Annotation
from nlp.labelled import Labelled

RESAMPLES = 500
CLASSES = {
    "sentiment": ("negative", "neutral", "positive"),
    "intent": ("complaint", "question", "suggestion", "praise", "information"),
}
CONCERNS = 3


@dataclass(frozen=True)
class Judged:
    """A text with its labels and what the annotator made of it."""

    gold: Labelled
    found: Annotation


@dataclass(frozen=True)
class Figure:
    """A measure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def _sets(pairs: Sequence[Judged], of: Callable[[Judged], tuple[set[str], set[str]]]) -> NDArray[np.int64]:
    """Right, chosen and gold labels of each text, one row a text."""
    rows = [(len(gold & found), len(found), len(gold)) for gold, found in map(of, pairs)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def micro_f1(counts: NDArray[np.int64]) -> float:
    """F1 over all labels of all texts; 1 where there is nothing to find and nothing was found."""
    right, chosen, gold = counts.sum(axis=0)
    return 1.0 if chosen + gold == 0 else float(2 * right / (chosen + gold))


def macro_f1(codes: NDArray[np.int64]) -> float:
    """Mean F1 of the classes that occur in the gold labels; ``codes`` holds gold and found class of each text."""
    gold, found = codes.T
    return float(np.mean([2 * ((gold == c) & (found == c)).sum() / ((gold == c).sum() + (found == c).sum()) for c in np.unique(gold)]))


def quadratic_kappa(codes: NDArray[np.int64]) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968); 1 where both give every text the same one grade."""
    gold, found = codes.T
    observed = np.mean((gold - found) ** 2)
    expected = np.mean(gold**2) + np.mean(found**2) - 2 * np.mean(gold) * np.mean(found)
    return 1.0 if expected == 0 else float(1 - observed / expected)


def _codes(field: str) -> Callable[[Sequence[Judged]], NDArray[np.int64]]:
    classes = CLASSES[field]

    def codes(pairs: Sequence[Judged]) -> NDArray[np.int64]:
        rows = [(classes.index(getattr(p.gold, field)), classes.index(getattr(p.found, field).label)) for p in pairs]
        return np.array(rows, dtype=np.int64)

    return codes


def _relevance(pair: Judged) -> tuple[set[str], set[str]]:
    return ({"yes"} if pair.gold.relevant else set()), ({"yes"} if pair.found.relevant else set())


def _concern(pairs: Sequence[Judged]) -> NDArray[np.int64]:
    return np.array([(p.gold.concern, p.found.concern) for p in pairs], dtype=np.int64)


Counted = Callable[[Sequence[Judged]], NDArray[np.int64]]
MEASURES: dict[str, tuple[Counted, Callable[[NDArray[np.int64]], float]]] = {
    "relevance_f1": (lambda pairs: _sets(pairs, _relevance), micro_f1),
    "topics_micro_f1": (lambda pairs: _sets(pairs, lambda p: (set(p.gold.topics), set(p.found.topic_ids()))), micro_f1),
    "subtopics_micro_f1": (lambda pairs: _sets(pairs, lambda p: (set(p.gold.subtopics), set(p.found.subtopics))), micro_f1),
    "sentiment_macro_f1": (_codes("sentiment"), macro_f1),
    "intent_macro_f1": (_codes("intent"), macro_f1),
    "concern_kappa": (_concern, quadratic_kappa),
    "provinces_f1": (lambda pairs: _sets(pairs, lambda p: (set(p.gold.provinces), {m.name for m in p.found.provinces})), micro_f1),
    "responsible_micro_f1": (lambda pairs: _sets(pairs, lambda p: (set(p.gold.responsible), set(p.found.responsible))), micro_f1),
    "audience_micro_f1": (lambda pairs: _sets(pairs, lambda p: (set(p.gold.audience), set(p.found.audience))), micro_f1),
}
"""Each measure: what is counted of every text, and the figure over all."""


def measure(pairs: Sequence[Judged], resamples: int = RESAMPLES) -> dict[str, Figure]:
    """All figures of some texts."""
    random = np.random.default_rng(0)
    samples = random.integers(0, len(pairs), (resamples, len(pairs)))
    figures = {}
    for name, (count, figure) in MEASURES.items():
        counted = count(pairs)
        drawn = [figure(counted[sample]) for sample in samples]
        low, high = np.percentile(drawn, [2.5, 97.5]) if drawn else (np.nan, np.nan)
        figures[name] = Figure(figure(counted), float(low), float(high))
    return figures
