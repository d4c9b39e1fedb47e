"""What a search engine is given of a text: syllables with their marks, without them, and where they stand.

All Vietnamese analysis is done here; both backends only split at blanks, so that they find and rank alike.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from langnghe.folding import canonical, fold

LONGEST = 100
"""Code points of a token that are kept: whatever is longer is no word."""
BORDER = "|"
"""Stands between title, lead and text, so that no phrase runs across; no query can ask for it."""

# A letter or digit with the combining marks that follow it in decomposed text.
_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable, number or abbreviation; ``start`` and ``end`` count code points of the text as it was written."""

    exact: str
    folded: str
    start: int
    end: int

    @property
    def is_marked(self) -> bool:
        """Whether it was written with marks."""
        return self.exact != self.folded


@lru_cache(maxsize=2**17)
def forms(word: str) -> tuple[str, str]:
    """A word with one tone placement in lower case, and the same without marks."""
    exact = canonical(word)[:LONGEST]
    return exact, fold(exact)


def tokens(text: str) -> list[Token]:
    """The tokens of a text as written (composed or not), in order."""
    return [Token(*forms(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each token, in code points of the text as written."""
    return [match.span() for match in _WORD.finditer(text)]


def words(text: str) -> list[tuple[str, str]]:
    """(exact, folded) of each token: :func:`tokens` for whoever needs no places."""
    return [forms(word) for word in _WORD.findall(text)]


def joined(*parts: str | None) -> tuple[str, str]:
    """The exact and the folded tokens of some parts, each joined by blanks, with a border after every part.

    Nothing gives a border alone: a field that is never empty has the same statistics in both backends.
    """
    found: list[tuple[str, str]] = []
    for part in parts:
        found += words(part or "")
        if part or not found:
            found.append((BORDER, BORDER))
    return " ".join([exact for exact, _ in found]), " ".join([folded for _, folded in found])
