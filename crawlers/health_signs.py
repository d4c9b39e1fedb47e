"""What the record says of a source's crawls: when it answered, what came of it, how often it brings something new."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from crawlers.health_rules import HealthRules
from langnghe.record.ledger import Outcome, waiting
from langnghe.record.schema import BroughtPiece, CrawlRun, DocumentRow, FrontierUrl, UrlOutcome

CONTENT = (Outcome.stored, Outcome.updated, Outcome.unchanged, Outcome.duplicate, Outcome.off_topic, Outcome.not_article)
"""A page of content was read, whatever it was."""
ANSWERED = (*CONTENT, Outcome.read, Outcome.deleted)
PAGES = (Outcome.stored, Outcome.updated, Outcome.off_topic, Outcome.not_article)
EMPTY = ("no text", "too little text", "list page", "no posts")
"""Reasons of ``not_article`` that a changed layout has."""
SHORT = "short:"
"""How the reason begins of what was stored with its lead alone."""


@dataclass
class Signs:
    """Of one source."""

    source: str
    last_run: datetime | None = None
    last_success: datetime | None = None
    """The source last answered with a page (its robots.txt does not count)."""
    last_content: datetime | None = None
    last_stored: datetime | None = None
    last_discovered: datetime | None = None
    """A page that was not known before was last found."""
    gaps: list[timedelta] = field(default_factory=list)
    """Between new pages, in the order of time."""
    blocked: list[datetime] = field(default_factory=list)
    """Refusals since a page of content was last read."""
    problem: str | None = None
    """The latest reason why a page failed or was refused."""
    pages: int = 0
    empty: int = 0
    short: int = 0
    compared: list[float] = field(default_factory=list)
    """Agreement of selectors and generic extraction, the latest first."""
    found: int = 0
    missed: int = 0
    quarantined: int = 0
    due: int = 0


Row = tuple[Any, ...]


def _by_source(session: Session, *columns: Any, where: Iterable[ColumnElement[bool]] = ()) -> list[Row]:
    query = select(CrawlRun.source, *columns).join(UrlOutcome, UrlOutcome.run_id == CrawlRun.id).where(*where)
    return [tuple(row) for row in session.execute(query.group_by(CrawlRun.source))]


def _moments(session: Session, signs: dict[str, Signs]) -> None:
    no_robots = UrlOutcome.url.is_(None) | UrlOutcome.url.not_like("%/robots.txt")

    def latest(outcomes: tuple[Outcome, ...]) -> Any:
        return func.max(UrlOutcome.at).filter(and_(UrlOutcome.outcome.in_(outcomes), no_robots))

    columns = (latest(ANSWERED), latest(CONTENT), latest((Outcome.stored, Outcome.updated)))
    for source, answered, content, stored in _by_source(session, *columns):
        each = signs[source]
        each.last_success, each.last_content, each.last_stored = answered, content, stored


def _refusals(session: Session, signs: dict[str, Signs], since: datetime) -> None:
    query = select(CrawlRun.source, UrlOutcome.at, UrlOutcome.outcome, UrlOutcome.reason).join(CrawlRun, CrawlRun.id == UrlOutcome.run_id)
    troubled = UrlOutcome.outcome.in_((Outcome.blocked, Outcome.robots, Outcome.failed, Outcome.quarantined))
    for source, at, outcome, reason in session.execute(query.where(troubled, UrlOutcome.at >= since).order_by(UrlOutcome.at)):
        each = signs[source]
        each.problem = reason or each.problem
        if outcome in {Outcome.blocked, Outcome.robots} and (each.last_content is None or at > each.last_content):
            each.blocked.append(at)


def _rates(session: Session, signs: dict[str, Signs], since: datetime) -> None:
    def number(condition: ColumnElement[bool]) -> Any:
        return func.count().filter(condition)

    empty = and_(UrlOutcome.outcome == Outcome.not_article, UrlOutcome.reason.in_(EMPTY))
    short = UrlOutcome.reason.startswith(SHORT)
    columns = (number(UrlOutcome.outcome.in_(PAGES)), number(empty), number(short))
    for source, pages, empties, shorts in _by_source(session, *columns, where=[UrlOutcome.at >= since]):
        signs[source].pages, signs[source].empty, signs[source].short = pages, empties, shorts
    query = select(CrawlRun.source, UrlOutcome.agreement).join(CrawlRun, CrawlRun.id == UrlOutcome.run_id)
    compared = query.where(UrlOutcome.agreement.is_not(None), UrlOutcome.at >= since).order_by(UrlOutcome.at.desc())
    for source, value in session.execute(compared):
        signs[source].compared.append(float(value or 0))


def _gaps(moments: list[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in pairwise(sorted(set(moments)))]


def _rhythm(session: Session, signs: dict[str, Signs], since: datetime, least: int) -> None:
    """Gaps between the runs that found new pages; where there are too few yet, between the days on which stored pieces appeared."""
    role = FrontierUrl.role.in_(("article", "thread"))
    latest = select(FrontierUrl.source, func.max(FrontierUrl.discovered)).where(role).group_by(FrontierUrl.source)
    for source, moment in session.execute(latest):
        if source in signs:
            signs[source].last_discovered = moment
    found: dict[str, list[datetime]] = defaultdict(list)
    runs = select(FrontierUrl.source, func.min(FrontierUrl.discovered)).where(role, FrontierUrl.discovered >= since)
    for source, moment in session.execute(runs.group_by(FrontierUrl.source, FrontierUrl.found_in)):
        found[source].append(moment)
    published: dict[str, list[datetime]] = defaultdict(list)
    days = select(DocumentRow.source, func.min(DocumentRow.published)).where(DocumentRow.published_known, DocumentRow.day >= since.date())
    for source, moment in session.execute(days.group_by(DocumentRow.source, DocumentRow.day)):
        published[source].append(moment)
    for source, each in signs.items():
        gaps = _gaps(found[source])
        each.gaps = gaps if len(gaps) >= least else _gaps(published[source])


def _counts(session: Session, signs: dict[str, Signs], now: datetime, since: datetime) -> None:
    for source, found in _by_source(session, func.count().filter(UrlOutcome.outcome == Outcome.stored), where=[UrlOutcome.at >= since]):
        signs[source].found = found
    missed = select(BroughtPiece.missed_by, func.count()).where(BroughtPiece.missed_by.is_not(None), BroughtPiece.at >= since)
    for source, number in session.execute(missed.group_by(BroughtPiece.missed_by)):
        signs[str(source)].missed = number
    quarantined = select(FrontierUrl.source, func.count()).where(FrontierUrl.state == "quarantined").group_by(FrontierUrl.source)
    for source, number in session.execute(quarantined):
        signs[source].quarantined = number
    for source, (due, _) in waiting(session, now).items():
        signs[source].due = due


class _BySource(dict[str, Signs]):
    def __missing__(self, source: str) -> Signs:
        self[source] = Signs(source)
        return self[source]


def read_signs(session: Session, rules: HealthRules, now: datetime) -> dict[str, Signs]:
    """The signs of every source that was ever crawled."""
    signs: dict[str, Signs] = _BySource()
    for source, started in session.execute(select(CrawlRun.source, func.max(CrawlRun.started)).group_by(CrawlRun.source)):
        signs[source].last_run = started
    _moments(session, signs)
    _refusals(session, signs, now - timedelta(days=rules.rhythm_days))
    _rates(session, signs, now - timedelta(days=rules.rate_days))
    _rhythm(session, signs, now - timedelta(days=rules.rhythm_days), rules.rhythm_gaps)
    _counts(session, signs, now, now - timedelta(days=rules.missed_days))
    return {source: each for source, each in signs.items() if each.last_run is not None}
