"""A field of a text as words that know where they stand in it as given, composed or not."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from langnghe.folding import new_tone_placement
from nlp.tokens import cached_fold

LONGEST = 200_000
"""Characters that are searched for places."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CLUSTER = re.compile(r".[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]*", re.DOTALL)
_PART = re.compile(r"[.!?;:,\n()\[\]\"“”…/|]")
_INSIDE_NAME = re.compile(r"[ ._'’\t\u00a0-]{0,3}|\s?[-\u2010-\u2015\u2212]\s?")
_FULL_STOP = re.compile(r"\.\s")
_PLAIN_SHARE = 0.04
"""Least share of marked words of text typed with marks: 4 of 5 Vietnamese syllables carry one."""
_SHOUTED_SHARE = 0.7
"""Share of words in capitals from which on capitals say nothing."""

_ABBREVIATIONS = frozenset({"q", "h", "tp", "tx", "p", "x", "tt", "bv", "kcn"})
_COMMON = ("xứ", "đất")
"""Common words with which some names begin: "xứ Nghệ"."""
_CAREFUL = 4
"""Capitalised words within sentences from which on a text writes names with capitals."""


def comparable(text: str) -> str:
    """Lower case and one tone placement, code point for code point on NFC text."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(lower if len(lower := c.lower()) == 1 else c for c in text)
    placed = new_tone_placement(low)
    return placed if len(placed) == len(low) else low  # two tones on one syllable are no Vietnamese


def composed_text(text: str) -> tuple[str, list[int] | None]:
    """NFC of a text, and for each of its code points where it begins in the text (None: where it stands)."""
    text = text.replace("\u00d0", "Đ").replace("\u00f0", "đ")
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    starts: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFC", cluster.group())
        pieces.append(composed)
        starts += [cluster.start()] * len(composed)
    return "".join(pieces), [*starts, len(text)]


@dataclass
class Words:
    """Words and numbers of one field, as lists of equal length."""

    text: str
    """The field as given."""
    exact: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]
    """The word begins with a capital."""
    acronym: list[bool]
    """The word is all capitals, two or more."""
    gaps: list[str]
    """What stands before each word, and at last after all."""

    def __len__(self) -> int:
        return len(self.exact)

    @cached_property
    def plain(self) -> bool:
        """Typed without marks."""
        words = [word for word in self.exact if not word.isdigit()]
        return sum(not word.isascii() for word in words) <= _PLAIN_SHARE * len(words)

    @cached_property
    def cased(self) -> bool:
        """Whether capitals say anything: some words have one, and it is not all in capitals."""
        return any(self.capital) and not self.shouted

    @cached_property
    def careful(self) -> bool:
        """Whether names are written with capitals: several words within sentences have one."""
        return self.cased and sum(self.capital[at] and not self.acronym[at] and not self.begins(at) for at in range(len(self))) >= _CAREFUL

    @cached_property
    def shouted(self) -> bool:
        """Whether (nearly) all words are in capitals."""
        return sum(self.acronym) >= _SHOUTED_SHARE * max(len(self), 1)

    def parted(self, place: int) -> bool:
        """Whether a sentence or phrase ends right before word ``place``, or the text begins there."""
        return place <= 0 or place >= len(self) or bool(_PART.search(self.gaps[place]))

    def abbreviated(self, place: int) -> bool:
        """Whether the word before ``place`` is the abbreviation of a type, with its full stop: ``Q.Bình Tân``, ``TP. Vinh``."""
        return place > 0 and self.gaps[place].strip() == "." and self.exact[place - 1] in _ABBREVIATIONS

    def begins(self, place: int) -> bool:
        """Whether a sentence begins at word ``place``."""
        return place <= 0 or any(sign in self.gaps[place] for sign in '.!?;:\n"“…-–')

    def proper(self, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` (exclusive) are all capitalised where that says something; "Cư M'gar" is."""
        return self.cased and self.capital[start] and all(self.capital[at] or self._after_apostrophe(at) for at in range(start + 1, end))

    def _after_apostrophe(self, place: int) -> bool:
        return self.gaps[place] in ("'", "’")

    def one_name(self, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` can be one name: nothing but spaces, hyphens and dots between."""
        return all(_INSIDE_NAME.fullmatch(self.gaps[place]) and not self._sentence_ends(place) for place in range(start + 1, end))

    def _sentence_ends(self, place: int) -> bool:
        return _FULL_STOP.match(self.gaps[place]) is not None and not self.abbreviated(place)

    def alike(self, start: int, end: int) -> bool:
        """Whether the first and the last of words ``start`` to ``end`` are both written small, or both with a capital."""
        last = end - 1
        same = self.capital[last] == self.capital[start] or self.acronym[last] or self._after_apostrophe(last)
        return not self.cased or same or self.begins(start) or self.exact[last].isdigit() or self.exact[start] in _COMMON

    def alone(self, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` are all of a sentence, or head it as where it comes from: "yen bai. me em ..."."""
        return self.begins(start) and self.gaps[end][:1] in tuple(".,:;-(\n")

    def bracketed(self, start: int, end: int) -> bool:
        """Whether words ``start`` to ``end`` stand alone in brackets, or first in them."""
        return self.gaps[start].endswith("(") and self.gaps[end][:1] in (")", ",")

    def goes_on(self, end: int) -> bool:
        """Whether a capitalised word right at ``end`` makes a name that ends there longer: "Bệnh viện Trà Lĩnh Hương"."""
        return end < len(self) and self.capital[end] and self.gaps[end] == " " and not self.acronym[end]

    def given(self, start: int, end: int) -> str:
        """Words ``start`` to ``end`` (exclusive) as the text has them."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def read(text: str) -> Words:
    """The words of a text, with offsets in code points of ``text`` as given."""
    text = text[:LONGEST]
    composed, origin = composed_text(text)
    low = comparable(composed)
    matches = list(_WORD.finditer(low))
    starts, ends = [match.start() for match in matches], [match.end() for match in matches]
    exact = [match.group() for match in matches]
    typed = [composed[start:end] for start, end in zip(starts, ends, strict=True)]
    gaps = [low[end:start] for end, start in zip([0, *ends], [*starts, len(low)], strict=True)]
    return Words(
        text=text,
        exact=exact,
        folded=[cached_fold(word) for word in exact],
        starts=starts if origin is None else [origin[start] for start in starts],
        ends=ends if origin is None else [origin[end] for end in ends],
        capital=[word[0].isupper() for word in typed],
        acronym=[len(word) > 1 and word.isupper() for word in typed],
        gaps=gaps,
    )
