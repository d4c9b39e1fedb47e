"""Counts by day, topic, stance and province: of everything from the record's facts, under a query from the index; the two agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import reduce
from itertools import repeat
from math import prod
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from index.documents import day_number
from index.interface import Cell, SearchIndex, SearchRequest
from index.nodes import Between, Combined, Node
from index.search import planned
from index.threads import started
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import DocumentRow, Fact

Dimension = Literal["day", "province", "topic", "sentiment", "intent", "kind", "concern"]
FIELDS: dict[Dimension, str] = {
    "day": "day",
    "province": "today",
    "topic": "topics",
    "sentiment": "sentiment",
    "intent": "intent",
    "kind": "kind",
    "concern": "concern",
}
VALUES: dict[Dimension, int] = {"day": 1, "province": 35, "topic": 48, "sentiment": 3, "intent": 5, "kind": 5, "concern": 3}
"""The most values of each dimension; a day is one."""
_FACT = Fact.__table__.c
_AS_READ: dict[Dimension, ColumnElement[Any]] = {"day": type_coerce(_FACT.day, String), "concern": cast(_FACT.concern, String)}
"""A day as it is stored: a hundred thousand cells have ninety days, each of which becomes a date once."""
_WITHIN, _BETWEEN = "|", ","
"""Signs that no value of a dimension has."""


def count(
    record: Record,
    index: SearchIndex,
    actor: Actor,
    request: SearchRequest,
    by: Sequence[Dimension],
    config_dir: Path | None = None,
) -> dict[Cell, int]:
    """Relevant documents that answer a request, by dimensions: ``{(date(2026, 11, 3), "hi_drug_supply"): 4}``.

    A document counts in every cell that it belongs to; provinces are those of today, ``VN`` where there is none.

    Raises:
        NotAllowed: the actor is no viewer.
        NeedsRebuild, Unavailable: the index is needed, and has to be built again or does not answer.
    """
    actor.require(Role.viewer, None, "count")
    request = request.model_copy(update={"relevant": True})
    if not request.query.strip() and is_of_facts(request):
        return count_facts(record, actor, request, by)
    return count_index(record, index, actor, request, by, config_dir)


def is_of_facts(request: SearchRequest) -> bool:
    """Whether the record's facts hold all that the request's filters ask for."""
    beyond = (request.outlets, request.audiences, request.responsible, request.veracity, request.formal, request.min_weight)
    return not any(value not in ((), None) for value in beyond) and not any(code.startswith("63-") for code in request.provinces)


def count_facts(record: Record, actor: Actor, request: SearchRequest, by: Sequence[Dimension]) -> dict[Cell, int]:
    """See :func:`count`; without a query."""
    # Facts are the cross product of a document's topics and provinces: where both are fixed, each row is another document.
    is_fixed = all(name in by or len(chosen) == 1 for name, chosen in (("province", request.provinces), ("topic", request.topics)))
    if is_fixed and "day" in by and (packed := _packed(by)):
        return _count_packed(record, actor, request, by, packed)
    number = func.count() if is_fixed else func.count(_FACT.document_id.distinct())
    query = select(*_columns(by), number).group_by(*(_FACT[name] for name in by))
    rows = _rows(record, actor, request, query)
    if "day" not in by:
        return {tuple(row[:-1]): row[-1] for row in rows}
    at = by.index("day")
    days = {day: _stored_day(day) for day in {row[at] for row in rows}}
    return {(*row[:at], days[row[at]], *row[at + 1 : -1]): row[-1] for row in rows}


def _columns(names: Sequence[Dimension]) -> list[ColumnElement[Any]]:
    return [_AS_READ.get(name, _FACT[name]) for name in names]


def _packed(by: Sequence[Dimension]) -> slice | None:
    """The dimensions beside day and province, where they stand together."""
    places = [at for at, name in enumerate(by) if name not in ("day", "province")]
    return slice(places[0], places[-1] + 1) if places and places[-1] - places[0] + 1 == len(places) else None


def _count_packed(record: Record, actor: Actor, request: SearchRequest, by: Sequence[Dimension], packed: slice) -> dict[Cell, int]:
    """One row for each day and province, with all that was counted there: a hundred thousand rows take longer to hand over than to find."""
    before, after = by[: packed.start], by[packed.stop :]
    kept, values = [*before, *after], reduce(lambda said, column: said + _WITHIN + column, _columns(by[packed]))
    query = select(*_columns(kept), func.aggregate_strings(values, _BETWEEN)).group_by(*(_FACT[name] for name in kept))
    day_at, cells = kept.index("day"), dict[Cell, int]()
    for *place, said in _rows(record, actor, request, query):
        place[day_at] = _stored_day(place[day_at])
        counted = Counter(said.split(_BETWEEN))
        parts = zip(*(value.split(_WITHIN) for value in counted), strict=True)
        keys = zip(*map(repeat, place[: len(before)]), *parts, *map(repeat, place[len(before) :]), strict=False)
        cells.update(zip(keys, counted.values(), strict=True))
    return cells


def _rows(record: Record, actor: Actor, request: SearchRequest, query: Select[Any]) -> Sequence[Sequence[Any]]:
    query = _filtered(query, request)
    if not actor.is_national:
        query = query.join(DocumentRow, DocumentRow.id == _FACT.document_id)
        query = query.where(or_(DocumentRow.office.is_(None), DocumentRow.office == actor.office))
    with record.reading() as session:
        return _plain_rows(session, query)


def _plain_rows(session: Session, query: Select[Any]) -> Sequence[Sequence[Any]]:
    """Rows as the driver gives them: a hundred thousand objects around them take as long as the database."""
    cursor = session.connection().execute(query).cursor
    return cursor.fetchall() if cursor is not None else []


def _stored_day(value: str | date) -> date:
    """A day as SQLite (text) and PostgreSQL give it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _filtered(query: Select[Any], request: SearchRequest) -> Select[Any]:
    chosen: list[tuple[Any, Sequence[str | int]]] = [
        (_FACT.province, request.provinces),
        (_FACT.topic, request.topics),
        (_FACT.sentiment, request.sentiments),
        (_FACT.intent, request.intents),
        (_FACT.kind, request.kinds),
        (_FACT.source, request.sources),
        (_FACT.concern, request.concerns),
        (_FACT.story_id, request.stories),
    ]
    for column, values in chosen:
        query = query.where(column.in_(values)) if values else query
    if request.first_day is not None:
        query = query.where(_FACT.day >= request.first_day)
    if request.last_day is not None:
        query = query.where(_FACT.day <= request.last_day)
    if request.up_to is not None:
        query = query.where(_FACT.document_id <= request.up_to)
    return query if request.after is None else query.where(_FACT.document_id > request.after)


