"""Counting cells: what both engines are asked for, and how their answer is read."""

from collections.abc import Iterator, Sequence
from typing import Any

MOST_VALUES = 20_000
"""Values of one field within a cell; far above what any field has, so that no count is cut short."""


def nested(fields: Sequence[str]) -> dict[str, Any]:
    """An aggregation by the values of fields, one within the other."""
    inner: dict[str, Any] = {}
    for name in reversed(fields):
        inner = {"cells": {"terms": {"field": name, "size": MOST_VALUES}} | ({"aggs": inner} if inner else {})}
    return inner


def read_cells(answer: dict[str, Any], fields: Sequence[str]) -> dict[tuple[str | int, ...], int]:
    """Counts by the values of the fields."""
    return dict(_cells(answer, len(fields), ()))


def _cells(answer: dict[str, Any], depth: int, above: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    for bucket in answer["cells"]["buckets"]:
        key = bucket["key"]
        values = (*above, key if isinstance(key, str) else int(key))
        if depth > 1:
            yield from _cells(bucket, depth - 1, values)
        else:
            yield values, int(bucket["doc_count"])
