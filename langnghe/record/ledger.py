"""The outcome ledger: every URL of a run ends in exactly one counted outcome."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.record.schema import CrawlRun, FrontierUrl, UrlOutcome


class Outcome(StrEnum):
    """How a URL ended. ``read`` is an index page (feed, listing, comment service) that was read for what it leads to."""

    stored = "stored"
    updated = "updated"
    unchanged = "unchanged"
    duplicate = "duplicate"
    read = "read"
    off_topic = "off_topic"
    not_article = "not_article"
    blocked = "blocked"
    deleted = "deleted"
    robots = "robots"
    failed = "failed"
    quarantined = "quarantined"


def url_hash(url: str) -> str:
    """SHA-256 of a URL, all that is kept of an off-topic one."""
    return hashlib.sha256(url.encode()).hexdigest()


def start_run(session: Session, source: str, now: datetime) -> int:
    """Begin a run of a source; gives its id."""
    run = CrawlRun(source=source, started=now)
    session.add(run)
    session.flush()
    return run.id


def finish_run(session: Session, run_id: int, now: datetime, problem: str | None = None) -> None:
    """End a run; ``problem`` says what kept it from working, if anything did."""
    run = session.get_one(CrawlRun, run_id)
    run.finished, run.problem = now, problem


def note_outcome(
    session: Session, run_id: int, url: str, outcome: Outcome, now: datetime, *, reason: str | None = None,
    document_id: int | None = None, agreement: float | None = None,
) -> None:  # fmt: skip
    """Enter a URL's outcome; a second one in the same run is an error of the caller (the primary key refuses it)."""
    kept = None if outcome is Outcome.off_topic else url
    ended = UrlOutcome(run_id=run_id, url_hash=url_hash(url), url=kept, outcome=outcome, reason=reason, document_id=document_id, at=now)
    ended.agreement = agreement
    session.add(ended)


def totals(session: Session, run_ids: list[int] | None = None) -> dict[str, dict[str, int]]:
    """Counted outcomes by source, of some runs or of all."""
    query = select(CrawlRun.source, UrlOutcome.outcome, func.count()).join(CrawlRun, CrawlRun.id == UrlOutcome.run_id)
    if run_ids is not None:
        query = query.where(UrlOutcome.run_id.in_(run_ids))
    counts: dict[str, dict[str, int]] = {}
    for source, outcome, number in session.execute(query.group_by(CrawlRun.source, UrlOutcome.outcome).order_by(CrawlRun.source)):
        counts.setdefault(source, {})[outcome] = number
    return counts


def waiting(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """URLs by source that wait for a visit: those that are due, and those whose next visit is later."""
    due = func.count().filter(FrontierUrl.next_visit <= now)
    query = select(FrontierUrl.source, due, func.count()).where(FrontierUrl.state.in_(("waiting", "leased"))).group_by(FrontierUrl.source)
    return {source: (number, every - number) for source, number, every in session.execute(query)}
