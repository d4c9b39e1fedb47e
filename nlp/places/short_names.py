"""Names used without saying of what: "lên Bạch Mai", "nằm 108", "trọ gần ĐHCT"; from ``config/places/short_names.yaml``."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import load
from langnghe.folding import fold
from nlp.places.cues import name_tokens
from nlp.places.reading import Words

Say = Literal["little", "where", "number", "work", "at"]
REACH = 12
"""Words within which a word of health or work speaks for a hospital or park."""


_ENDS = re.compile(r"\s|$|[.,;:!?)](?:\s|$)")
"""What may stand after a number that is a name: "108, ...", not "108%" or "108.000"."""


class ShortName(BaseModel):
    """Short names of one kind in one province, and what must be said around them."""

    model_config = ConfigDict(extra="forbid")

    say: Say
    kind: str
    province: str
    names: list[str]


class ShortNameFile(BaseModel):
    """``config/places/short_names.yaml``."""

    model_config = ConfigDict(extra="forbid")

    short_names: list[ShortName]
    goes: list[str]
    treated: list[str]
    health: list[str]
    work: list[str]
    at: list[str]
    units: list[str]
    better_known: dict[str, str]
    commune_after: list[str]


class _Phrases:
    """A list of words and phrases, found with marks or, in text without, without."""

    def __init__(self, phrases: list[str]) -> None:
        self._exact = frozenset(map(name_tokens, phrases))
        self._plain = frozenset(tuple(map(fold, phrase)) for phrase in self._exact)
        self._last = frozenset(phrase[-1] for phrase in self._exact | self._plain)
        self._lengths = sorted({len(phrase) for phrase in self._exact})

    def at(self, words: Words, place: int) -> bool:
        """Whether one begins at word ``place``."""
        known, tokens = (self._plain, words.folded) if words.plain else (self._exact, words.exact)
        return any(tuple(tokens[place : place + length]) in known for length in self._lengths)

    def before(self, words: Words, place: int) -> bool:
        """Whether one ends right before word ``place``."""
        if not place or words.exact[place - 1] not in self._last or words.parted(place):
            return False
        known, tokens = (self._plain, words.folded) if words.plain else (self._exact, words.exact)
        return any(tuple(tokens[max(place - length, 0) : place]) in known for length in self._lengths)

    def near(self, words: Words, start: int, end: int) -> bool:
        """Whether one stands within :data:`REACH` words of words ``start`` to ``end`` (exclusive)."""
        around = [*range(max(start - REACH, 0), start), *range(end, min(end + REACH, len(words)))]
        return any(self.at(words, place) for place in around)


class ShortNames:
    """Which short names there are, and whether the words around one say that it is meant."""

    def __init__(self, content: ShortNameFile) -> None:
        self.listed = content.short_names
        self.better_known = {name_tokens(name): province for name, province in content.better_known.items()}
        self._goes, self._treated, self._health = map(_Phrases, (content.goes, content.treated, content.health))
        self._work, self._at, self._units = map(_Phrases, (content.work, content.at, content.units))
        self._commune_after = _Phrases(content.commune_after)
        self._said: dict[str, Callable[[Words, int, int], bool]] = {
            "little": self._little,
            "where": self._where,
            "number": self._number,
            "work": self._at_work,
            "at": self._there,
        }

    def meant(self, say: str, words: Words, start: int, end: int) -> bool:
        """Whether the words around ``start`` to ``end`` (exclusive) say that the place of that name is meant."""
        first = next((at for at in range(start, end) if not words.exact[at].isdigit()), None)
        written = first is None or words.plain or words.shouted or not words.careful or words.capital[first]
        return written and self._said[say](words, start, end)

    def visited(self, words: Words, place: int) -> bool:
        """Whether the words before ``place`` say that somebody goes there or is treated there."""
        return self._treated.before(words, place) or self._goes.before(words, place)

    def commune_may_follow(self, words: Words, place: int) -> bool:
        """Whether the words before ``place`` are such as a commune's bare name follows."""
        return self._commune_after.before(words, place)

    def _little(self, words: Words, start: int, end: int) -> bool:
        if not words.plain and words.proper(start, start + 1):
            return True
        return self._goes.before(words, start) or self._treated.before(words, start) or self._health.near(words, start, end)

    def _where(self, words: Words, start: int, end: int) -> bool:
        if not words.plain and words.cased and not words.proper(start, end):
            return False
        if self._treated.before(words, start):
            return True
        return (self._goes.before(words, start) or self._heads_plain(words, start)) and self._health.near(words, start, end)

    @staticmethod
    def _heads_plain(words: Words, start: int) -> bool:
        """Whether a text without marks begins with the hospital: "bach mai gio di kham 4h"."""
        return words.plain and start == 0

    def _number(self, words: Words, start: int, end: int) -> bool:
        if not _ENDS.match(words.gaps[end]) or (words.gaps[end].isspace() and self._units.at(words, end)):
            return False
        return self._treated.before(words, start) or (self._goes.before(words, start) and self._health.near(words, start, start))

    def _at_work(self, words: Words, start: int, end: int) -> bool:
        written = words.plain or not words.cased or words.proper(start, end)
        return written and self._at.before(words, start) and self._work.near(words, start, end)

    def _there(self, words: Words, start: int, end: int) -> bool:
        written = words.acronym[start] or any(words.capital[start + 1 : end]) or not (words.plain or words.cased)
        return written and self._at.before(words, start)


def load_short_names(folder: Path) -> ShortNames:
    """Short names of a folder ``config/places``.

    Raises:
        ConfigurationError: naming file, line and field.
    """
    return ShortNames(load(folder / "short_names.yaml", ShortNameFile))
