"""The tree of a query as Elasticsearch's query DSL; what a reader types never reaches the server as a query string."""

from functools import singledispatch
from typing import Any

from index.nodes import Best, Between, Combined, Constant, Everything, Node, OneOf, Phrase, Term, Weighted

Dsl = dict[str, Any]


def _unscored(query: Dsl) -> Dsl:
    return {"constant_score": {"filter": query, "boost": 0}}


@singledispatch
def translate(node: Node) -> Dsl:
    """The query that matches and scores like ``node``."""
    raise TypeError(f"no translation of {node!r}")


@translate.register
def _(node: Everything) -> Dsl:  # noqa: ARG001
    return _unscored({"match_all": {}})


@translate.register
def _(node: Term) -> Dsl:
    return {"term": {node.field: node.token}}


@translate.register
def _(node: Phrase) -> Dsl:
    return {"match_phrase": {node.field: " ".join(node.tokens)}}


@translate.register
def _(node: OneOf) -> Dsl:
    return _unscored({"terms": {node.field: list(node.values)}})


@translate.register
def _(node: Between) -> Dsl:
    limits = {"gte": node.low, "lte": node.high}
    return _unscored({"range": {node.field: {name: value for name, value in limits.items() if value is not None}}})


@translate.register
def _(node: Combined) -> Dsl:
    bool_query: Dsl = {
        "must": [translate(part) for part in node.must],
        "filter": [translate(part) for part in node.filters],
        "should": [translate(part) for part in node.should],
        "must_not": [translate(part) for part in node.without],
        "minimum_should_match": node.at_least,
    }
    if not (node.must or node.filters or (node.should and node.at_least)):
        bool_query["filter"] = [{"match_all": {}}]
    return {"bool": bool_query}


@translate.register
def _(node: Best) -> Dsl:
    return {"dis_max": {"queries": [translate(part) for part in node.parts]}}


@translate.register
def _(node: Weighted) -> Dsl:
    return {"bool": {"must": [translate(node.part)], "boost": node.weight}}


@translate.register
def _(node: Constant) -> Dsl:
    return {"constant_score": {"filter": translate(node.part), "boost": node.score}}
