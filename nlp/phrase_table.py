"""Finding many phrases in a text at once: a trie over syllables, matched with marks or, in text typed without them, without."""

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from langnghe.folding import fold

Value = TypeVar("Value")

ANY = "*"
"""Stands for any one token of a text."""


class Match(NamedTuple, Generic[Value]):
    """Tokens ``start`` to ``end`` (exclusive) are a phrase that stands for ``value``."""

    start: int
    end: int
    value: Value


class _Node(Generic[Value]):
    __slots__ = ("children", "phrases")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Value]] = {}
        self.phrases: list[tuple[tuple[str, ...], Value]] = []

    def after(self, token: str) -> "list[_Node[Value]]":
        """Nodes that ``token`` leads to."""
        return [child for key in (token, ANY) if (child := self.children.get(key))]


def _same(written: str, meant: str, plain: bool) -> bool:
    """Whether a token stands for a phrase's syllable; ``plain`` text leaves all marks out."""
    return written == meant or (plain and written.isascii())


class PhraseTable(Generic[Value]):
    """Phrases, each with a value. Tokens are compared in :func:`langnghe.folding.canonical` form."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()

    def add(self, phrase: Sequence[str], value: Value) -> None:
        """Add a phrase, given as canonical tokens with their marks."""
        node = self._root
        for token in phrase:
            node = node.children.setdefault(fold(token), _Node())
        node.phrases.append((tuple(phrase), value))

    def at(self, start: int, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Phrases that begin at token ``start``, shortest first; ``*`` in a phrase stands for any token."""
        nodes, end = self._root.after(folded[start]), start + 1
        while nodes:
            for node in nodes:
                for phrase, value in node.phrases:
                    if all(meant == ANY or _same(written, meant, plain) for written, meant in zip(exact[start:end], phrase, strict=True)):
                        yield Match(start, end, value)
            if end == len(folded):
                return
            nodes = [child for node in nodes for child in node.after(folded[end])]
            end += 1

    def all_matches(self, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Every phrase of the text, overlapping ones included."""
        for start in range(len(folded)):
            yield from self.at(start, exact, folded, plain)

    def longest_matches(self, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Phrases from left to right, the longest at each place, without overlaps."""
        start = 0
        while start < len(folded):
            longest: Match[Value] | None = None
            for match in self.at(start, exact, folded, plain):
                longest = match
            if longest is None:
                start += 1
            else:
                yield longest
                start = longest.end
