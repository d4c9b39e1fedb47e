"""Silence is not calm: sources that brought nothing new for longer than they should."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from langnghe.record.ledger import Outcome
from langnghe.record.schema import CrawlRun, UrlOutcome

NEW = (Outcome.stored, Outcome.updated)
_BY_RUN = func.coalesce(UrlOutcome.outcome, "")
"""The outcome as an expression that no index holds: by its index a database would read the outcomes of all runs ever."""


@dataclass(frozen=True)
class SilentSource:
    """A crawled source without anything new; ``why``: stopped (no run), failing (its last run ended in trouble), nothing_new."""

    source: str
    why: str
    last_run: datetime | None
    last_new: datetime | None
    problem: str | None = None


def _lively(session: Session, limit: datetime) -> set[str]:
    """Sources with something new since ``limit``; only the runs of that time are looked at, for outcomes are kept by the million."""
    brought = exists().where(UrlOutcome.run_id == CrawlRun.id, UrlOutcome.at >= limit, _BY_RUN.in_(NEW))
    recent = select(CrawlRun.source).where((CrawlRun.finished.is_(None)) | (CrawlRun.finished >= limit), brought)
    return set(session.scalars(recent.distinct()))


def _last_new(session: Session, source: str) -> datetime | None:
    """When a source last brought something new; its runs are looked at from the last one back, as far as needed."""
    brought = exists().where(UrlOutcome.run_id == CrawlRun.id, _BY_RUN.in_(NEW))
    runs = select(CrawlRun.id).where(CrawlRun.source == source, brought).order_by(CrawlRun.id.desc()).limit(1)
    return session.scalar(select(func.max(UrlOutcome.at)).where(UrlOutcome.run_id == runs.scalar_subquery(), _BY_RUN.in_(NEW)))


def silent_sources(session: Session, now: datetime, hours: float) -> list[SilentSource]:
    """Sources that have been crawled before and brought nothing new in the last ``hours``, the longest silent first."""
    limit, silent = now - timedelta(hours=hours), []
    lively = _lively(session, limit)
    for source, last_run in session.execute(select(CrawlRun.source, func.max(CrawlRun.started)).group_by(CrawlRun.source)):
        if source in lively:
            continue
        last_new = _last_new(session, source)
        problem = session.scalar(select(CrawlRun.problem).where(CrawlRun.source == source).order_by(CrawlRun.started.desc()).limit(1))
        why = "stopped" if last_run < limit else "failing" if problem else "nothing_new"
        silent.append(SilentSource(source, why, last_run, last_new, problem))
    return sorted(silent, key=lambda one: (one.last_new is not None, one.last_new or now, one.source))
