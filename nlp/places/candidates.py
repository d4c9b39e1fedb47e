"""A name found in a text, with what the words around it say of it."""

from dataclasses import dataclass
from enum import IntEnum

from nlp.places.names import Entry
from nlp.places.reading import Words

PLACE_CUES = frozenset({"province", "city", "district", "office", "at", "branch"})
TYPE_CUES = frozenset({"province", "city", "district"})


class Verdict(IntEnum):
    """What the words around a name say of it."""

    nothing = 0
    perhaps = 1
    """Only if another name near by stands for the same province."""
    place = 2


@dataclass(frozen=True)
class Candidate:
    """A name in one field of a text, what it may stand for there, and how sure that is."""

    field: str
    words: Words
    start: int
    end: int
    entries: tuple[Entry, ...]
    verdict: Verdict
    cue: str
    also: tuple[Entry, ...] = ()
    """What else the name stands for: huyện Hòa Bình beside the province."""
    rather: Entry | None = None
    """Of several districts of that name the one that is meant where nothing else is said: Bình Tân."""

    @property
    def evidence(self) -> str:
        """The words as given."""
        return self.words.given(self.start, self.end)

    @property
    def provinces(self) -> tuple[str, ...]:
        """Ids that it may stand for."""
        return tuple(dict.fromkeys(entry.province for entry in self.entries))
