"""Counts by day, topic, stance and province: of everything from the record's facts, under a query from the index; the two agree."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import prod
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Select, func, or_, select

from index.documents import day_number
from index.interface import MOST_CELLS, SearchIndex, SearchRequest
from index.nodes import Between, Combined, Node
from index.search import planned
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
Cell = tuple[str | int | date, ...]


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
    columns = [getattr(Fact, name) for name in by]
    # Facts are the cross product of a document's topics and provinces: where both are fixed, each row is another document.
    is_fixed = all(name in by or len(chosen) == 1 for name, chosen in (("province", request.provinces), ("topic", request.topics)))
    number = func.count() if is_fixed else func.count(Fact.document_id.distinct())
    query = _filtered(select(*columns, number).group_by(*columns), request)
    if not actor.is_national:
        query = query.join(DocumentRow, DocumentRow.id == Fact.document_id)
        query = query.where(or_(DocumentRow.office.is_(None), DocumentRow.office == actor.office))
    with record.reading() as session:
        found = [(tuple(row[:-1]), int(row[-1])) for row in session.execute(query)]
    return {tuple(str(value) if name == "concern" else value for name, value in zip(by, key, strict=True)): n for key, n in found}


def _filtered(query: Select[Any], request: SearchRequest) -> Select[Any]:
    chosen: list[tuple[Any, Sequence[str | int]]] = [
        (Fact.province, request.provinces),
        (Fact.topic, request.topics),
        (Fact.sentiment, request.sentiments),
        (Fact.intent, request.intents),
        (Fact.kind, request.kinds),
        (Fact.source, request.sources),
        (Fact.concern, request.concerns),
        (Fact.story_id, request.stories),
    ]
    for column, values in chosen:
        query = query.where(column.in_(values)) if values else query
    if request.first_day is not None:
        query = query.where(Fact.day >= request.first_day)
    if request.last_day is not None:
        query = query.where(Fact.day <= request.last_day)
    if request.up_to is not None:
        query = query.where(Fact.document_id <= request.up_to)
    return query if request.after is None else query.where(Fact.document_id > request.after)


def count_index(
    record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, by: Sequence[Dimension], config_dir: Path | None = None
) -> dict[Cell, int]:
    """See :func:`count`; from the index, a few days at a time where all would be more cells than an engine counts at once."""
    trees_, _ = planned(request, actor, vietnam_day(record.clock.now()), config_dir)
    fields = [FIELDS[name] for name in by]
    found: dict[Cell, int] = {}
    for tree in _parts(record, trees_.strict, request, by):
        for key, number in index.count_cells(tree, fields).items():
            cell = tuple(_day(value) if name == "day" else value for name, value in zip(by, key, strict=True))
            found[cell] = found.get(cell, 0) + number
    return {cell: number for cell, number in found.items() if _is_chosen(cell, request, by)}


def _parts(record: Record, tree: Node, request: SearchRequest, by: Sequence[Dimension]) -> Iterator[Node]:
    if "day" not in by:
        yield tree
        return
    first, last = _span(record, request)
    days = max(1, MOST_CELLS // prod(VALUES[name] for name in by))
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


def _is_chosen(cell: Cell, request: SearchRequest, by: Sequence[Dimension]) -> bool:
    """Whether a cell is one of those that the filters name: a document of two provinces counts in the one that was asked for."""
    today = {code for code in request.provinces if not code.startswith("63-")}
    chosen = {"topic": set(request.topics), "province": today if len(today) == len(request.provinces) else set()}
    return all(not chosen.get(name) or value in chosen[name] for name, value in zip(by, cell, strict=True))


def _day(value: str | int) -> date:
    number = int(value)
    return date(number // 10_000, number // 100 % 100, number % 100)
