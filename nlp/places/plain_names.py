"""Names typed without marks: whether their syllables are mostly the place or mostly other words ("tu du" is từ đủ), by count."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import load
from langnghe.folding import fold
from nlp.places.cues import Tokens
from nlp.places.reading import Words, read

LEAST_SHARE = 0.92
"""Share of places among all that is written so below which a name needs a word before it; what is never written needs none."""
MOST_OTHERS = 0.5
"""Share of places below which a name needs a word such as "huyện" or "BHXH" before it."""


class PlainNames(BaseModel):
    """``config/places/plain_names.yaml``: names in small letters without marks."""

    model_config = ConfigDict(extra="forbid")

    mixed: frozenset[str]
    others: frozenset[str]

    def is_place(self, words: Words, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` (exclusive) are hardly ever anything but the place where they are written with marks."""
        name = " ".join(words.folded[start:end])
        return name not in self.mixed and name not in self.others

    def is_other(self, words: Words, start: int, end: int) -> bool:
        """Whether they are mostly other words."""
        return " ".join(words.folded[start:end]) in self.others


def counted(names: Iterable[Tokens], texts: Iterable[str]) -> PlainNames:
    """What the syllables of ``names`` are in ``texts``, as far as those are typed with marks."""
    spelt: dict[Tokens, set[Tokens]] = {}
    for name in names:
        if len(name) > 1 and not any(word.isdigit() for word in name):
            spelt.setdefault(tuple(map(fold, name)), set()).add(name)
    places, others = _occurrences(spelt, texts)
    total = places + others
    unsure = {key for key in total if places[key] < LEAST_SHARE * total[key]}
    rarely = {key for key in unsure if places[key] < MOST_OTHERS * total[key]}
    return PlainNames(mixed=frozenset(map(" ".join, unsure - rarely)), others=frozenset(map(" ".join, rarely)))


def _occurrences(spelt: dict[Tokens, set[Tokens]], texts: Iterable[str]) -> tuple[Counter[Tokens], Counter[Tokens]]:
    """How often each name stands for the place, and how often the same syllables are something else."""
    places: Counter[Tokens] = Counter()
    others: Counter[Tokens] = Counter()
    lengths = {first: sorted({len(key) for key in spelt if key[0] == first}) for first in {key[0] for key in spelt}}
    for words in map(read, texts):
        for start, word in enumerate(words.folded if not words.plain else []):
            for length in lengths.get(word, ()):
                key, end = tuple(words.folded[start : start + length]), start + length
                if key in spelt and all(gap.isspace() for gap in words.gaps[start + 1 : end]):
                    same = tuple(words.exact[start:end]) in spelt[key]
                    if same and (words.capital[end - 1] or not words.cased):
                        places[key] += 1
                    elif not same or words.careful:
                        others[key] += 1
    return places, others


def load_plain_names(folder: Path) -> PlainNames:
    """The names of a folder ``config/places``.

    Raises:
        ConfigurationError: naming file, line and field.
    """
    return load(folder / "plain_names.yaml", PlainNames)
