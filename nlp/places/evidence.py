"""Whether a name in a text is a place: by its risk, the words around it, its capitals, and the places near by."""

from dataclasses import dataclass
from enum import Enum

from nlp.phrase_table import Match
from nlp.places.gazetteer import Entry, Gazetteer
from nlp.places.spans import Spans

STRONG_TYPES = frozenset({"tỉnh", "tp", "thành phố", "quận", "huyện", "thị xã", "tx", "bhxh", "ubnd", "q", "h"})


class Verdict(Enum):
    """What the words around a name say of it."""

    place = "place"
    perhaps = "perhaps"
    """Only if another name near by stands for the same province."""
    nothing = "nothing"


@dataclass(frozen=True)
class Candidate:
    """A name in one field of a text, with the verdict of the words around it."""

    entry: Entry
    field: str
    spans: Spans
    start: int
    end: int
    verdict: Verdict
    municipal: bool
    """The word before says that it is a commune of that name."""

    @property
    def evidence(self) -> str:
        """The words as given."""
        return self.spans.words(self.start, self.end)


def _joined_capital(spans: Spans, place: int, gap: int) -> bool:
    """Whether the token at ``place`` is capitalised and stands in one name with its neighbour across ``gap``."""
    return 0 <= place < len(spans.exact) and spans.capital[place] and spans.gaps[gap].strip(" ") == ""


class Judge:
    """Judges the names of a text by the words around them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._names = gazetteer

    def candidate(self, match: Match[Entry], spans: Spans, field: str) -> Candidate:
        """The name at ``match`` with its verdict."""
        municipal = self._names.municipal_types.before(spans.exact, spans.folded, match.start, spans.plain) > 0
        municipal = municipal and not self._is_town(spans, match.start)
        return Candidate(match.value, field, spans, match.start, match.end, self._verdict(match, spans, municipal), municipal)

    @staticmethod
    def _is_town(spans: Spans, place: int) -> bool:
        """``thị xã`` is no xã, and ``TT`` before Huế belongs to the name (Thừa Thiên)."""
        return spans.folded[place - 2 : place] == ["thi", "xa"] or spans.folded[place - 1 : place + 1] == ["tt", "hue"]

    def _verdict(self, match: Match[Entry], spans: Spans, municipal: bool) -> Verdict:
        entry, start = match.value, match.start
        if entry.role == "nothing":
            return Verdict.nothing
        if entry.role == "landmark":
            return Verdict.perhaps if entry.risk == "weak" else Verdict.place
        if entry.typed or entry.name.startswith(("quận ", "q ")):
            return Verdict.place
        cue = self._cue_before(spans, start)
        if self._is_other_name(match, spans, cue):
            return Verdict.nothing
        if len(entry.provinces) > 1 or (municipal and entry.role == "province"):
            return Verdict.perhaps
        return Verdict.place if municipal else self._by_risk(match, spans, cue)

    def _cue_before(self, spans: Spans, start: int) -> int:
        return 0 if spans.parted(start) else self._names.before.before(spans.exact, spans.folded, start, spans.plain)

    def _is_other_name(self, match: Match[Entry], spans: Spans, cue: int) -> bool:
        """Whether the words around make it a street, person, company or a part of a longer name."""
        before = 0 if spans.parted(match.start) else self._names.not_after.before(spans.exact, spans.folded, match.start, spans.plain)
        if before > cue:
            return True
        return before > 0 and before == cue and spans.exact[match.start - 1] not in STRONG_TYPES

    def _by_risk(self, match: Match[Entry], spans: Spans, cue: int) -> Verdict:
        entry, start, end = match.value, match.start, match.end
        if self._too_short(match, spans):
            return Verdict.nothing
        after = self._names.after.after(spans.exact, spans.folded, end, spans.plain) > 0 and not spans.parted(end)
        if cue or after or self._is_dateline(spans, start, end):
            return Verdict.place
        if self._is_common(match, spans) or self._in_longer_name(spans, start, end, entry.risk):
            return Verdict.perhaps
        if entry.risk == "safe" and entry.role == "province":
            return Verdict.place
        capital = spans.cased and all(spans.capital[start:end])
        return Verdict.place if capital and self._is_known(entry) else Verdict.perhaps

    @staticmethod
    def _is_known(entry: Entry) -> bool:
        return entry.role == "province" or entry.risk == "safe"

    def _too_short(self, match: Match[Entry], spans: Spans) -> bool:
        """A name of one syllable (Vinh, Chũ) typed in lower case or without marks, with no type before it."""
        single = match.end - match.start == 1 and not (spans.cased and spans.capital[match.start])
        return single and not (match.start and spans.exact[match.start - 1] in STRONG_TYPES) and match.value.name != "hcm"

    def _is_common(self, match: Match[Entry], spans: Spans) -> bool:
        """Whether the name, as it is typed, reads as common words."""
        if spans.cased and all(spans.capital[match.start : match.end]):
            return False
        name = tuple(match.value.name.split())
        return name in (self._names.common_plain if spans.plain else self._names.common_lower)

    @staticmethod
    def _is_dateline(spans: Spans, start: int, end: int) -> bool:
        """``Bình Dương: ...`` or ``(Huế) - ...`` at the beginning of a sentence."""
        return spans.parted(start) and spans.gaps[end].lstrip(")").strip().startswith((":", "-", "–"))

    @staticmethod
    def _in_longer_name(spans: Spans, start: int, end: int, risk: str) -> bool:
        """Whether a capital right before (a sentence's first word aside) or after makes a name part of a longer one."""
        if spans.shouted or not spans.cased:
            return False
        if risk == "safe":
            return _joined_capital(spans, end, end) and not spans.exact[end].isdigit()
        before = _joined_capital(spans, start - 1, start) and not spans.parted(start - 1) and not spans.words(start - 1, start).isupper()
        return before or _joined_capital(spans, end, end)
