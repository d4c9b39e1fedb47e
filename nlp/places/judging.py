"""Whether a name in a text is a place: by its risk, the words around it, and its capitals."""

from dataclasses import replace

from nlp.places.candidates import PLACE_CUES, TYPE_CUES, Candidate, Verdict
from nlp.places.cues import TITLES, Cues
from nlp.places.names import Entry, Match, Names
from nlp.places.reading import Words
from nlp.places.unmarked import Unmarked, after_title, counts

_NAME_REACH = 6
"""Words within which "đại học" or "công ty" makes a place the end of its name."""
_TYPE_OF_WORD = {
    "quan": "quận",
    "q": "quận",
    "huyen": "huyện",
    "h": "huyện",
    "xa": "thị xã",
    "tx": "thị xã",
    "pho": "thành phố",
    "tp": "thành phố",
}
_UNMISTAKABLE = 5
"""Letters from which on a name of one word ("daklak") is no other word."""
_RARE = 4
"""Letters from which on a district of one word ("sapa") is no other word."""
_UNMISTAKABLE_KINDS = frozenset({"industrial-park", "employer", "airport", "border-gate", "bus-station", "market", "town", "university"})
"""Kinds of landmarks whose names are no other words when typed without marks: "vsip 2", "san bay noi bai"."""
_LIST_REACH = 16
"""Words of a list that may stand between a name and the word before the list."""


