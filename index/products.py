"""Counting combinations of values, of which a row may have several in one field: numbers in arrays, names at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """One field: row ``i`` has the set of values ``rows[i]``, whose members are ``members[starts[s] : starts[s] + sizes[s]]``."""

    rows: Numbers
    starts: Numbers
    sizes: Numbers
    members: Numbers
    names: list[str | date]
    """What the members stand for."""


def coded(rows: NDArray[Any], sets: Sequence[Sequence[str | date]]) -> Coded:
    """A field whose row ``i`` has the values ``sets[rows[i]]``."""
    names = list(dict.fromkeys(value for values in sets for value in values))
    number = {name: at for at, name in enumerate(names)}
    sizes = np.array([len(values) for values in sets], dtype=np.int64)
    members = np.array([number[value] for values in sets for value in values], dtype=np.int64)
    return Coded(rows.astype(np.int64), np.cumsum(sizes) - sizes, sizes, members, names)


def count_products(fields: Sequence[Coded]) -> dict[tuple[str | date, ...], int]:
    """How many rows have each combination of values, one of each field."""
    which = np.arange(len(fields[0].rows), dtype=np.int64)
    cells = np.zeros_like(which)
    for field in fields:
        sets = field.rows[which]
        sizes = field.sizes[sets]
        which, cells, starts = (np.repeat(column, sizes) for column in (which, cells, field.starts[sets]))
        within = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        cells = cells * max(1, len(field.names)) + field.members[starts + within]
    found, numbers = np.unique(cells, return_counts=True)
    return dict(zip(_names(found, fields), numbers.tolist(), strict=True))


def _names(cells: Numbers, fields: Sequence[Coded]) -> Iterator[tuple[str | date, ...]]:
    columns: list[list[str | date]] = []
    for field in reversed(fields):
        cells, at = np.divmod(cells, max(1, len(field.names)))
        columns.insert(0, [field.names[number] for number in at.tolist()])
    return zip(*columns, strict=True)
