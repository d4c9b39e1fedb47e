"""What is new for the searches that a subscriber keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alerts.links import search_link
from alerts.telling import excerpt
from index.interface import Hit, SearchIndex, SearchRequest
from index.search import search
from index.synchronise import open_or_build
from langnghe.actor import Actor
from langnghe.record.database import Record
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
