"""What is new for the searches that an office keeps for its morning mail, and for those of a single subscriber."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from alerts.digest.scope import Scope
from alerts.links import search_link
from alerts.telling import excerpt
from index.interface import SearchRequest
from index.saved_searches import for_digest
from index.standing import Answer, Answers, Standing, Told, answer_standing
from langnghe.actor import NATIONAL, Actor
from langnghe.clock import vietnam_day
from langnghe.places import load_places
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


def _told(told: Told) -> str:
    if told.title and told.kind == "news":
        return f"{excerpt(told.title, 120)} ({told.outlet})"
    words = told.highlight.replace("<mark>", "").replace("</mark>", "")
    return f"“{excerpt(words, 120)}” ({told.outlet})"


def _province(office: str) -> str | None:
    return None if office == NATIONAL else office


def _standing(office: str, query: str, scope: Scope, day: date) -> Standing:
    province = _province(office)
    where = (province,) if province else ()
    return Standing(office, SearchRequest(query=query, first_day=scope.start(day), last_day=day, provinces=where))


def ask(record: Record, settings: Settings, wanted: Iterable[tuple[str, Scope]], day: date) -> Answers:
    """The answers to the searches of all offices and scopes on the morning of ``day``, in one pass over the documents of their days."""
    standing = (_standing(office, query, scope, day) for office, scope in wanted for query in scope.searches)
    return answer_standing(record, standing, load_places(settings.config_dir), settings.config_dir)


def saved_lines(settings: Settings, office: str, scope: Scope, day: date, answers: Answers) -> list[SavedLine]:
    """What a scope's searches found, from the answers of a pass that held them."""
    return [_line(settings, office, query, scope, day, answers.of[_standing(office, query, scope, day)]) for query in scope.searches]


def _line(settings: Settings, office: str, query: str, scope: Scope, day: date, answer: Answer) -> SavedLine:
    link = search_link(settings.mail.dashboard_url, words=query, province=_province(office), start=scope.start(day), end=day)
    return SavedLine(query, answer.total, [_told(told) for told in answer.newest], link)


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
