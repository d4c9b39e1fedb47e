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
    __slots__ = ("any", "children", "phrases")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Value]] = {}
        self.any: _Node[Value] | None = None
        """Where any token leads."""
        self.phrases: list[tuple[list[str], Value]] = []

    def grown(self, token: str) -> "_Node[Value]":
        """The node that a phrase's token leads to, made where there is none."""
        if token == ANY:
            self.any = self.any or _Node()
            return self.any
        return self.children.setdefault(fold(token), _Node())

    def may_go_on(self, token: str | None) -> bool:
        """Whether a phrase ends here, or goes on with ``token``."""
        return bool(self.phrases) or self.any is not None or token in self.children

    def after(self, token: str) -> "list[_Node[Value]]":
        """Nodes that a text's token leads to."""
        child = self.children.get(token)
        if self.any is None:
            return [] if child is None else [child]
        return [self.any] if child is None else [child, self.any]


def _same(written: str, meant: str, plain: bool) -> bool:
    """Whether a token stands for a phrase's syllable; ``plain`` text leaves all marks out."""
    return written == meant or meant == ANY or (plain and written.isascii())


class PhraseTable(Generic[Value]):
    """Phrases, each with a value. Tokens are compared in :func:`langnghe.folding.canonical` form."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()

    def add(self, phrase: Sequence[str], value: Value) -> None:
        """Add a phrase, given as canonical tokens with their marks."""
        node = self._root
        for token in phrase:
            node = node.grown(token)
        node.phrases.append((list(phrase), value))

    def at(self, start: int, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Phrases that begin at token ``start``, shortest first; ``*`` in a phrase stands for any token."""
        nodes, end = self._root.after(folded[start]), start + 1
        while nodes:
            for node in nodes:
                for phrase, value in node.phrases:
                    written = exact[start:end]
                    # Comparing the lists first spares most phrases a look at each of their tokens.
                    if written == phrase or all(_same(one, meant, plain) for one, meant in zip(written, phrase, strict=True)):
                        yield Match(start, end, value)
            if end == len(folded):
                return
            token = folded[end]
            nodes = nodes[0].after(token) if len(nodes) == 1 else [child for node in nodes for child in node.after(token)]
            end += 1

    def all_matches(self, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Every phrase of the text, overlapping ones included."""
        for start in self.beginnings(folded):
            yield from self.at(start, exact, folded, plain)

    def longest_matches(self, exact: Sequence[str], folded: Sequence[str], plain: bool) -> Iterator[Match[Value]]:
        """Phrases from left to right, the longest at each place, without overlaps."""
        done = 0
        for start in self.beginnings(folded):
            if start < done:
                continue
            longest: Match[Value] | None = None
            for match in self.at(start, exact, folded, plain):
                longest = match
            if longest is not None:
                yield longest
                done = longest.end

    def beginnings(self, folded: Sequence[str]) -> list[int]:
        """Places where a phrase may begin: one is a single token, or the next token goes on with one."""
        known, anything = self._root.children, self._root.any
        after = [*folded[1:], None]
        if anything is None:
            return [place for place, token in enumerate(folded) if token in known and known[token].may_go_on(after[place])]
        nodes = [(anything, known[token]) if token in known else (anything,) for token in folded]
        return [place for place, some in enumerate(nodes) if any(node.may_go_on(after[place]) for node in some)]
