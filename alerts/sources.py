"""Silence is not calm: sources that brought nothing new for longer than they should."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.record.ledger import Outcome
from langnghe.record.schema import CrawlRun, UrlOutcome

NEW = (Outcome.stored, Outcome.updated)


@dataclass(frozen=True)
class SilentSource:
    """A crawled source without anything new; ``why``: stopped (no run), failing (its last run ended in trouble), nothing_new."""

    source: str
    why: str
    last_run: datetime | None
    last_new: datetime | None
    problem: str | None = None


def silent_sources(session: Session, now: datetime, hours: float) -> list[SilentSource]:
    """Sources that have been crawled before and brought nothing new in the last ``hours``, the longest silent first."""
    newest = func.max(UrlOutcome.at).filter(UrlOutcome.outcome.in_(NEW))
    query = select(CrawlRun.source, func.max(CrawlRun.started), newest).outerjoin(UrlOutcome, UrlOutcome.run_id == CrawlRun.id)
    limit, silent = now - timedelta(hours=hours), []
    for source, last_run, last_new in session.execute(query.group_by(CrawlRun.source)):
        if last_new is not None and last_new >= limit:
            continue
        problem = session.scalar(select(CrawlRun.problem).where(CrawlRun.source == source).order_by(CrawlRun.started.desc()).limit(1))
        why = "stopped" if last_run < limit else "failing" if problem else "nothing_new"
        silent.append(SilentSource(source, why, last_run, last_new, problem))
    return sorted(silent, key=lambda one: (one.last_new is not None, one.last_new or now, one.source))
