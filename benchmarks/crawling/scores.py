"""How far a text is the one that it should be."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

Words = tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, over pages of equal weight."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        """As a table's cell."""
        return f"{self.f1:.3f} (P {self.precision:.3f}, R {self.recall:.3f})"


def shingles(text: str, size: int) -> Counter[Words]:
    """Overlapping runs of ``size`` words; a shorter text is one run."""
    words = re.findall(r"\w+", text)
    runs = (tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))
    return Counter(run for run in runs if run)


def _share(common: int, all_of_them: int, others: int) -> float:
    return 1.0 if not all_of_them and not others else common / all_of_them if all_of_them else 0.0


def score(pairs: Iterable[tuple[str, str]], size: int) -> Score:
    """The score of (expected, found) texts by runs of ``size`` words, as the public benchmark counts it."""
    precisions, recalls = [], []
    for expected, found in pairs:
        wanted, got = shingles(expected, size), shingles(found, size)
        common = (wanted & got).total()
        if got:
            precisions.append(_share(common, got.total(), wanted.total()))
        if wanted:
            recalls.append(_share(common, wanted.total(), got.total()))
    return Score(fmean(precisions or [0.0]), fmean(recalls or [0.0]))