def count_index(
    record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, by: Sequence[Dimension], config_dir: Path | None = None
) -> dict[Cell, int]:
    """See :func:`count`; from the index, a few days at a time where all would be more cells than an engine counts at once."""
    trees_, _ = planned(request, actor, vietnam_day(record.clock.now()), config_dir)
    fields = [FIELDS[name] for name in by]
    parts = list(_parts(record, trees_.strict, request, by, index.most_cells))
    counted = started(lambda tree: index.count_cells(tree, fields), parts)()
    found = {cell: number for part in counted for cell, number in part.items()}  # no two parts share a day
    chosen = _chosen(request, by)
    return {cell: number for cell, number in found.items() if all(cell[at] in values for at, values in chosen)} if chosen else found


def _parts(record: Record, tree: Node, request: SearchRequest, by: Sequence[Dimension], most_cells: int | None) -> Iterator[Node]:
    if "day" not in by or most_cells is None:
        yield tree
        return
    first, last = _span(record, request)
    days = max(1, most_cells // prod(VALUES[name] for name in by))
    while first <= last:
        until = min(last, first + timedelta(days - 1))
        yield Combined(must=(tree,), filters=(Between("day", day_number(first), day_number(until)),))
        first = until + timedelta(1)


def _span(record: Record, request: SearchRequest) -> tuple[date, date]:
    with record.reading() as session:
        # Two questions, each answered by the end of an index; in one they would read all of it.
        earliest, latest = session.scalar(select(func.min(DocumentRow.day))), session.scalar(select(func.max(DocumentRow.day)))
    today = vietnam_day(record.clock.now())
    return max(request.first_day or date.min, earliest or today), min(request.last_day or date.max, latest or today)


def _chosen(request: SearchRequest, by: Sequence[Dimension]) -> list[tuple[int, set[str]]]:
    """Places in a cell and what may stand there: a document of two provinces counts in the one that was asked for."""
    today = {code for code in request.provinces if not code.startswith("63-")}
    wanted = {"topic": set(request.topics), "province": today if len(today) == len(request.provinces) else set()}
    return [(at, wanted[name]) for at, name in enumerate(by) if wanted.get(name)]
