"""What is taken for what: a matrix where labels exclude each other, precision and recall of each label where several may hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from langnghe.labels import Labels
from nlp.measures import Judged


@dataclass(frozen=True)
class Matrix:
    """How often a reader's label (row) was taken for which (column)."""

    name: str
    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    def recall(self, place: int) -> float:
        """Share of a label's texts that were recognised."""
        return float(self.counts[place, place] / max(self.counts[place].sum(), 1))

    def precision(self, place: int) -> float:
        """Share of what was called so that is."""
        return float(self.counts[place, place] / max(self.counts[:, place].sum(), 1))


@dataclass(frozen=True)
class LabelCount:
    """How often a label held, was found, and both."""

    group: str
    label: str
    gold: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Share of what was found that holds."""
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        """Share of what holds that was found."""
        return self.right / max(self.gold, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / max(self.gold + self.found, 1)


_SINGLE: dict[str, tuple[Callable[[Judged], str], Callable[[Judged], str]]] = {
    "relevant": (lambda pair: "yes" if pair.gold.relevant else "no", lambda pair: "yes" if pair.found.relevant else "no"),
    "sentiment": (lambda pair: pair.gold.sentiment, lambda pair: pair.found.sentiment.label),
    "intent": (lambda pair: pair.gold.intent, lambda pair: pair.found.intent.label),
    "concern": (lambda pair: str(pair.gold.concern), lambda pair: str(pair.found.concern)),
    "veracity": (lambda pair: pair.gold.veracity or "none", lambda pair: pair.found.veracity or "none"),
    "formal": (lambda pair: "yes" if pair.gold.formal else "no", lambda pair: "yes" if pair.found.formal else "no"),
}
_SEVERAL: dict[str, Callable[[Judged], tuple[list[str], list[str]]]] = {
    "topics": lambda pair: (pair.gold.topics, pair.found.topic_ids()),
    "subtopics": lambda pair: (pair.gold.subtopics, pair.found.subtopics),
    "responsible": lambda pair: (pair.gold.responsible, pair.found.responsible),
    "audience": lambda pair: (pair.gold.audience, pair.found.audience),
}


def _known(name: str, labels: Labels) -> tuple[str, ...]:
    if name in ("relevant", "formal"):
        return ("yes", "no")
    ids = tuple(item if isinstance(item, str) else item.id for item in getattr(labels, name))
    return (*ids, "none") if name == "veracity" else ids


def matrices(judged: Sequence[Judged], labels: Labels) -> list[Matrix]:
    """A matrix for each group of labels that exclude each other."""
    found = []
    for name, (gold, given) in _SINGLE.items():
        known = _known(name, labels)
        counts = np.zeros((len(known), len(known)), dtype=np.int64)
        np.add.at(counts, ([known.index(gold(pair)) for pair in judged], [known.index(given(pair)) for pair in judged]), 1)
        found.append(Matrix(name, known, counts))
    return found


def label_counts(judged: Sequence[Judged], labels: Labels) -> list[LabelCount]:
    """Counts of each label of the groups of which several may hold, in the order of the label set; of none that never occurs."""
    return list(chain.from_iterable(_of_group(group, judged, labels) for group in _SEVERAL))


def _of_group(group: str, judged: Sequence[Judged], labels: Labels) -> list[LabelCount]:
    sets = [(set(gold), set(found)) for gold, found in map(_SEVERAL[group], judged)]
    counted = [
        LabelCount(
            group,
            label,
            sum(label in gold for gold, _ in sets),
            sum(label in found for _, found in sets),
            sum(label in gold and label in found for gold, found in sets),
        )
        for label in _known(group, labels)
    ]
    return [count for count in counted if count.gold or count.found]
