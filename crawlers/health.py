"""How each source is: silence is not calm, so a source that stalled is told from one that is merely quiet.

``read_health`` is what the dashboard, the command line and the metrics ask; the judgement itself is a pure function of the signs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median, quantiles

from sqlalchemy.orm import Session

from crawlers.health_rules import HealthRules
from crawlers.health_signs import Signs, read_signs
from langnghe.actor import Actor, Role


class State(StrEnum):
    """How a source is, the worst first."""

    idle = "idle"
    """It is not crawled any more."""
    blocked = "blocked"
    """It refuses the crawler: a wall, status 403, robots.txt."""
    failing = "failing"
    """It is visited and does not answer."""
    changed = "changed"
    """It answers, but its layout seems to have changed: selectors find another text than the generic extraction, or none."""
    stalled = "stalled"
    """It answers and brings nothing new, for longer than its rhythm allows: the feed was given up, or the section has moved."""
    quiet = "quiet"
    """It brings nothing new, or nothing on topic, as it does at times."""
    well = "well"

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has to look."""
        return self not in {State.quiet, State.well}


@dataclass(frozen=True)
class SourceHealth:
    """One source's health; a rate or rhythm is None where too little is known."""

    source: str
    state: State
    since: datetime | None
    """Since when it has been so."""
    why: str
    """In words, for logs and the command line."""
    last_run: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    """A page was last found that was not known."""
    last_stored: datetime | None
    rhythm: timedelta | None
    """Gap between new pages that nine in ten do not exceed."""
    blocked_since: datetime | None
    empty_rate: float | None
    short_rate: float | None
    agreement: float | None
    """Median agreement of selectors and generic extraction, 0 to 1."""
    found: int
    """Documents that the crawl found in the last weeks."""
    missed: int
    """Pages that people brought in the same time and that it should have found."""
    quarantined: int
    due: int

    @property
    def missed_share(self) -> float | None:
        """Share of pages that were missed, as far as people noticed."""
        return self.missed / (self.found + self.missed) if self.found + self.missed else None


def rhythm_of(gaps: list[timedelta], least: int) -> timedelta | None:
    """The gap that nine in ten do not exceed; None where there are fewer than ``least``."""
    if len(gaps) < least:
        return None
    seconds = [gap.total_seconds() for gap in gaps]
    return timedelta(seconds=quantiles(seconds, n=10, method="inclusive")[8])


def _rate(number: int, pages: int, rules: HealthRules) -> float | None:
    return number / pages if pages >= rules.rate_pages else None


def _agreement(signs: Signs, rules: HealthRules) -> float | None:
    latest = signs.compared[: max(rules.compared_pages, 12)]
    return median(latest) if len(latest) >= rules.compared_pages else None


def _blocked_since(signs: Signs, rules: HealthRules) -> datetime | None:
    """Refused since; one refusal is enough where nothing at all was read after it."""
    if not signs.blocked:
        return None
    nothing_read = signs.last_success is None or signs.last_success < signs.blocked[0]
    return signs.blocked[0] if nothing_read or len(signs.blocked) >= rules.blocked_pages else None


def _changed(signs: Signs, rules: HealthRules) -> str | None:
    """Why the layout seems to have changed."""
    agreed = _agreement(signs, rules)
    if agreed is not None and agreed < rules.agreement_least:
        return f"selectors and generic extraction share {agreed:.0%} of the words"
    for name, number in (("empty", signs.empty), ("short", signs.short)):
        rate = _rate(number, signs.pages, rules)
        if rate is not None and rate >= rules.rate_of_trouble:
            return f"{rate:.0%} of {signs.pages} pages are {name}"
    return None


def _silence(signs: Signs, rules: HealthRules, now: datetime) -> tuple[State, datetime | None, str] | None:
    """Stalled or quiet, and since when."""
    last, rhythm = signs.last_discovered, rhythm_of(signs.gaps, rules.rhythm_gaps)
    if last is None:
        return State.stalled, None, "no page was ever found"
    silent, quiet = now - last, timedelta(days=rules.quiet_days)
    longest = max(quiet, rhythm * rules.rhythm_factor) if rhythm else quiet
    if silent > longest:
        usual = f"usually within {rhythm.total_seconds() / 86400:.1f} days" if rhythm else "its rhythm is not known yet"
        return State.stalled, last, f"nothing new for {silent.days} days, {usual}"
    if silent > quiet:
        return State.quiet, last, f"nothing new for {silent.days} days, as at times before"
    if signs.last_stored is None or now - signs.last_stored > timedelta(days=rules.off_topic_days):
        return State.quiet, signs.last_stored, "new pages, none of them on topic"
    return None


def _judge(signs: Signs, rules: HealthRules, now: datetime) -> tuple[State, datetime | None, str]:
    if signs.last_run is None or now - signs.last_run > timedelta(days=rules.idle_days):
        return State.idle, signs.last_run, "it is not crawled any more"
    if blocked := _blocked_since(signs, rules):
        return State.blocked, blocked, signs.problem or "refused"
    if signs.last_success is None or signs.last_run - signs.last_success > timedelta(hours=rules.failing_hours):
        return State.failing, signs.last_success, signs.problem or "no answer"
    if why := _changed(signs, rules):
        return State.changed, None, why
    return _silence(signs, rules, now) or (State.well, None, "")


def judge(signs: Signs, rules: HealthRules, now: datetime) -> SourceHealth:
    """A source's health from its signs."""
    state, since, why = _judge(signs, rules, now)
    return SourceHealth(
        source=signs.source, state=state, since=since, why=why, last_run=signs.last_run, last_success=signs.last_success,
        last_new=signs.last_discovered, last_stored=signs.last_stored, rhythm=rhythm_of(signs.gaps, rules.rhythm_gaps),
        blocked_since=_blocked_since(signs, rules), empty_rate=_rate(signs.empty, signs.pages, rules),
        short_rate=_rate(signs.short, signs.pages, rules), agreement=_agreement(signs, rules), found=signs.found, missed=signs.missed,
        quarantined=signs.quarantined, due=signs.due,
    )  # fmt: skip


def read_health(
    session: Session, actor: Actor, rules: HealthRules, now: datetime, sources: Iterable[str] | None = None
) -> list[SourceHealth]:
    """The health of every source that was ever crawled (or of some), those that need attention first.

    Raises:
        NotAllowed: the actor may not see it.
    """
    actor.require(Role.viewer, None, "read the sources' health")
    wanted = None if sources is None else set(sources)
    found = [judge(signs, rules, now) for name, signs in read_signs(session, rules, now).items() if wanted is None or name in wanted]
    order = list(State)
    return sorted(found, key=lambda health: (order.index(health.state), health.source))
