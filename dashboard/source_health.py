"""How the sources are: last success, counted outcomes that add up, what waits, who is silent."""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.rules import load_rules
from alerts.sources import NEW, silent_sources
from dashboard.context import Context, settings_key, source_names
from langnghe.actor import Actor, Role
from langnghe.record.ledger import Outcome, totals, waiting
from langnghe.record.overrides import read_overrides
from langnghe.record.schema import CrawlRun, UrlOutcome
from langnghe.wording import Wording

RUNS_SHOWN = 20
KEPT_SECONDS = 180
"""Outcomes are kept by the million: counting them all is nothing for each view."""


@dataclass(frozen=True)
class SourceRow:
    """A source as it stands."""

    source: str
    runs: int
    last_success: datetime | None
    """End of the last run without trouble."""
    last_new: datetime | None
    silent: str | None
    """Why it is silent (see ``alerts.sources``), or None."""
    problem: str | None
    """What kept its last run from working."""
    due: int
    """URLs that could be visited now."""
    later: int
    """URLs whose next visit is later."""
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """URLs with an outcome, of all runs."""
        return sum(self.outcomes.values())


@dataclass(frozen=True)
class RunRow:
    """One run of a source."""

    id: int
    started: datetime
    finished: datetime | None
    problem: str | None
    outcomes: dict[str, int]

    @property
    def total(self) -> int:
        """URLs with an outcome."""
        return sum(self.outcomes.values())


def read_sources(session: Session, actor: Actor, now: datetime, silent_hours: float) -> list[SourceRow]:
    """Every source that was ever crawled, the silent ones first."""
    actor.require(Role.viewer, None, "read the sources")
    success = func.max(CrawlRun.finished).filter(CrawlRun.problem.is_(None))
    runs = session.execute(select(CrawlRun.source, func.count(), success).group_by(CrawlRun.source)).all()
    newest = _last_new(session)
    silent = {one.source: one for one in silent_sources(session, now, silent_hours)}
    counted, left = totals(session), waiting(session, now)
    rows = [
        SourceRow(
            source=name,
            runs=number,
            last_success=last,
            last_new=newest.get(name),
            silent=silent[name].why if name in silent else None,
            problem=silent[name].problem if name in silent else None,
            due=left.get(name, (0, 0))[0],
            later=left.get(name, (0, 0))[1],
            outcomes=counted.get(name, {}),
        )
        for name, number, last in runs
    ]
    return sorted(rows, key=lambda row: (row.silent is None, row.source))


def _last_new(session: Session) -> dict[str, datetime]:
    query = select(CrawlRun.source, func.max(UrlOutcome.at)).join(UrlOutcome, UrlOutcome.run_id == CrawlRun.id)
    return dict(session.execute(query.where(UrlOutcome.outcome.in_(NEW)).group_by(CrawlRun.source)).all())


def read_runs(session: Session, actor: Actor, source: str, limit: int = RUNS_SHOWN) -> list[RunRow]:
    """The last runs of a source, the newest first."""
    actor.require(Role.viewer, None, "read the sources")
    runs = list(session.scalars(select(CrawlRun).where(CrawlRun.source == source).order_by(CrawlRun.id.desc()).limit(limit)))
    query = select(UrlOutcome.run_id, UrlOutcome.outcome, func.count()).where(UrlOutcome.run_id.in_([run.id for run in runs]))
    counted: dict[int, dict[str, int]] = {}
    for run_id, outcome, number in session.execute(query.group_by(UrlOutcome.run_id, UrlOutcome.outcome)):
        counted.setdefault(run_id, {})[outcome] = number
    return [RunRow(run.id, run.started, run.finished, run.problem, counted.get(run.id, {})) for run in runs]


def reasons(session: Session, actor: Actor, source: str, limit: int = 10) -> list[tuple[str, str, int]]:
    """(outcome, reason, URLs) of a source, for what was not taken, the most frequent first."""
    actor.require(Role.viewer, None, "read the sources")
    number = func.count()
    query = select(UrlOutcome.outcome, UrlOutcome.reason, number).join(CrawlRun, CrawlRun.id == UrlOutcome.run_id)
    query = query.where(CrawlRun.source == source, UrlOutcome.reason.is_not(None)).group_by(UrlOutcome.outcome, UrlOutcome.reason)
    return [(outcome, reason or "", count) for outcome, reason, count in session.execute(query.order_by(number.desc()).limit(limit))]


def used_outcomes(rows: list[SourceRow] | list[RunRow]) -> list[str]:
    """Outcomes that occur, in the order of the ledger."""
    return [outcome.value for outcome in Outcome if any(outcome.value in row.outcomes for row in rows)]


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=50, refresh_mode="background")
def _kept(key: str, office: str, _context: Context) -> list[SourceRow]:  # noqa: ARG001
    rules = load_rules(_context.settings.config_dir)
    with _context.record.reading() as session:
        silent_hours = read_overrides(session).silent_hours or rules.overview.silent_hours
        return read_sources(session, _context.actor, _context.now, silent_hours)


def source_rows(context: Context) -> list[SourceRow]:
    """The sources as the session's office sees them."""
    return _kept(settings_key(context.settings), context.actor.office, context)


def sentence(rows: list[SourceRow], names: dict[str, str], words: Wording) -> str:
    """One sentence on the health of the sources: a picture drawn while some are silent shows less than there was."""
    silent = [row for row in rows if row.silent is not None]
    if not rows:
        return words("health.none")
    if not silent:
        return words("health.good", n=words.number(len(rows)))
    shown = ", ".join(names.get(row.source, row.source) for row in silent[:3])
    more = words("health.more", n=len(silent) - 3) if len(silent) > 3 else ""
    return words("health.silent", silent=len(silent), n=len(rows), names=shown + more)


def health_sentence(context: Context) -> str:
    """:func:`sentence` for the session."""
    return sentence(source_rows(context), source_names(context), context.words)
