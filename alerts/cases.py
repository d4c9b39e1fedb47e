"""Cases (vụ việc): what an office does about a concern, from opening to closing, every step with its actor and time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.concern_actions import check_version, concerns_office, find_concern
from alerts.concern_events import append
from alerts.rules import load_rules
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import vietnam_day
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Case, CaseEvent, Concern
from langnghe.settings import Settings

STEPS: dict[str, tuple[str, ...]] = {
    "assign": ("open", "answering", "answered"),
    "note": ("open", "answering", "answered", "transferred", "closed"),
    "answer": ("open", "answering"),
    "transfer": ("open", "answering"),
    "close": ("open", "answering", "answered", "transferred"),
    "reopen": ("answered", "transferred", "closed"),
}
"""States in which each step may be taken."""
LEADS_TO = {"answer": "answered", "transfer": "transferred", "close": "closed", "reopen": "open"}
UNFINISHED = ("open", "answering", "answered", "transferred")
OUTCOMES = ("answered", "resolved", "transferred", "no_answer_needed")
"""How a case may end."""


@dataclass(frozen=True)
class CaseView:
    """A case as a list shows it; ``hours_left`` is negative when it is overdue, None when it is closed."""

    case: Case
    hours_left: float | None

    @property
    def overdue(self) -> bool:
        """Whether its time is over."""
        return self.hours_left is not None and self.hours_left < 0


def _event(session: Session, case: Case, event: str, actor: Actor, now: datetime, **detail: Any) -> None:
    session.add(CaseEvent(case_id=case.id, at=now, actor=actor.name, event=event, detail=detail))
    audit(session, actor, f"case {event}", f"case:{case.id}", now, **detail)


def _office_for(concern: Concern, actor: Actor, office: str | None) -> str:
    """The office of a new case: as asked, else the actor's own where the concern is its, else the only province's, else national."""
    if office is not None:
        return office
    if not actor.is_national and concerns_office(concern, actor.office):
        return actor.office
    return concern.province if concern.province != NOWHERE else NATIONAL


def _title(concern: Concern, settings: Settings) -> str:
    topic = load_labels(settings.config_dir).topic_name(concern.topic, settings.language)
    places = load_places(settings.config_dir)
    where = [places.name(code) for code in concern.provinces[:3]]
    return f"{topic}: {', '.join(where)}" if where else topic


def find_case(session: Session, case_id: int) -> Case:
    """The case with that id.

    Raises:
        LangngheError: there is none.
    """
    case = session.scalar(select(Case).where(Case.id == case_id))
    if case is None:
        raise LangngheError(f"there is no case {case_id}", "Open it from the list of cases.")
    return case


def open_case(
    record: Record,
    actor: Actor,
    concern_id: int,
    settings: Settings,
    *,
    office: str | None = None,
    officer: str | None = None,
    title: str | None = None,
    severity: int | None = None,
) -> Case:
    """Open a case about a concern for an office: a province of today, or ``national``; due by severity from now.

    Raises:
        Conflict: the office has an unfinished case about the concern.
        NotAllowed: the actor is no officer of that office.
    """
    now = record.clock.now()
    with record.session() as session:
        concern = find_concern(session, concern_id)
        owner = _office_for(concern, actor, office)
        actor.require(Role.officer, owner, "open a case")
        if owner != NATIONAL:
            load_places(settings.config_dir).province(owner)
        same = select(Case.id).where(Case.concern_id == concern_id, Case.office == owner, Case.state.in_(UNFINISHED))
        if (other := session.scalar(same.limit(1))) is not None:
            raise Conflict(f"the case {other} about the concern {concern_id} is not closed", "Continue that one.")
        grave = concern.severity if severity is None else severity
        case = Case(
            concern_id=concern_id,
            title=title or _title(concern, settings),
            topic=concern.topic,
            province=owner if owner != NATIONAL else concern.province,
            office=owner,
            state="answering" if officer else "open",
            severity=grave,
            officer=officer,
            opened=now,
            opened_by=actor.name,
            due=now + timedelta(hours=load_rules(settings.config_dir).cases.due_hours[grave]),
            detail={},
        )
        session.add(case)
        session.flush()
        _event(session, case, "opened", actor, now, office=owner, severity=grave, officer=officer, due=case.due.isoformat())
        append(session, concern, "case_opened", actor, now, day=vietnam_day(now).isoformat(), case=case.id, office=owner)
        return case


@contextmanager
def _step(record: Record, actor: Actor, case_id: int, step: str, row_version: int | None) -> Iterator[tuple[Session, Case]]:
    """A case on which ``step`` may be taken by the actor now; its version grows with it."""
    with record.session() as session:
        case = find_case(session, case_id)
        actor.require(Role.officer, case.office, f"{step} the case {case_id}")
        check_version(row_version, case.row_version, f"the case {case_id}")
        if case.state not in STEPS[step]:
            needed = " or ".join(STEPS[step])
            raise Conflict(f"the case {case_id} is {case.state}, one can't {step} it", f"That needs a case that is {needed}.")
        case.state = LEADS_TO.get(step, case.state)
        case.row_version += 1
        yield session, case


def assign(record: Record, actor: Actor, case_id: int, officer: str, *, row_version: int | None = None) -> Case:
    """Give a case to an officer."""
    if not officer.strip():
        raise LangngheError("a case is assigned to somebody", "Name the officer.")
    with _step(record, actor, case_id, "assign", row_version) as (session, case):
        before, case.officer = case.officer, officer.strip()
        case.state = "answering" if case.state == "open" else case.state
        _event(session, case, "assigned", actor, record.clock.now(), officer=case.officer, before=before)
        return case


def note(record: Record, actor: Actor, case_id: int, text: str, *, row_version: int | None = None) -> Case:
    """Add a note; it is possible in every state."""
    if not text.strip():
        raise LangngheError("the note is empty", "Write what the next reader needs.")
    with _step(record, actor, case_id, "note", row_version) as (session, case):
        _event(session, case, "noted", actor, record.clock.now(), text=text.strip())
        return case


def answer(record: Record, actor: Actor, case_id: int, text: str, channel: str, *, row_version: int | None = None) -> Case:
    """Enter the answer that was given, and where; only the first is the first response."""
    if not text.strip() or not channel.strip():
        raise LangngheError("an answer needs its text and its channel", "Enter both.")
    now = record.clock.now()
    with _step(record, actor, case_id, "answer", row_version) as (session, case):
        case.detail = case.detail | {"answer": {"text": text.strip(), "channel": channel.strip(), "at": now.isoformat(), "by": actor.name}}
        _event(session, case, "answered", actor, now, text=text.strip(), channel=channel.strip())
        return case


def transfer(record: Record, actor: Actor, case_id: int, to: str, reason: str, *, row_version: int | None = None) -> Case:
    """Hand a case to whose answer it takes (a hospital, the health office): it stays here until they have answered."""
    if not to.strip():
        raise LangngheError("a transfer needs its receiver", "Name the agency.")
    with _step(record, actor, case_id, "transfer", row_version) as (session, case):
        case.detail = case.detail | {"transferred_to": to.strip()}
        _event(session, case, "transferred", actor, record.clock.now(), to=to.strip(), reason=reason.strip())
        return case


def close_case(record: Record, actor: Actor, case_id: int, outcome: str, *, note: str = "", row_version: int | None = None) -> Case:
    """Close a case; ``answered`` needs an answer, ``transferred`` a transfer.

    Raises:
        Conflict: the outcome contradicts what was done.
    """
    if outcome not in OUTCOMES:
        raise LangngheError(f"there is no outcome {outcome!r}", f"Use one of: {', '.join(OUTCOMES)}.")
    now = record.clock.now()
    with _step(record, actor, case_id, "close", row_version) as (session, case):
        if outcome == "answered" and "answer" not in case.detail:
            raise Conflict(f"the case {case_id} has no answer yet", "Enter the answer first, or close it with another outcome.")
        if outcome == "transferred" and "transferred_to" not in case.detail:
            raise Conflict(f"the case {case_id} was not transferred", "Transfer it first, or close it with another outcome.")
        case.closed = now
        case.detail = case.detail | {"outcome": outcome}
        _event(session, case, "closed", actor, now, outcome=outcome, note=note.strip())
        return case


def reopen_case(record: Record, actor: Actor, case_id: int, reason: str, *, row_version: int | None = None) -> Case:
    """Open a case again; its deadline stays what it was."""
    with _step(record, actor, case_id, "reopen", row_version) as (session, case):
        case.closed = None
        case.state = "answering" if case.officer else "open"
        _event(session, case, "reopened", actor, record.clock.now(), reason=reason.strip())
        return case


def list_cases(session: Session, actor: Actor, now: datetime, *, unfinished: bool = True, concern_id: int | None = None) -> list[CaseView]:
    """The cases that the actor may see, what is due first."""
    query = select(Case).order_by(Case.due, Case.id)
    if not actor.is_national:
        query = query.where(Case.office == actor.office)
    if unfinished:
        query = query.where(Case.state.in_(UNFINISHED))
    if concern_id is not None:
        query = query.where(Case.concern_id == concern_id)
    return [CaseView(case, None if case.closed else (case.due - now).total_seconds() / 3600) for case in session.scalars(query)]


def case_history(session: Session, actor: Actor, case_id: int) -> list[CaseEvent]:
    """All steps of a case, the first first."""
    case = find_case(session, case_id)
    actor.require(Role.viewer, case.office, f"read the case {case_id}")
    return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)))
