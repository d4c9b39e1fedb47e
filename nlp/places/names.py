"""All names of places by which a text may mean a province, found by their longest match."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from langnghe.config_files import default_config_dir
from langnghe.folding import canonical, fold
from langnghe.places import Places, load_places
from nlp.phrase_table import PhraseTable
from nlp.places.communes import TYPE_WORDS, Communes
from nlp.places.cues import Cues, MoreFile, Tokens, load_cues, name_tokens
from nlp.places.plain_names import PlainNames, load_plain_names
from nlp.places.reading import Words
from nlp.places.short_names import ShortNames, load_short_names

Role = Literal["province", "district", "commune", "landmark", "nothing"]

_PROVINCE_KINDS = frozenset({"name", "variant", "old", "abbr", "english", "nickname"})
_DISTRICT_KINDS = frozenset({"capital", "city", "place", "district", "district-or-old"})
_HEADS = {"bệnh viện": ("bệnh viện", "bv", "viện"), "kcn": ("kcn", "khu công nghiệp"), "kcx": ("kcx", "khu chế xuất")}
_BARE_COMMUNE = 2
"""Least words of a commune named without its type."""
_QUARTERS = frozenset({"1", "2", "3", "4"})
"""``Q1`` to ``Q4`` are quarters of a year as often."""


@dataclass(frozen=True)
class Entry:
    """One thing that a name stands for."""

    name: Tokens
    role: Role
    province: str
    """Id of the 63 (of a commune of today: of the 34); empty for a false friend."""
    risk: str
    """safe, cue or weak."""
    type: str = ""
    """Of a district its type, of a landmark its kind, of a province the kind of its alias."""
    label: str = ""
    say: str = ""
    """Of a short name: what must be said around it (see :mod:`nlp.places.short_names`)."""
    """Of a district or commune: its name as it is written."""


@dataclass(frozen=True)
class Match:
    """Words ``start`` to ``end`` (exclusive) are a name, with all that it may stand for."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    follows: bool = False
    """Whether it stands right after another name: "Chợ Mới An Giang"."""


