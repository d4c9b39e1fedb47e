"""The tree of a query as tantivy's own query."""

from dataclasses import replace
from functools import singledispatch
from typing import Any

from tantivy import FieldType, Occur, Query, Schema, SchemaBuilder

from index.indexed_fields import LABELS, TEXTS
from index.nodes import Best, Between, Combined, Constant, Everything, Node, OneOf, Phrase, Term, Weighted

NUMBERS = ("id", "revision", "story", "day", "recency")
KEYS = {
    "topics_key": ("topics",),
    "places_key": ("today", "provinces"),
    "labels_key": ("sentiment", "intent", "kind", "concern", "relevant"),
}
"""Number that stands for a document's values of some fields → those fields; see :mod:`index.columns`."""

FEW = 16
"""Values that are looked up one by one, as far as other conditions leave documents; a set of terms is read whole first."""


def make_schema() -> Schema:
    """Token fields that only split at blanks, label fields as they stand, numbers; nothing is stored, for the record holds it."""
    builder = SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in LABELS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in NUMBERS:
        # Signed: tantivy-py deletes nothing by a term of an unsigned field.
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in KEYS:
        builder.add_integer_field(name, indexed=False, fast=True)
    return builder.build()


def prepared(tree: Node, newest: int) -> Node:
    """A tree that finds and scores the same, in a form that the engine runs sooner; ``newest`` is the largest id that there is."""
    if not isinstance(tree, Combined):
        return tree
    # For a limit that excludes nothing the engine would look at every document.
    filters = tuple(part for part in tree.filters if not _is_idle(part, newest))
    must = tuple(_narrowed(part, filters) for part in tree.must) if filters else tree.must
    return replace(tree, filters=filters, must=must)


def _narrowed(node: Node, filters: tuple[Node, ...]) -> Node:
    """The same under filters, with these at every phrase: a union looks for all places of its phrases, whatever else is asked for."""
    if isinstance(node, Phrase):
        return Combined(must=(node,), filters=filters)
    if isinstance(node, Best):
        return Best(tuple(_narrowed(part, filters) for part in node.parts))
    if isinstance(node, Weighted | Constant):
        return replace(node, part=_narrowed(node.part, filters))
    return replace(node, must=tuple(_narrowed(part, filters) for part in node.must)) if isinstance(node, Combined) else node


def _is_idle(part: Node, newest: int) -> bool:
    return isinstance(part, Between) and part.field == "id" and part.low is None and part.high is not None and part.high >= newest


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


@singledispatch
def translate(node: Node, schema: Schema) -> Any:  # noqa: ARG001
    """The query that matches and scores like ``node``."""
    raise TypeError(f"no translation of {node!r}")


@translate.register
def _(node: Everything, schema: Schema) -> Query:  # noqa: ARG001
    return _unscored(Query.all_query())


@translate.register
def _(node: Term, schema: Schema) -> Query:
    return Query.term_query(schema, node.field, node.token, "position")


@translate.register
def _(node: Phrase, schema: Schema) -> Query:
    return Query.phrase_query(schema, node.field, list(node.tokens))


@translate.register
def _(node: OneOf, schema: Schema) -> Query:
    if len(node.values) > FEW:
        return _unscored(Query.term_set_query(schema, node.field, list(node.values)))
    terms = [Query.term_query(schema, node.field, value, "basic") for value in node.values]
    return _unscored(terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms]))


@translate.register
def _(node: Between, schema: Schema) -> Query:
    return _unscored(Query.range_query(schema, node.field, FieldType.Integer, node.low, node.high))


@translate.register
def _(node: Combined, schema: Schema) -> Query:
    parts = [(Occur.Must, translate(part, schema)) for part in node.must]
    parts += [(Occur.Must, _unscored(translate(part, schema))) for part in node.filters]
    parts += [(Occur.Should, translate(part, schema)) for part in node.should]
    parts += [(Occur.MustNot, translate(part, schema)) for part in node.without]
    if not (node.must or node.filters or (node.should and node.at_least)):
        # Lucene lets a query without conditions match everything, tantivy nothing.
        parts.append((Occur.Must, _unscored(Query.all_query())))
    return Query.boolean_query(parts, minimum_number_should_match=node.at_least)


@translate.register
def _(node: Best, schema: Schema) -> Query:
    return Query.disjunction_max_query([translate(part, schema) for part in node.parts])


@translate.register
def _(node: Weighted, schema: Schema) -> Query:
    return Query.boost_query(translate(node.part, schema), node.weight)


@translate.register
def _(node: Constant, schema: Schema) -> Query:
    return Query.const_score_query(translate(node.part, schema), node.score)
