"""A search of the embedded index in parts, one for each core: the engine itself runs a query on a single one.

The parts are ranges of ids. They have the same hits, scores and counts together as the whole has, since what a word weighs is taken from
all documents. A segment mostly holds documents that came one after another, so that a range is cheap where it ends with a segment.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tantivy import DocAddress, Searcher

from index.nodes import Between, Combined, Node
from index.threads import cores

SMALL = 50_000
"""Documents that are not worth a second thread."""
FOR_EACH_CORE = 2
"""Parts, so that a core that has done with a small one takes another."""
NEAR = 0.1
"""How much larger than its fair share, of all documents, a part may be for ending with a segment."""


def parted(tree: Node, searcher: Searcher, newest: int) -> list[Node]:
    """The tree for each part; ``newest`` is the largest id that there is."""
    return [_within(tree, low, high) for low, high in ranges(searcher, newest)]


def ranges(searcher: Searcher, newest: int) -> list[tuple[int | None, int | None]]:
    """First and last id of each part; None is open."""
    if searcher.num_docs < SMALL or cores() == 1:
        return [(None, None)]
    number = cores() * FOR_EACH_CORE
    firsts = _read(searcher, [DocAddress(segment, 0) for segment in range(searcher.num_segments)])
    borders = sorted({_near(newest * part // number, firsts, newest) for part in range(1, number)})
    return [(low, high - 1 if high else None) for low, high in pairwise([None, *borders, None])]


def _read(searcher: Searcher, addresses: list[DocAddress]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values("id", addresses)]


def _near(border: int, firsts: Sequence[int], newest: int) -> int:
    """The first id of a segment, if there is one near."""
    nearest = min(firsts, key=lambda first: abs(first - border))
    return nearest if abs(nearest - border) <= NEAR * newest else border


def _within(tree: Node, low: int | None, high: int | None) -> Node:
    if low is None and high is None:
        return tree
    limit = Between("id", low, high)
    return replace(tree, filters=(*tree.filters, limit)) if isinstance(tree, Combined) else Combined(must=(tree,), filters=(limit,))