class Names:
    """Every name of a configuration folder."""

    def __init__(self, places: Places, cues: Cues, more: MoreFile, short: ShortNames, plain: PlainNames) -> None:
        self.places, self.cues, self.regions, self.short, self.plain = places, cues, more.regions, short, plain
        self.national_hospitals_say_where = more.national_hospitals_say_where
        self.communes = Communes(places.folder, places)
        self._table: PhraseTable[Entry] = PhraseTable()
        self._first_words: set[str] = set()
        self._entries = list(dict.fromkeys([*self._provinces(), *self._districts(more), *self._landmarks(more), *self._short()]))
        for entry in [*self._entries, *self._nothing()]:
            self._table.add(entry.name, entry)
            self._first_words.add(fold(entry.name[0]))

    def _provinces(self) -> Iterator[Entry]:
        for province in self.places.of_63:
            for alias in province.aliases:
                if alias.kind in _PROVINCE_KINDS and alias.risk in ("safe", "cue"):
                    kind = "abbr" if alias.kind == "abbr" and len(name_tokens(alias.text)) == 1 else "name"
                    yield Entry(name_tokens(alias.text), "province", province.id, alias.risk, kind)

    def _districts(self, more: MoreFile) -> Iterator[Entry]:
        listed = [(name, d.type, d.province, d.risk) for d in self.places.districts for name in (d.name, *d.variants)]
        listed += [(d.name, d.type, d.province, d.risk) for d in more.districts]
        listed += [
            (alias.text, "thành phố", province.id, alias.risk)
            for province in self.places.of_63
            for alias in province.aliases
            if alias.kind in _DISTRICT_KINDS and alias.risk in ("safe", "cue") and not alias.text.startswith("TP ")
        ]
        known = set()
        for name, kind, province, risk in listed:
            if name.isdigit():
                yield from self._numbered(name, province)
            elif (key := (name_tokens(name), province)) not in known:
                known.add(key)
                yield Entry(key[0], "district", province, risk, kind, name)

    @staticmethod
    def _numbered(name: str, province: str) -> Iterator[Entry]:
        yield Entry(("quận", name), "district", province, "safe", "quận", f"Quận {name}")
        yield Entry(("q", name), "district", province, "cue" if name in _QUARTERS else "safe", "quận", f"Quận {name}")

    def _landmarks(self, more: MoreFile) -> Iterator[Entry]:
        listed = [(mark.name, mark.kind, mark.province63, mark.risk) for mark in self.places.landmarks]
        listed += [(mark.name, mark.kind, mark.province, mark.risk) for mark in more.landmarks]
        for name, kind, province, risk in listed:
            low = canonical(name.split("(")[0].strip())
            head = next((head for head in _HEADS if low.startswith(head)), "")
            for form in _HEADS.get(head, ("",)):
                yield Entry(name_tokens(form + low.removeprefix(head)), "landmark", province, risk, kind)

    def _short(self) -> Iterator[Entry]:
        for one in self.short.listed:
            for name in one.names:
                yield Entry(name_tokens(name), "landmark", one.province, "cue", one.kind, say=one.say)

    def _nothing(self) -> Iterator[Entry]:
        for name in self.cues.false_friends:
            yield Entry(name_tokens(name), "nothing", "", "safe")

    def spellings(self) -> set[Tokens]:
        """Every name that may be a place without its type."""
        return {entry.name for entry in self._entries}

    def scan(self, words: Words, today: bool) -> Iterator[Match]:
        """Names from left to right, the longest at each place; communes only right after their type."""
        place, named, cased = 0, 0, words.cased
        while place < len(words):
            match = self._at(words, place) if words.folded[place] in self._first_words else None
            if match is None and words.folded[place] in TYPE_WORDS and (kind := self.communes.type_at(words, place)):
                match = self._commune(words, kind, place + 1, today)
            if cased and words.capital[place] and place:
                match = self._bare_commune(words, place, match, today) or match
            if match is not None and words.plain:
                match = self._rather_province(words, match)
            if match is None:
                place += 1
                continue
            yield replace(match, follows=0 < match.start == named and words.gaps[named].isspace())
            place = match.end
            named = place if any(entry.province for entry in match.entries) else 0

    def _at(self, words: Words, place: int) -> Match | None:
        """The longest name at ``place``, with marks or (in text without, or for a single name) without."""
        longest: list[Entry] = []
        end = place
        for found in self._table.at(place, words.exact, words.folded, plain=True):
            if found.end >= end and words.one_name(place, found.end) and self._spelt(found.value, words, place, found.end):
                longest = [*longest, found.value] if found.end == end else [found.value]
                end = found.end
        exact = [entry for entry in longest if list(entry.name) == words.exact[place:end]]
        return Match(place, end, tuple(exact or longest)) if longest else None

    def _rather_province(self, words: Words, match: Match) -> Match:
        """The province that begins within a district's name: "trung tam binh duong" has no Tam Bình."""
        if any(entry.role != "district" for entry in match.entries):
            return match
        inside = [self._at(words, place) for place in range(match.start + 1, match.end)]
        provinces = [other for other in inside if other and other.end > match.end and other.entries[0].role == "province"]
        return provinces[0] if provinces else match

    def _spelt(self, entry: Entry, words: Words, start: int, end: int) -> bool:
        """Whether words stand for ``entry``: in text with marks only provinces in capitals may leave them out."""
        if entry.role in ("province", "district") and not words.alike(start, end):
            return False
        if words.plain:
            return entry.name not in self.cues.only_with_marks
        if list(entry.name) == words.exact[start:end]:
            return True
        return entry.role == "province" and end - start > 1 and words.proper(start, end)

    def _bare_commune(self, words: Words, place: int, match: Match | None, today: bool) -> Match | None:
        """The commune whose bare name begins at ``place``, if no other name there is as long: "trạm Tân Thạnh Đông"."""
        if match is not None and (match.end == len(words) or not words.capital[match.end] or not _of_district(match)):
            return None
        may_follow = self.short.commune_may_follow(words, place)
        if match is None and (not may_follow or self.cues.names_person(words.exact[place])):
            return None
        end = self.communes.end_of_bare_name(words, place)
        if end - place < _BARE_COMMUNE or (match is not None and end <= match.end):
            return None
        name = tuple(words.exact[place:end])
        today_in = self.communes.lies_in(name, words.plain)
        provinces = sorted(today_in if today else self.communes.before_merger(name, words.plain))
        risk = "safe" if may_follow and len(today_in) == 1 == len(provinces) else "cue"
        label = " ".join(word.capitalize() for word in name)
        return Match(place, end, tuple(Entry(name, "commune", code, risk, "xã", label) for code in provinces))

    def _commune(self, words: Words, kind: str, start: int, today: bool) -> Match | None:
        if words.parted(start) and not words.abbreviated(start) and any(sign in ".,;!?…\n" for sign in words.gaps[start]):
            return None
        end = self.communes.end_of_name(words, kind, start)
        if end == start:
            return None
        name = tuple(words.exact[start:end])
        provinces = sorted(self.communes.provinces(words, kind, start, end, today))
        alone = len(provinces) == 1 and not (today and self._doubtful(words, kind, start, end, provinces[0]))
        label = f"{kind} {' '.join(word.capitalize() for word in name)}"
        return Match(start, end, tuple(Entry(name, "commune", code, "safe" if alone else "cue", kind, label) for code in provinces))

    def _doubtful(self, words: Words, kind: str, start: int, end: int, province: str) -> bool:
        """Whether a commune of today may also be another of before: not if it has a former district's or province's name."""
        if not self.communes.elsewhere(words, kind, start, end, province):
            return False
        other = self._at(words, start)
        named = {self.places.today_of(e.province) for e in other.entries if e.province} if other and other.end == end else set()
        return self.places.today_of(province) not in named


@cache
def load_names(config_dir: Path | None = None) -> Names:
    """The names of a configuration folder (None: the one that came with the program).

    Raises:
        ConfigurationError: a file of ``config/places/`` is missing or wrong.
    """
    folder = (config_dir or default_config_dir()) / "places"
    return Names(load_places(config_dir), *load_cues(folder), load_short_names(folder), load_plain_names(folder))


def _of_district(match: Match) -> bool:
    return bool(match.entries) and match.entries[0].role == "district"
