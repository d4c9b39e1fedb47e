"""What is new for the searches that an office keeps for its morning mail, and for those of a single subscriber."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from alerts.links import search_link
from alerts.telling import excerpt
from index.interface import Hit, SearchIndex, SearchRequest
from index.saved_searches import for_digest
from index.search import search
from index.synchronise import open_or_build
from langnghe.actor import Actor
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import DocumentRow
from langnghe.settings import Settings

SHOWN = 3


@dataclass(frozen=True)
class SavedLine:
    """A saved search, how many hits of the digest's days it has, and the newest of them."""

    query: str
    total: int
    hits: list[str]
    link: str


def _told(hit: Hit) -> str:
    if hit.title and hit.kind == "news":
        return f"{excerpt(hit.title, 120)} ({hit.outlet or hit.source})"
    words = hit.highlight.replace("<mark>", "").replace("</mark>", "")
    return f"“{excerpt(words, 120)}” ({hit.outlet or hit.source})"


def saved_searches(
    record: Record, settings: Settings, actor: Actor, queries: Sequence[str], first: date, last: date, province: str | None
) -> list[SavedLine]:
    """New hits of each query between two days, as the actor may see them; the index is opened only where there are queries."""
    if not queries:
        return []
    index = open_or_build(record, settings)
    try:
        return [_line(record, settings, index, actor, query, first, last, province) for query in queries]
    finally:
        index.close()


def _line(
    record: Record, settings: Settings, index: SearchIndex, actor: Actor, query: str, first: date, last: date, province: str | None
) -> SavedLine:
    where = (province,) if province else ()
    request = SearchRequest(query=query, first_day=first, last_day=last, provinces=where, sort="newest", limit=SHOWN)
    result = search(record, index, actor, request, settings.config_dir)
    link = search_link(settings.mail.dashboard_url, words=query, province=province, start=first, end=last)
    return SavedLine(query, result.total, [_told(hit) for hit in result.hits], link)


def _first(values: Sequence[str]) -> str | None:
    return values[0] if len(values) == 1 else None


def _words(row: DocumentRow) -> str:
    title = excerpt(row.title, 120) if row.title and row.kind == "news" else f"“{excerpt(row.text, 120)}”"
    return f"{title} ({row.outlet or row.source})"


def office_searches(record: Record, settings: Settings, actor: Actor, since: datetime) -> list[SavedLine]:
    """Searches that somebody put into the office's morning mail and that found something after a moment."""
    lines = []
    for saved, ids in for_digest(record, actor, since):
        with record.reading() as session:
            rows = {row.id: row for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(ids[:SHOWN])))}
        request = saved.request
        link = search_link(
            settings.mail.dashboard_url, words=request.query, province=_first(request.provinces), topic=_first(request.topics),
            sentiment=_first(request.sentiments), intent=_first(request.intents), kind=_first(request.kinds), start=vietnam_day(since),
        )  # fmt: skip
        lines.append(SavedLine(saved.name, len(ids), [_words(rows[key]) for key in ids[:SHOWN] if key in rows], link))
    return lines
