"""The names of provinces, districts, hospitals and false friends, ready to be found in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.folding import canonical, fold
from langnghe.places import Places, load_places
from nlp.phrase_table import Match, PhraseTable
from nlp.places.spans import Spans

KNOWN_HOSPITALS = frozenset(
    {"bạch mai", "chợ rẫy", "từ dũ", "nhi đồng 1", "nhi đồng 2", "nhi trung ương", "phụ sản trung ương", "xanh pôn"}
)
"""Hospitals that people name without the word hospital."""

NO_PROVINCE = frozenset({"capital", "city", "district", "nodiac", "place", "district-or-old"})
"""Aliases that are names of districts, or that the names themselves give when marks are left out."""

Role = Literal["province", "district", "landmark", "nothing"]


class AlsoDistrict(BaseModel):
    """A place that ``config/places/`` does not list."""

    name: str
    province: str
    risk: str


class Cues(BaseModel):
    """``config/lexicon/place_cues.yaml``."""

    model_config = ConfigDict(extra="forbid")

    before: list[str]
    not_before_plain: list[str]
    after: list[str]
    not_after: list[str]
    false_friends: list[str]
    common_lower: list[str]
    common_plain: list[str]
    regions: dict[str, dict[str, str]]
    also: list[AlsoDistrict] = []


@dataclass(frozen=True)
class Entry:
    """A name and what it stands for: provinces of the 63 by id (several for a shared district name)."""

    name: str
    role: Role
    provinces: tuple[str, ...]
    risk: str
    typed: bool = False
    """The name carries its own cue: ``tỉnh``, ``TP``, ``BHXH``."""


def name_tokens(name: str) -> tuple[str, ...]:
    """Canonical words of a name, without hyphens and full stops."""
    return tuple(re.findall(r"[^\W\d_]+|\d+", canonical(name)))


class WordSet:
    """Phrases of a few words, asked for right before or after a place in a text."""

    def __init__(self, phrases: list[str], not_plain: list[str] | None = None) -> None:
        self._exact = {name_tokens(phrase) for phrase in phrases}
        plain = self._exact - {name_tokens(phrase) for phrase in not_plain or []}
        self._folded = {tuple(fold(token) for token in phrase) for phrase in plain}
        self._longest = max(map(len, self._exact), default=0)

    def __contains__(self, name: str) -> bool:
        return name_tokens(name) in self._exact

    def before(self, exact: list[str], folded: list[str], place: int, plain: bool) -> int:
        """Words of the longest phrase that ends right before ``place``; 0: none."""
        tokens, known = (folded, self._folded) if plain else (exact, self._exact)
        return next((n for n in range(min(self._longest, place), 0, -1) if tuple(tokens[place - n : place]) in known), 0)

    def after(self, exact: list[str], folded: list[str], place: int, plain: bool) -> int:
        """Words of the longest phrase that begins at ``place``; 0: none."""
        tokens, known = (folded, self._folded) if plain else (exact, self._exact)
        return next((n for n in range(self._longest, 0, -1) if tuple(tokens[place : place + n]) in known), 0)


def _merged(entries: list[Entry]) -> Entry:
    """Names that are written alike (without marks) as one: a province before a district, districts together."""
    best = next((e for e in entries if e.role == "nothing"), None) or next((e for e in entries if e.role == "province"), entries[0])
    if best.role != "district" or len(entries) == 1:
        return best
    provinces = tuple(dict.fromkeys(province for entry in entries for province in entry.provinces))
    return Entry(best.name, "district", provinces, "cue")


class Gazetteer:
    """All names, found by their longest match."""

    def __init__(self, places: Places, cues: Cues) -> None:
        self.places, self.cues = places, cues
        self.before, self.after = WordSet(cues.before, cues.not_before_plain), WordSet(cues.after)
        self.not_after = WordSet(cues.not_after)
        self.common_lower = {name_tokens(name) for name in cues.common_lower}
        self.common_plain = {name_tokens(name) for name in cues.common_plain}
        self.table: PhraseTable[Entry] = PhraseTable()
        for entry in [*self._provinces(), *self._districts(), *self._landmarks(), *self._nothing()]:
            self.table.add(name_tokens(entry.name), entry)

    def _provinces(self) -> list[Entry]:
        entries = {}
        for province in self.places.of_63:
            for alias in province.aliases:
                if alias.risk in ("safe", "cue") and alias.kind not in NO_PROVINCE:
                    typed = alias.kind in ("prefixed", "bhxh")
                    entries[name_tokens(alias.text)] = Entry(province.name, "province", (province.id,), alias.risk, typed)
        return [Entry(" ".join(tokens), e.role, e.provinces, e.risk, e.typed) for tokens, e in entries.items()]

    def _districts(self) -> list[Entry]:
        provinces: dict[tuple[str, ...], dict[str, str]] = {}
        listed = [(name, d.province, d.risk) for d in self.places.districts for name in [d.name, *d.variants]]
        listed += [(a.text, p.id, a.risk) for p in self.places.of_63 for a in p.aliases if a.kind in ("capital", "city", "place")]
        listed += [(d.name, d.province, d.risk) for d in self.cues.also]
        # A district with a number is one only with its type.
        numbered = [(f"{kind} {name}", province, "safe") for name, province, _ in listed if name.isdigit() for kind in ("quận", "q")]
        listed = [row for row in listed if not row[0].isdigit()] + numbered
        for name, province, risk in listed:
            if risk in ("safe", "cue"):
                provinces.setdefault(name_tokens(name), {}).setdefault(province, risk)
        names_of_provinces = {name_tokens(p.name) for p in self.places.of_63}
        return [
            Entry(" ".join(tokens), "district", tuple(found), "cue" if len(found) > 1 else next(iter(found.values())))
            for tokens, found in provinces.items()
            if tokens not in names_of_provinces
        ]

    def _landmarks(self) -> list[Entry]:
        short = {"bệnh viện": ["bệnh viện", "bv", "viện", ""], "kcn": ["kcn", "khu công nghiệp"], "kcx": ["kcx", "khu chế xuất"]}
        entries = []
        for landmark in self.places.landmarks:
            name = canonical(landmark.name)
            head = next((head for head in short if name.startswith(head)), "")
            rest = name.removeprefix(head).strip()
            known = rest in KNOWN_HOSPITALS
            forms = [f"{form} {rest}".strip() for form in short.get(head, [""]) if form or known]
            risk = "weak" if landmark.risk == "weak" else "safe"
            entries += [Entry(form, "landmark", (landmark.province63,), risk) for form in forms]
        return entries

    def _nothing(self) -> list[Entry]:
        return [Entry(name, "nothing", (), "safe") for name in self.cues.false_friends]

    def scan(self, spans: Spans) -> Iterator[Match[Entry]]:
        """Names from left to right, the longest at each place; one that stands for several things as one entry."""
        start = 0
        while start < len(spans.exact):
            matches = [m for m in self.table.at(start, spans.exact, spans.folded, spans.plain) if spans.is_one_name(m.start, m.end)]
            end = max((match.end for match in matches), default=start + 1)
            entries = [match.value for match in matches if match.end == end]
            if entries:
                yield Match(start, end, _merged(entries))
            start = end

    @cached_property
    def municipal_types(self) -> WordSet:
        """Words for a commune, whose name says nothing about a province or district of that name."""
        return WordSet(["phường", "xã", "thị trấn", "tt", "p", "x", "đặc khu", "thôn", "ấp", "làng", "khu phố", "tổ dân phố"])


@cache
def load_gazetteer(config_dir: Path | None = None) -> Gazetteer:
    """The gazetteer of a configuration folder (None: the one that came with the program)."""
    folder = config_dir or default_config_dir()
    return Gazetteer(load_places(config_dir), load(folder / "lexicon" / "place_cues.yaml", Cues))
