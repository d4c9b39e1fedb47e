"""A query as a tree that knows no backend: each backend turns it into its own, node by node."""

from dataclasses import dataclass, replace


class Node:
    """Any part of a query; it matches documents and gives each a score."""


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """Every document, with the score 0."""


@dataclass(frozen=True, slots=True)
class Term(Node):
    """One token in one text field, scored by BM25."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Tokens that stand next to each other in that order, scored by BM25."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """Documents with at least one of the values in a field of labels; score 0."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Documents whose number lies between two, both included; None is open; score 0."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Combined(Node):
    """All of ``must`` and ``filters``, at least ``at_least`` of ``should``, none of ``without``; adds the scores of must and should."""

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    filters: tuple[Node, ...] = ()
    without: tuple[Node, ...] = ()
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Best(Node):
    """Any of the parts, with the score of the best one."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Weighted(Node):
    """The part, its score multiplied."""

    part: Node
    weight: float


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """The part, with a fixed score."""

    part: Node
    score: float


def phrase(field: str, tokens: tuple[str, ...]) -> Node:
    """The tokens as a phrase, or as the one term they are."""
    return Phrase(field, tokens) if len(tokens) > 1 else Term(field, tokens[0])


def all_of(parts: list[Node]) -> Node:
    """Documents that match every part."""
    return parts[0] if len(parts) == 1 else Combined(must=tuple(parts)) if parts else Everything()


def any_of(parts: list[Node], at_least: int = 1) -> Node:
    """Documents that match some of the parts."""
    return parts[0] if len(parts) == 1 else Combined(should=tuple(parts), at_least=at_least)


def without_lifts(node: Node) -> Node:
    """The same documents without what only lifts them: for counting."""
    if not isinstance(node, Combined) or node.at_least > 0:
        return node
    bare = replace(node, should=(), must=tuple(without_lifts(part) for part in node.must))
    alone = len(bare.must) == 1 and not (bare.filters or bare.without)
    return bare.must[0] if alone else bare
