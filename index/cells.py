"""Counting cells by nested aggregations of Elasticsearch: what it is asked for, and how its answer is read."""

from collections.abc import Iterator, Sequence
from typing import Any

from index.documents import day_of
from index.interface import Cell

MOST_VALUES = 20_000
"""Values of one field within a cell; far above what any field has, so that no count is cut short."""
MOST_CELLS = 60_000
"""Cells of one count: more than 65,000 buckets are refused."""
FEW_FIRST = ("sentiment", "concern", "kind", "intent", "today", "topics", "day")
"""Fields from few to many values: every value has buckets of its own within, so the innermost should be the one with most."""


def nested(fields: Sequence[str]) -> dict[str, Any]:
    """An aggregation by the values of fields, one within the other."""
    inner: dict[str, Any] = {}
    for name in reversed(_ordered(fields)):
        inner = {"cells": {"terms": {"field": name, "size": MOST_VALUES}} | ({"aggs": inner} if inner else {})}
    return inner


def _ordered(fields: Sequence[str]) -> list[str]:
    return sorted(fields, key=FEW_FIRST.index)


def read_cells(answer: dict[str, Any], fields: Sequence[str]) -> dict[Cell, int]:
    """Counts by the values of the fields."""
    asked = _ordered(fields)
    places = [asked.index(name) for name in fields]
    return {tuple([values[at] for at in places]): number for values, number in _cells(answer, asked, ())}


def _cells(answer: dict[str, Any], fields: Sequence[str], above: Cell) -> Iterator[tuple[Cell, int]]:
    is_day, within = fields[0] == "day", fields[1:]
    for bucket in answer["cells"]["buckets"]:
        values = (*above, day_of(int(bucket["key"])) if is_day else bucket["key"])
        if within:
            yield from _cells(bucket, within, values)
        else:
            yield values, int(bucket["doc_count"])
