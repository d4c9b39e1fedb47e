"""Counting cells on the embedded index: a number stands for all labels of a document, and is read for every document that matches.

Nested aggregations make a bucket of every cell and its parents, and each becomes a dictionary on the way here: ten times as slow. Equal
labels have the same number whenever they were written, so what a number means has to be looked up once: on any document that has it.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

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
        known = self._known[name]
        examples = {key: address for key, address in zip(column, addresses, strict=True) if key not in known}
        if not examples:
            return
        ids = _read(searcher, "id", list(examples.values()))
        terms = {field: {"terms": {"field": field, "size": MOST_LABELS}} for field in KEYS[name]}
        asked = {"keys": {"terms": {"field": name, "size": len(ids)}, "aggs": terms}}
        answer = searcher.aggregate(Query.term_set_query(schema, "id", ids), asked)
        for bucket in answer["keys"]["buckets"]:
            values = tuple(tuple(value["key"] for value in bucket[field]["buckets"]) for field in KEYS[name])
            known[int(bucket["key"])] = values


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
