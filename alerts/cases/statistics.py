"""For the head of the office: what is overdue, what is unanswered, how long the first response took."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.cases.reading import CaseView, list_cases, view_of, visible
from langnghe.actor import Actor, Role
from langnghe.clock import start_of_day
from langnghe.record.schema import Case, CasePaper


@dataclass(frozen=True)
class OfficerLoad:
    """An officer's unfinished cases."""

    officer: str
    unfinished: int
    overdue: int


@dataclass(frozen=True)
class CaseFigures:
    """Cases of a period (opened or closed in it), and what is unfinished now."""

    first_day: date
    last_day: date
    opened: int
    closed: int
    outcomes: dict[str, int]
    """Of those closed."""
    unfinished: int
    overdue: list[CaseView]
    unanswered: list[CaseView]
    waiting_for_approval: list[CasePaper]
    waiting_for_reply: list[CasePaper]
    """Transfer slips whose receivers have not answered, what is due first."""
    first_response_hours: float | None
    """Median of the hours from opening to the first answer, of the cases opened in the period; None: none was answered."""
    in_time: int
    """Cases opened in the period whose first answer left before it was due."""
    late: int
    """Cases opened in the period whose first answer left late, or has not left and is overdue."""
    formal: int
    """Cases opened in the period that were marked as complaint or denunciation."""
    officers: list[OfficerLoad]
    offices: dict[str, int]
    """Unfinished cases by office."""


def _first_due(case: Case) -> datetime:
    return case.due if case.first_due is None else min(case.first_due, case.due)


def _hours(case: Case) -> float | None:
    return None if case.first_response is None else (case.first_response - case.opened).total_seconds() / 3600


def _loads(views: list[CaseView]) -> list[OfficerLoad]:
    names = Counter(view.case.officer or "" for view in views)
    late = Counter(view.case.officer or "" for view in views if view.overdue)
    return [OfficerLoad(name, number, late[name]) for name, number in names.most_common()]


def _papers(session: Session, unfinished: list[CaseView], state: str) -> list[CasePaper]:
    ids = [view.case.id for view in unfinished]
    return list(session.scalars(select(CasePaper).where(CasePaper.case_id.in_(ids), CasePaper.state == state).order_by(CasePaper.id)))


def case_figures(
    session: Session, actor: Actor, first_day: date, last_day: date, now: datetime, *, office: str | None = None
) -> CaseFigures:
    """Figures of the cases that the actor may see, of one office or (None) of all of these.

    Args:
        session: a session of the record.
        actor: who asks.
        first_day: the period's first day (Vietnam).
        last_day: its last day, included.
        now: until when what is unfinished counts.
        office: one office alone.
    """
    actor.require(Role.viewer, office, "read the figures of cases")
    start, end = start_of_day(first_day), start_of_day(last_day + timedelta(days=1))
    query = visible(actor).where(or_(Case.opened.between(start, end), Case.closed.between(start, end)))
    if office is not None:
        query = query.where(Case.office == office)
    cases = list(session.scalars(query))
    opened = [case for case in cases if start <= case.opened < end]
    closed = [case for case in cases if case.closed is not None and start <= case.closed < end]
    unfinished = list_cases(session, actor, now, office=office)
    hours = [taken for case in opened if (taken := _hours(case)) is not None]
    answered = [case for case in opened if case.first_response is not None]
    in_time = [case for case in answered if case.first_response is not None and case.first_response <= _first_due(case)]
    silent = [case for case in opened if case.first_response is None and view_of(case, now).overdue]
    sent = [paper for paper in _papers(session, unfinished, "sent") if paper.reply_due is not None and paper.replied is None]
    return CaseFigures(
        first_day=first_day,
        last_day=last_day,
        opened=len(opened),
        closed=len(closed),
        outcomes=dict(Counter(case.outcome or "" for case in closed)),
        unfinished=len(unfinished),
        overdue=[view for view in unfinished if view.overdue],
        unanswered=[view for view in unfinished if view.unanswered],
        waiting_for_approval=_papers(session, unfinished, "submitted"),
        waiting_for_reply=sorted(sent, key=lambda paper: (paper.reply_due or now, paper.id)),
        first_response_hours=round(median(hours), 2) if hours else None,
        in_time=len(in_time),
        late=len(answered) - len(in_time) + len(silent),
        formal=sum(case.formal is not None for case in opened),
        officers=_loads(unfinished),
        offices=dict(Counter(view.case.office for view in unfinished).most_common()),
    )
