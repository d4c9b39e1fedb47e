"""The rules of ``config/schedule.yaml``, and which sources are due by their own rhythm."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.config_files import default_config_dir, load
from langnghe.record.ledger import Outcome
from langnghe.record.schema import CrawlRun, UrlOutcome

NEW = (Outcome.stored, Outcome.updated)


class Part(BaseModel):
    """A group of rules; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PollRules(Part):
    """How often a source is asked for what is new."""

    fastest_minutes: float = Field(gt=0)
    slowest_minutes: float = Field(gt=0)
    patience: int = Field(ge=0)
    processes: int = Field(ge=1)


class ScheduleRules(Part):
    """All of ``config/schedule.yaml``."""

    poll: PollRules
    minutes: dict[str, float]
    retry_minutes: list[float] = Field(min_length=1)
    tell_after: int = Field(ge=1)
    longest_minutes: dict[str, float]
    kept_days: int = Field(ge=1)

    def pause(self, failures: int) -> timedelta:
        """How long to wait after so many failures in a row."""
        return timedelta(minutes=self.retry_minutes[min(failures, len(self.retry_minutes)) - 1]) if failures else timedelta()


@cache
def load_schedule(config_dir: Path | None = None) -> ScheduleRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "schedule.yaml", ScheduleRules)


def rhythm(session: Session, source: str, rules: PollRules) -> tuple[datetime | None, timedelta]:
    """When a source was last visited, and the pause that it is given: short for one that brings news, growing for one that does not."""
    new = func.count(UrlOutcome.url_hash).filter(UrlOutcome.outcome.in_(NEW))
    doublings = 0
    while rules.fastest_minutes * 2**doublings < rules.slowest_minutes:
        doublings += 1
    runs = (
        select(CrawlRun.started, new)
        .outerjoin(UrlOutcome, UrlOutcome.run_id == CrawlRun.id)
        .where(CrawlRun.source == source)
        .group_by(CrawlRun.id)
        .order_by(CrawlRun.id.desc())
        .limit(max(rules.patience + doublings, 1))
    )
    last = list(session.execute(runs).all())
    empty = next((place for place, (_, brought) in enumerate(last) if brought), len(last))
    minutes = min(rules.fastest_minutes * 2 ** max(empty - rules.patience, 0), rules.slowest_minutes)
    return (last[0][0] if last else None), timedelta(minutes=minutes)


def due_sources(session: Session, sources: Iterable[str], now: datetime, rules: PollRules) -> list[str]:
    """Those of the sources whose pause is over, the longest waiting first."""
    waiting: list[tuple[datetime, str]] = []
    for source in sources:
        visited, pause = rhythm(session, source, rules)
        if visited is None or now - visited >= pause:
            waiting.append((visited or datetime.min.replace(tzinfo=now.tzinfo), source))
    return [source for _, source in sorted(waiting)]