class Judge:
    """Judges the names of a text by the words around them."""

    def __init__(self, names: Names) -> None:
        self._cues: Cues = names.cues
        self._short, self._plain = names.short, names.plain
        self._unmarked = Unmarked(names.cues, names.plain)

    def candidate(self, match: Match, words: Words, field: str, today: bool) -> Candidate:
        """The name at ``match`` with its verdict; ``today``: the text is of after the merger."""
        cue = self._cue(words, match.start)
        entries = self._meant(match, words, cue)
        verdict = self._verdict(replace(match, entries=entries), words, cue, today)
        also = tuple(entry for entry in match.entries if entry.role == "district" and entry not in entries)
        rather = self._better_known(entries, match, words, cue) if verdict is Verdict.perhaps else None
        return Candidate(field, words, match.start, match.end, entries, verdict, cue, also, rather)

    def _better_known(self, entries: tuple[Entry, ...], match: Match, words: Words, cue: str) -> Entry | None:
        """The far better known of several districts, where the words around say that it is one at all."""
        said = cue in PLACE_CUES or (words.proper(match.start, match.end) and not words.goes_on(match.end))
        province = self._short.better_known.get(entries[0].name) if said else None
        return next((entry for entry in entries if entry.province == province), None)

    def _cue(self, words: Words, start: int) -> str:
        """What the words before say, or those before the list that the name stands in: "các huyện Nam Đàn, Thanh Chương"."""
        if not words.parted(start) or words.abbreviated(start):
            return self._cues.before(words, start)
        if start == 0 or words.gaps[start].strip() != "," or not words.cased:
            return ""
        first = start
        while start - first < _LIST_REACH and first > 0 and words.capital[first - 1] and words.gaps[first].strip() in ("", ",", "-"):
            first -= 1
        if first == start or words.parted(first):
            return ""
        cue = self._cues.before(words, first)
        many = first > 1 and (words.exact[first - 2].isdigit() or words.exact[first - 2] in self._cues.many)
        return cue if cue == "district" or (many and cue in ("commune", "street", "hamlet", "province", "city")) else ""

    def _meant(self, match: Match, words: Words, cue: str) -> tuple[Entry, ...]:
        """Of all that a name stands for, what the word before allows: "huyện" a district, else a province first."""
        short = tuple(entry for entry in match.entries if entry.say)
        entries = tuple(entry for entry in match.entries if not entry.say) or short
        if short and short != entries and self._short_meant(short[0], match, words, cue):
            return short
        if any(entry.role == "nothing" for entry in entries):
            return ()
        districts = tuple(entry for entry in entries if entry.role == "district")
        if districts and cue in ("district", "city") and len(districts) == len(entries):
            kind = _TYPE_OF_WORD.get(words.folded[match.start - 1])
            return tuple(entry for entry in districts if entry.type == kind) or districts
        if cue == "district" and districts:
            return districts
        return tuple(entry for entry in entries if entry.role == "province") or entries

    def _verdict(self, match: Match, words: Words, cue: str, today: bool) -> Verdict:
        if not match.entries:
            return Verdict.nothing
        entry = match.entries[0]
        if entry.role == "commune":
            return Verdict.place if entry.risk == "safe" else Verdict.perhaps
        if entry.say:
            return Verdict.place if self._short_meant(entry, match, words, cue) else Verdict.nothing
        if entry.role == "landmark":
            return self._landmark(entry, match, words, cue)
        if entry.name[-1].isdigit():
            return self._numbered(entry, match, words, cue)
        if self._is_other(match, words, cue):
            return Verdict.nothing
        if cue == "commune":
            return self._renamed_commune(entry) if today and entry.role == "district" else Verdict.nothing
        return self._named(entry, match, words, cue)

    @staticmethod
    def _numbered(entry: Entry, match: Match, words: Words, cue: str) -> Verdict:
        """``quận 8``; without marks not ``quan 6 nghin``, where the number counts something."""
        if counts(words, match.end):
            return Verdict.nothing
        return Verdict.place if entry.risk == "safe" or cue in PLACE_CUES else Verdict.perhaps

    def _named(self, entry: Entry, match: Match, words: Words, cue: str) -> Verdict:
        """A province or district that is no street, person or commune."""
        if self._unmarked.is_unsaid(match, words, cue):
            return Verdict.nothing
        if len({entry.province for entry in match.entries}) > 1 or self._may_be_abroad(entry, words, cue):
            return Verdict.perhaps
        if self._is_common(entry, match, words, cue):
            return Verdict.nothing
        if not words.plain and list(entry.name) != words.exact[match.start : match.end] and cue not in PLACE_CUES:
            return Verdict.perhaps
        if self._unmarked.is_only_a_place(entry, match, words):
            return Verdict.place if entry.role == "province" or not after_title(words, match.start) else Verdict.perhaps
        sure = self._province if entry.role == "province" else self._district
        if sure(entry, match, words, cue):
            return Verdict.place
        return Verdict.nothing if words.plain and len(entry.name) == 1 else Verdict.perhaps

    def _short_meant(self, entry: Entry, match: Match, words: Words, cue: str) -> bool:
        """Whether the words around a short name say that it is meant, and no street, person or commune of that name."""
        if self._unmarked.is_other(match, words):
            return False
        other = cue in ("street", "outlet", "hamlet", "commune") or self._is_surname_before(match, words, cue)
        if cue == "person" or (other and entry.type != "street") or (entry.say in ("work", "at") and words.goes_on(match.end)):
            return False
        return self._short.meant(entry.say, words, match.start, match.end)

    def _landmark(self, entry: Entry, match: Match, words: Words, cue: str) -> Verdict:
        if self._is_bare(entry, match, words, cue) or self._is_phrase(entry, match, words):
            return Verdict.nothing
        return Verdict.perhaps if entry.risk == "weak" else Verdict.place

    def _is_phrase(self, landmark: Entry, match: Match, words: Words) -> bool:
        """Whether a hospital's name is written small and means something else then: "bệnh viện thống nhất cách"."""
        last = match.end - 1
        if words.shouted or words.capital[last] or not landmark.type.startswith("hospital"):
            return False
        if words.plain or len(landmark.name[-1]) == 1:
            return len(landmark.name[-1]) == 1 and landmark.name[-1].isalpha()
        name = landmark.name[-2:]
        return name == ("trung", "ương") or name in self._cues.verbs or (words.cased and name in self._cues.common_lower)

    def _is_bare(self, landmark: Entry, match: Match, words: Words, cue: str) -> bool:
        """Whether a hospital is named without "bệnh viện" in text without marks: "tu du" may be từ đủ."""
        long = match.end - match.start > 1 or len(landmark.name[0]) >= _RARE
        known = long and landmark.type in _UNMISTAKABLE_KINDS and self._plain.is_place(words, match.start, match.end)
        if not words.plain or known or landmark.name[0] in ("bệnh", "bv", "viện", "khu"):
            return False
        return cue != "office" if self._plain.is_other(words, match.start, match.end) else cue not in PLACE_CUES

    @staticmethod
    def _renamed_commune(entry: Entry) -> Verdict:
        """Communes of today often bear the name of the district that they lay in."""
        return Verdict.place if entry.risk == "safe" else Verdict.perhaps

    # What makes it something else.

    def _is_other(self, match: Match, words: Words, cue: str) -> bool:
        """Whether the words around make it a street, newspaper, company, person, or a place abroad."""
        start, name = match.start, match.entries[0].name
        if cue == "branch" and name in self._cues.like_brands:
            return True
        if cue in ("street", "outlet", "brand", "hamlet") or self._cues.abroad(words, match.end):
            return True
        if cue not in TYPE_CUES and cue != "at" and self._in_longer_name(words, start, self._cues.institutions):
            return True
        entry = match.entries[0]
        district = entry.role == "district"
        may_be_person = district or name in self._cues.like_people
        if not may_be_person and name not in self._cues.like_brands:
            return False
        may_be_brand = ((district and entry.risk != "safe") or name in self._cues.like_brands) and cue not in TYPE_CUES | {"branch", "at"}
        if (may_be_brand and self._in_longer_name(words, start, self._cues.companies)) or self._after_number(words, start, entry):
            return True
        return may_be_person and (cue in TITLES or self._is_surname_before(match, words, cue))

    def _may_be_abroad(self, entry: Entry, words: Words, cue: str) -> bool:
        """Whether the text is about a country that has a place of that name too ("Trùng Khánh")."""
        return entry.name in self._cues.also_abroad and cue not in TYPE_CUES and self._cues.names_abroad(words)

    def _in_longer_name(self, words: Words, start: int, heads: frozenset[tuple[str, ...]]) -> bool:
        """Whether the place is the end of a name that begins with one of ``heads``: ``Đại học Y Hà Nội``, ``Công ty may Sài Gòn``."""
        for place in range(start - 1, max(start - _NAME_REACH, 0) - 1, -1):
            if words.parted(place + 1) or words.exact[place] in self._cues.breaks:
                return False
            if any(tuple(words.exact[place : place + length]) in heads for length in (1, 2)):
                return True
        return False

    @staticmethod
    def _after_number(words: Words, start: int, entry: Entry) -> bool:
        """``511 Điện Biên Phủ``: a street; not "năm 2024 Bến Cát"."""
        if start == 0 or not words.exact[start - 1].isdigit() or words.gaps[start].strip():
            return False
        before = words.exact[start - 2] if start > 1 else ""
        return before in ("số", "lô", "nhà") or (entry.role == "district" and before not in ("năm", "tháng", "ngày", "quý", "tuyến"))

    def _is_surname_before(self, match: Match, words: Words, cue: str) -> bool:
        """Whether a capitalised word right before makes it the end of a person's name: ``Nguyễn Thái Bình``."""
        start = match.start
        if cue or match.follows or words.shouted or not words.proper(start, start + 1) or start == 0 or words.parted(start):
            return False
        before = start - 1
        known = words.acronym[before] or words.exact[before] in self._cues.heads or self._may_begin_sentence(match, words)
        return words.capital[before] and not known and words.gaps[start] == " "

    def _may_begin_sentence(self, match: Match, words: Words) -> bool:
        """Whether the word before has its capital because a sentence begins there, and is no surname: "Tỏi Lý Sơn"."""
        before = match.start - 1
        surname = self._cues.names_person(words.exact[before]) or match.entries[0].name in self._cues.like_people
        return words.begins(before) and not surname

    # What makes it a place.

    def _province(self, entry: Entry, match: Match, words: Words, cue: str) -> bool:
        named = cue in PLACE_CUES or self._cues.after(words, match.end)
        if entry.type == "abbr" or entry.name in self._cues.need_cue:
            return named or (entry.type == "abbr" and entry.risk == "safe")
        long = len(entry.name) > 1 or len(entry.name[0]) >= _UNMISTAKABLE
        if named or (cue == "weak" and long):
            return True
        if words.proper(match.start, match.end):
            return long or not words.plain
        if words.alone(match.start, match.end) and long:
            return True
        if words.plain:
            return entry.name not in self._cues.common_plain and long
        return entry.name not in self._cues.common_lower

    def _is_common(self, entry: Entry, match: Match, words: Words, cue: str) -> bool:
        """Whether a name is written small, as the common word that it is too, in a text that writes names with capitals."""
        small = not words.shouted and not (words.capital[match.start] and words.capital[match.end - 1])
        if small and words.careful and not any(words.capital[match.start : match.end]):
            # "đơn vị thanh niên" is no Vị Thanh where names have capitals.
            return cue not in TYPE_CUES or entry.name in self._cues.common_lower
        small = small and not words.plain
        if small and entry.name in self._cues.verbs:
            return cue != "district"
        enough = TYPE_CUES if words.cased else TYPE_CUES | {"at"}
        return small and entry.name in self._cues.common_lower and cue not in enough

    def _district(self, entry: Entry, match: Match, words: Words, cue: str) -> bool:
        name, proper = entry.name, words.proper(match.start, match.end)
        if len(name) == 1 and (words.plain or not proper):
            typed = cue in TYPE_CUES and _TYPE_OF_WORD.get(words.folded[match.start - 1]) == entry.type
            known = words.plain and len(name[0]) >= _RARE and name not in self._cues.need_cue
            return known or typed or (name in self._cues.need_cue and cue in ("office", "at"))
        if cue in ("district", "city"):
            return True
        if cue == "office" and proper and words.goes_on(match.end):
            return False
        if cue in ("office", "at", "branch") or self._cues.after(words, match.end) or words.bracketed(match.start, match.end):
            return True
        if proper:
            return name not in self._cues.need_cue and self._stands_alone(entry, match, words, cue)
        if words.plain:
            return cue == "weak" and entry.risk == "safe" and name not in self._cues.common_plain
        return self._is_city(entry) and name not in self._cues.common_lower

    @staticmethod
    def _is_city(entry: Entry) -> bool:
        return entry.risk == "safe" and entry.type in ("thành phố", "thị xã")

    def _stands_alone(self, entry: Entry, match: Match, words: Words, cue: str) -> bool:
        """Whether a capitalised district without a word for places before it is one: safe, no person's, no part of a longer name."""
        if entry.risk != "safe" or entry.name in self._cues.like_people:
            return False
        if words.plain and words.begins(match.start):
            return cue == "weak" or (entry.name not in self._cues.common_plain and not self._plain.is_other(words, match.start, match.end))
        return not words.goes_on(match.end) and not self._is_surname_before(match, words, cue)
