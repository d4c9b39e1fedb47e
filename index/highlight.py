"""A snippet of the text as it was written, around what matched, with ``<mark>`` on it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.lexicon import Form, Lexicon
from index.query import Clause, Either, Every, Quoted, Words
from index.tokens import spans, words
from index.units import Unit, units

LONGEST = 300
"""Characters of a press text that may be shown."""
_SENTENCE = re.compile(r"(?<=[.!?…])[\s\"”']+|\n+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Tokens to mark: ``exact`` only with those marks or without any, otherwise in any marks."""

    tokens: Form
    exact: bool

    def fits(self, text: Sequence[tuple[str, str]], at: int) -> bool:
        """Whether the (exact, folded) tokens from ``at`` on are the pattern."""
        there = text[at : at + len(self.tokens)]
        if len(there) < len(self.tokens):
            return False
        if self.exact:
            return all(exact in pair for (exact, _), pair in zip(there, self.tokens, strict=True))
        return all(found == folded for (_, found), (_, folded) in zip(there, self.tokens, strict=True))


@dataclass(frozen=True, slots=True)
class Match:
    """A marked stretch: code points of the text, and the unit of the query that it answers."""

    start: int
    end: int
    unit: int


def runs(clause: Clause | None, lexicon: Lexicon) -> Iterable[list[Unit]]:
    """The runs of units that a query asks for; what it excludes is none of them."""
    if isinstance(clause, Words):
        yield units(clause.tokens, lexicon)
    elif isinstance(clause, Quoted):
        yield [Unit(clause.tokens)]
    elif isinstance(clause, Every | Either):
        for part in clause.parts:
            yield from runs(part, lexicon)


def wanted(clause: Clause | None, lexicon: Lexicon) -> list[list[Pattern]]:
    """What to mark, by unit of the query; what it excludes is not marked."""
    return [_patterns(unit) for run in runs(clause, lexicon) for unit in run if unit.kind not in ("optional", "newest")]


def _patterns(unit: Unit) -> list[Pattern]:
    return [Pattern(unit.typed(), unit.is_marked), *(Pattern(form, True) for form in unit.other_forms())]


def matches(text: str, patterns: list[list[Pattern]]) -> list[Match]:
    """Where the text answers the query; a word with other marks counts only if no word of the text has the right ones."""
    firsts = {pattern.tokens[0][1] for unit in patterns for pattern in unit}
    found, places = words(text), dict[str, list[int]]()
    for at, (_, folded) in enumerate(found):
        if folded in firsts:
            places.setdefault(folded, []).append(at)
    # Most texts that are looked through have few of the words, titles often none: then it does not matter where words stand.
    stretches = [stretch for number, unit in enumerate(patterns) for stretch in _of_unit(found, places, number, unit)]
    where = spans(text) if stretches else []
    return [Match(where[first][0], where[last][1], number) for first, last, number in stretches]


_Stretch = tuple[int, int, int]
"""First and last token, and number of the unit."""


def _of_unit(found: list[tuple[str, str]], places: dict[str, list[int]], number: int, unit: list[Pattern]) -> list[_Stretch]:
    exact = list(_fitting(found, places, number, unit))
    return exact or list(_fitting(found, places, number, [Pattern(pattern.tokens, False) for pattern in unit[:1]]))


def _fitting(found: list[tuple[str, str]], places: dict[str, list[int]], number: int, unit: list[Pattern]) -> Iterable[_Stretch]:
    firsts = {pattern.tokens[0][1] for pattern in unit}
    for at in sorted(at for first in firsts for at in places.get(first, ())):
        fitting = [len(pattern.tokens) for pattern in unit if pattern.fits(found, at)]
        if fitting:
            yield at, at + max(fitting) - 1, number


def _sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence; one too long to show is cut at blanks."""
    borders = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    pieces: list[tuple[int, int]] = []
    for start, end in pairwise(borders):
        while end - start > LONGEST:
            cut = text.rfind(" ", start + 1, start + LONGEST)
            cut = cut if cut > start else start + LONGEST
            pieces.append((start, cut))
            start = cut
        pieces.append((start, end))
    return [piece for piece in pieces if text[piece[0] : piece[1]].strip()]


def _window(text: str, found: list[Match], longest: int) -> tuple[int, int]:
    """The run of whole sentences within ``longest`` that answers most units, then has most matches, then comes first."""
    pieces = _sentences(text)
    best, best_worth = (0, 0), (-1, -1)
    for first in range(len(pieces)):
        start, last = pieces[first][0], first
        while last + 1 < len(pieces) and pieces[last + 1][1] - start <= longest:
            last += 1
        end = pieces[last][1]
        inside = [match for match in found if start <= match.start and match.end <= end]
        worth = (len({match.unit for match in inside}), len(inside))
        if worth > best_worth:
            best, best_worth = (start, end), worth
    return best


def _joined(found: list[Match], start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    inside = [match for match in found if start <= match.start and match.end <= end]
    for match in sorted(inside, key=lambda match: (match.start, -match.end)):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return spans


def snippet(text: str, patterns: list[list[Pattern]], longest: int = LONGEST) -> str:
    """At most ``longest`` characters of the text (marks and … not counted) where it answers most of the query.

    Cut between sentences, or between words where a sentence is longer; never within a word.
    """
    return cut(text, matches(text, patterns), longest)


def cut(text: str, found: list[Match], longest: int = LONGEST) -> str:
    """:func:`snippet`, for whoever has the matches already."""
    start, end = _window(text, found, longest)
    done, at = [], start
    for first, last in _joined(found, start, end):
        done += [text[at:first], "<mark>", text[first:last], "</mark>"]
        at = last
    shown = "".join([*done, text[at:end]]).strip()
    shown = re.sub(r"\s+", " ", shown)
    return f"{'… ' if text[:start].strip() else ''}{shown}{' …' if text[end:].strip() else ''}"
