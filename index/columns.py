"""Counting on the embedded index: a number stands for all labels of a document, and is read or counted for every one that matches.

Nested aggregations make a bucket of every cell and its parents, and each becomes a dictionary on the way here: ten times as slow; a facet
of a field with several values a document takes three times as long as one of numbers. Equal labels have the same number whenever they
were written, so what a number means has to be looked up once: on any document that has it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from tantivy import DocAddress, Order, Query, Schema, Searcher

from index.documents import IndexedDocument, day_of
from index.embedded_query import KEYS, translate
from index.interface import Cell
from index.nodes import Between, Combined, Node
from index.products import Coded, coded, count_products

AT_ONCE = 200_000
"""Documents that are read in one pass, some 30 MB."""
MOST_LABELS = 1_000
"""Values of one field that one document may have."""
MOST_SETS = 20_000
"""Different numbers of one column that a facet is counted by."""
Counts = dict[str, int]
Aggregate = Callable[[dict[str, Any]], list[dict[str, Any]]]
"""Aggregates all documents that match, in parts."""
Values = tuple[tuple[str, ...], ...]
"""The values of each field of a key."""


def key_of(document: IndexedDocument, fields: Sequence[str]) -> int:
    """The number that stands for a document's values of fields."""
    return _number(tuple(_values(getattr(document, name)) for name in fields))


def _values(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(sorted(set(value)))


@lru_cache(maxsize=2**14)
def _number(values: Values) -> int:
    # 48 bits: two of some thousand sets of labels share a number once in ten million installations.
    return int.from_bytes(blake2b(repr(values).encode(), digest_size=6).digest())


class Columns:
    """What the numbers mean, as far as it has been looked up."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, Values]] = {name: {} for name in KEYS}

    def count(self, searcher: Searcher, schema: Schema, tree: Node, fields: Sequence[str]) -> dict[Cell, int]:
        """Documents that match, by the values of fields: labels of :data:`KEYS`, or ``day``."""
        names = {_column(name) for name in fields}
        cells: dict[Cell, int] = {}
        for addresses in _slices(searcher, schema, tree):
            columns = {name: _read(searcher, name, addresses) for name in names}
            for name in names & KEYS.keys():
                self._look_up(searcher, schema, name, columns[name], addresses)
            found = count_products([self._coded(name, columns[_column(name)]) for name in fields])
            cells = {cell: cells.get(cell, 0) + found.get(cell, 0) for cell in cells | found} if cells else found
        return cells

    def _coded(self, field: str, column: list[int]) -> Coded:
        """A column of numbers as the values that they mean."""
        keys, rows = np.unique(np.array(column, dtype=np.int64), return_inverse=True)
        name = _column(field)
        if name not in KEYS:
            return coded(rows, [(day_of(day),) for day in keys.tolist()])
        part = KEYS[name].index(field)
        return coded(rows, [self._known[name][key][part] for key in keys.tolist()])

    def _look_up(self, searcher: Searcher, schema: Schema, name: str, column: list[int], addresses: list[DocAddress]) -> None:
        examples = {key: address for key, address in zip(column, addresses, strict=True) if key not in self._known[name]}
        if examples:
            self._learn(searcher, schema, name, _read(searcher, "id", list(examples.values())))

    def _learn(self, searcher: Searcher, schema: Schema, name: str, ids: Sequence[int]) -> None:
        """What the numbers of some documents mean."""
        terms = {field: {"terms": {"field": field, "size": MOST_LABELS}} for field in KEYS[name]}
        asked = {"keys": {"terms": {"field": name, "size": len(ids)}, "aggs": terms}}
        answer = searcher.aggregate(Query.term_set_query(schema, "id", list(ids)), asked)
        for bucket in answer["keys"]["buckets"]:
            values = tuple(tuple(value["key"] for value in bucket[field]["buckets"]) for field in KEYS[name])
            self._known[name][int(bucket["key"])] = values

    def facets(
        self, searcher: Searcher, schema: Schema, answers: Sequence[dict[str, Any]], aggregate: Aggregate, fields: Sequence[str]
    ) -> dict[str, Counts]:
        """Counts by the values of each field, of what each part answered to :func:`asked_of` those fields."""
        counted = _summed(answers)
        for name in counted.keys() & KEYS.keys():
            if counted[name].keys() - self._known[name].keys():
                self._learn(searcher, schema, name, _examples(aggregate, name))
        return {field: self._facet(field, counted) for field in fields}

    def _facet(self, field: str, counted: dict[str, Counter[Any]]) -> Counts:
        name = _column(field)
        if name not in KEYS:
            return dict(counted[name])
        part, counts = KEYS[name].index(field), Counter[str]()
        for key, number in counted[name].items():
            counts.update(dict.fromkeys(self._known[name][key][part], number))
        return dict(counts)


def asked_of(fields: Iterable[str]) -> dict[str, Any]:
    """The aggregations that facets of fields need, by column."""
    return {name: {"terms": {"field": name, "size": MOST_SETS}} for name in dict.fromkeys(_column(field) for field in fields)}


def _summed(answers: Sequence[dict[str, Any]]) -> dict[str, Counter[Any]]:
    """The counts of all parts together, by column and value."""
    counted: dict[str, Counter[Any]] = {}
    for answer in answers:
        for name, found in answer.items():
            counts = {int(bucket["key"]) if name in KEYS else bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}
            counted.setdefault(name, Counter()).update(counts)
    return counted


def _examples(aggregate: Aggregate, name: str) -> list[int]:
    """A document for every number of a column."""
    asked = {"keys": {"terms": {"field": name, "size": MOST_SETS}, "aggs": {"example": {"min": {"field": "id"}}}}}
    return [int(bucket["example"]["value"]) for answer in aggregate(asked) for bucket in answer["keys"]["buckets"]]


def _column(field: str) -> str:
    return next((name for name, fields in KEYS.items() if field in fields), field)


def _read(searcher: Searcher, name: str, addresses: list[DocAddress]) -> list[int]:
    return searcher.fast_field_values(name, addresses)  # type: ignore[return-value]


def _slices(searcher: Searcher, schema: Schema, tree: Node) -> Iterator[list[DocAddress]]:
    """All documents that match, by id, so many at a time that memory stays flat."""
    last: int | None = None
    while True:
        limits = () if last is None else (Between("id", last + 1, None),)
        query = translate(Combined(must=(tree,), filters=limits) if limits else tree, schema)
        hits = searcher.search(query, limit=AT_ONCE, count=False, order_by_field="id", order=Order.Asc).hits
        if hits:
            yield [address for _, address in hits]
        if len(hits) < AT_ONCE:
            return
        last = int(hits[-1][0])
