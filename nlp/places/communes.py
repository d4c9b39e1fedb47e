"""Communes of today and of before 1 July 2025: which province "phường Kim Long" or "xã Nhơn Hậu" lies in."""

import json
from functools import cached_property
from pathlib import Path

from langnghe.errors import ConfigurationError
from langnghe.folding import fold
from langnghe.places import Places
from nlp.places.cues import Tokens, name_tokens
from nlp.places.reading import Words

Table = dict[Tokens, frozenset[str]]

_TYPES = {"phường": "phường", "p": "phường", "xã": "xã", "x": "xã", "trấn": "thị trấn", "tt": "thị trấn", "khu": "đặc khu"}
_PLAIN_TYPES = {"phuong": "phường", "p": "phường", "xa": "xã", "tran": "thị trấn", "khu": "đặc khu"}
TYPE_WORDS = frozenset(map(fold, [*_TYPES, *_PLAIN_TYPES]))
"""Last words of the types of communes, without marks."""
_TWO_WORDS = {"thị trấn": "thị", "đặc khu": "đặc"}


def _folded(table: Table) -> Table:
    plain: dict[Tokens, frozenset[str]] = {}
    for (kind, *name), provinces in table.items():
        key = (kind, *map(fold, name))
        plain[key] = plain.get(key, frozenset()) | provinces
    return plain


class Communes:
    """Looks up communes by type and name."""

    def __init__(self, folder: Path, places: Places) -> None:
        self._places = places
        content = self._read(folder / "communes.json")
        self._today, self._before = self._table(content["of_today"]), self._table(content["of_before"])
        self._longest = max(map(len, [*self._today, *self._before])) - 1

    @staticmethod
    def _read(path: Path) -> dict[str, dict[str, dict[str, list[str]]]]:
        try:
            content: dict[str, dict[str, dict[str, list[str]]]] = json.loads(path.read_text(encoding="utf-8"))
            return {"of_today": content["of_today"], "of_before": content["of_before"]}
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(f"{path}: {error}", "Restore the file as it came with the program.") from None

    @staticmethod
    def _table(content: dict[str, dict[str, list[str]]]) -> Table:
        provinces: dict[Tokens, set[str]] = {}
        for province, kinds in content.items():
            for kind, names in kinds.items():
                for name in names:
                    provinces.setdefault((kind, *name_tokens(name)), set()).add(province)
        return {key: frozenset(found) for key, found in provinces.items()}

    @cached_property
    def _plain(self) -> tuple[Table, Table]:
        return _folded(self._today), _folded(self._before)

    @cached_property
    def _bare(self) -> dict[Tokens, tuple[frozenset[str], frozenset[str]]]:
        """By name, of whatever type: the provinces of today and of before."""
        return self._without_types(self._today, self._before)

    @cached_property
    def _bare_plain(self) -> dict[Tokens, tuple[frozenset[str], frozenset[str]]]:
        return self._without_types(*self._plain)

    @staticmethod
    def _without_types(*tables: Table) -> dict[Tokens, tuple[frozenset[str], frozenset[str]]]:
        bare: dict[Tokens, tuple[set[str], set[str]]] = {}
        for which, table in enumerate(tables):
            for (_kind, *name), provinces in table.items():
                bare.setdefault(tuple(name), (set(), set()))[which].update(provinces)
        return {name: (frozenset(now), frozenset(then)) for name, (now, then) in bare.items()}

    def before_merger(self, name: Tokens, plain: bool = False) -> frozenset[str]:
        """Ids of the 63 provinces that had a commune of that name (``plain``: without marks)."""
        return (self._bare_plain if plain else self._bare).get(name, (frozenset(), frozenset()))[1]

    def lies_in(self, name: Tokens, plain: bool = False) -> frozenset[str]:
        """Ids of the provinces of today in which a commune of that name (``plain``: without marks) lies or lay."""
        now, then = (self._bare_plain if plain else self._bare).get(name, (frozenset(), frozenset()))
        return now | {self._places.today_of(code) for code in then}

    def end_of_bare_name(self, words: Words, start: int) -> int:
        """Where the longest commune name that begins at word ``start``, in capitals, ends; ``start`` itself if none does."""
        bare, tokens = (self._bare_plain, words.folded) if words.plain else (self._bare, words.exact)
        for end in range(min(start + self._longest, len(words)), start + 1, -1):
            if tuple(tokens[start:end]) in bare and words.proper(start, end) and words.one_name(start, end):
                return start if words.goes_on(end) else end
        return start

    def type_at(self, words: Words, place: int) -> str:
        """The type of commune that the word at ``place`` (and the one before) names; "" if none."""
        kind = (_PLAIN_TYPES if words.plain else _TYPES).get((words.folded if words.plain else words.exact)[place], "")
        if kind in _TWO_WORDS and words.exact[place] != "tt":
            return kind if place and words.folded[place - 1] == fold(_TWO_WORDS[kind]) else ""
        if kind == "xã" and place and words.folded[place - 1] == "thi":
            return ""
        return kind

    def end_of_name(self, words: Words, kind: str, start: int) -> int:
        """Where the longest commune name that begins at word ``start`` ends; ``start`` itself if none does."""
        tokens, tables = (words.folded, self._plain) if words.plain else (words.exact, (self._today, self._before))
        for end in range(min(start + self._longest, len(words)), start, -1):
            key = (kind, *tokens[start:end])
            if (key in tables[0] or key in tables[1]) and words.one_name(start, end) and self._written_as_name(words, start, end):
                return start if end - start == 1 and words.goes_on(end) else end
        return start

    @staticmethod
    def _written_as_name(words: Words, start: int, end: int) -> bool:
        return words.proper(start, end) if words.cased else not words.plain and end - start > 1

    def provinces(self, words: Words, kind: str, start: int, end: int, today: bool) -> frozenset[str]:
        """Ids of the provinces that have a commune of that name: of the 34 where today's map has it, or of the 63."""
        tokens, (now, then) = (words.folded, self._plain) if words.plain else (words.exact, (self._today, self._before))
        key = (kind, *tokens[start:end])
        before = then.get(key, frozenset())
        if not today:
            return before
        of_today = now.get(key, frozenset())
        return of_today or before

    def elsewhere(self, words: Words, kind: str, start: int, end: int, province: str) -> bool:
        """Whether before 1 July 2025 a commune of that name lay outside the province of today that holds ``province``."""
        tokens, then = (words.folded, self._plain[1]) if words.plain else (words.exact, self._before)
        before = then.get((kind, *tokens[start:end]), frozenset())
        return any(self._places.today_of(code) != self._places.today_of(province) for code in before)
