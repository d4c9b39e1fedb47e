"""Names in text typed without marks: what the words around say of one whose syllables may be other words too."""

from nlp.places.candidates import TYPE_CUES
from nlp.places.cues import Cues
from nlp.places.names import Entry, Match
from nlp.places.plain_names import PlainNames
from nlp.places.reading import Words

_TITLES = frozenset({"anh", "chi", "ong", "bac", "thay", "ten"})
_AMOUNTS = frozenset({"nghin", "ngan", "trieu", "ty", "ti", "nam", "tieng", "nguoi", "phan"})
_WHERE = frozenset({"o", "que"})
"""Words that are hardly anything but words of place."""


def counts(words: Words, end: int) -> bool:
    """Whether the number that ends right before word ``end`` counts something: "quan 6 nghin", "quan 2.940"."""
    return words.plain and end < len(words) and (words.gaps[end] in (".", ",") or words.folded[end] in _AMOUNTS)


def after_title(words: Words, start: int) -> bool:
    """Whether a title is right before, which may be another word as well: "anh Long Thanh"."""
    return not words.parted(start) and words.folded[start - 1] in _TITLES


class Unmarked:
    """Answers for names in small letters without marks; for all others it says no."""

    def __init__(self, cues: Cues, plain: PlainNames) -> None:
        self._cues, self._plain = cues, plain

    @staticmethod
    def _applies(match: Match, words: Words) -> bool:
        return words.plain and not words.proper(match.start, match.end)

    def is_other(self, match: Match, words: Words) -> bool:
        """Whether its syllables are mostly other words."""
        return self._applies(match, words) and self._plain.is_other(words, match.start, match.end)

    def is_unsaid(self, match: Match, words: Words, cue: str) -> bool:
        """Whether they are, and the word before does not say that a place is meant."""
        said = cue in TYPE_CUES | {"office"} or (not words.parted(match.start) and words.folded[match.start - 1] in _WHERE)
        return not said and self.is_other(match, words)

    def is_only_a_place(self, entry: Entry, match: Match, words: Words) -> bool:
        """Whether it is hardly anything else."""
        if not self._applies(match, words) or len(entry.name) == 1 or entry.type == "abbr":
            return False
        never = entry.name in self._cues.common_plain or entry.name in self._cues.need_cue or entry.name in self._cues.like_people
        return not never and self._plain.is_place(words, match.start, match.end)
