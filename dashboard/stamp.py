"""When what is kept between reruns is out of date: every action of a service leaves a trace in the audit trail."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from langnghe.record.database import Record
from langnghe.record.schema import AuditEntry, CrawlRun


def stamp(record: Record) -> tuple[int, int, str]:
    """The last action, the last crawl and which ten minutes it is: while they stay, what a page counted is only brought up to date."""
    with record.reading() as session:
        action = session.scalar(select(func.max(AuditEntry.id))) or 0
        run = session.scalar(select(func.max(CrawlRun.id))) or 0
    return action, run, f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"[:-1]
