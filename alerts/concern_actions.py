"""What officers do to a concern: look at it, dismiss it with a reason, let it rest for some days, open it again."""

from datetime import date, timedelta
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.concern_events import append
from alerts.feedback import noted
from alerts.rules import load_rules
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.errors import Conflict, LangngheError
from langnghe.places import NOWHERE
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Concern
from langnghe.settings import Settings

Reason = Literal["unrelated", "known", "drive", "reprint", "answered", "other"]
REASONS: tuple[str, ...] = get_args(Reason)
"""Why a concern is dismissed; each is a label from which ranking learns."""


def offices_of(concern: Concern) -> set[str]:
    """Offices of the provinces that a concern touches; empty: the national desk's alone."""
    return {code for code in [concern.province, *concern.provinces] if code != NOWHERE}


def concerns_office(concern: Concern, office: str) -> bool:
    """Whether a concern belongs on an office's board: it touches the province, or the whole country."""
    return office in offices_of(concern) or bool(concern.explanation.get("national"))


def find_concern(session: Session, concern_id: int, *, to_change: bool = False) -> Concern:
    """The concern with that id; ``to_change`` lets whoever comes second wait for the first.

    Raises:
        LangngheError: there is none.
    """
    query = select(Concern).where(Concern.id == concern_id)
    concern = session.scalar(query.with_for_update() if to_change else query)
    if concern is None:
        raise LangngheError(f"there is no concern {concern_id}", "Open it from the list of concerns.")
    return concern


def check_version(row_version: int | None, found: int, what: str) -> None:
    """Raise :class:`Conflict` where somebody else changed it since the caller read ``row_version`` (None: not asked)."""
    if row_version is not None and row_version != found:
        raise Conflict(f"{what} was changed by somebody else meanwhile", "Read it again and repeat your change.")


def require_officer(actor: Actor, concern: Concern, action: str) -> None:
    """Raise unless the actor is an officer of one of the concern's offices or of the national desk."""
    office = actor.office if actor.office in offices_of(concern) else next(iter(sorted(offices_of(concern))), "national")
    actor.require(Role.officer, office, action)


def _change(
    record: Record,
    actor: Actor,
    concern_id: int,
    action: str,
    allowed: tuple[str, ...],
    state: str,
    row_version: int | None,
    **detail: object,
) -> Concern:
    now = record.clock.now()
    with record.session() as session:
        concern = find_concern(session, concern_id, to_change=True)
        require_officer(actor, concern, f"{action} the concern {concern_id}")
        check_version(row_version, concern.row_version, f"the concern {concern_id}")
        if concern.state not in allowed:
            raise Conflict(f"the concern {concern_id} is {concern.state}", f"Only one that is {' or '.join(allowed)} can be changed so.")
        concern.state, concern.updated, concern.row_version = state, now, concern.row_version + 1
        event = "reopened" if state == "open" else state
        append(session, concern, event, actor, now, day=vietnam_day(now).isoformat(), score=concern.score, **noted(concern), **detail)
        audit(session, actor, action, f"concern:{concern_id}", now, **detail)
        return concern


def dismiss(
    record: Record, actor: Actor, concern_id: int, reason: Reason, settings: Settings, *, note: str = "", row_version: int | None = None
) -> Concern:
    """Take a concern off the board; it returns when it grows much, reaches another province, or its time is over."""
    if reason not in REASONS:
        raise LangngheError(f"there is no reason {reason!r}", f"Use one of: {', '.join(REASONS)}.")
    until = vietnam_day(record.clock.now()) + timedelta(days=load_rules(settings.config_dir).concerns.dismissed_days)
    allowed = ("open", "cooling", "snoozed")
    return _change(
        record, actor, concern_id, "dismiss", allowed, "dismissed", row_version, reason=reason, note=note, until=until.isoformat()
    )


def snooze(record: Record, actor: Actor, concern_id: int, until: date, *, note: str = "", row_version: int | None = None) -> Concern:
    """Let a concern rest until the end of a day; it returns before when it grows much or reaches another province."""
    if until < vietnam_day(record.clock.now()):
        raise LangngheError(f"{until:%d/%m/%Y} is over", "Choose a day from today on.")
    return _change(
        record, actor, concern_id, "snooze", ("open", "cooling", "snoozed"), "snoozed", row_version, until=until.isoformat(), note=note
    )


def reopen(record: Record, actor: Actor, concern_id: int, *, note: str = "", row_version: int | None = None) -> Concern:
    """Bring a resting or closed concern back to the board."""
    return _change(record, actor, concern_id, "reopen", ("cooling", "snoozed", "dismissed", "closed"), "open", row_version, note=note)
