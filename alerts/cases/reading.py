"""Reading cases: the list with what is due, one case with all that belongs to it, what others did since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.cases.effect import Effect, effect_of
from alerts.cases.store import UNFINISHED, find_case
from alerts.cases.workflow import load_workflow
from alerts.rules import load_rules
from langnghe.actor import Actor, Role
from langnghe.record.schema import Case, CaseEvent, CasePaper, CaseSolution
from langnghe.settings import Settings


def _hours(until: datetime, now: datetime) -> float:
    return (until - now).total_seconds() / 3600


@dataclass(frozen=True)
class CaseView:
    """A case as a list shows it.

    ``hours_left``: until what is due next, the first information while the press rule's clock runs, else the answer; negative when it is
    over, None when nothing is due any more (closed, or answered).
    """

    case: Case
    hours_left: float | None

    @property
    def overdue(self) -> bool:
        """Whether its time is over."""
        return self.hours_left is not None and self.hours_left < 0

    @property
    def unanswered(self) -> bool:
        """Whether nothing has left yet and something has to."""
        return self.case.first_response is None and self.case.closed is None


def next_due(case: Case) -> datetime | None:
    """What the clock runs to; None: nothing is due."""
    if case.closed is not None or case.state == "answered":
        return None
    waits_for_first = case.first_due is not None and case.first_response is None
    return min(case.first_due, case.due) if waits_for_first and case.first_due is not None else case.due


def view_of(case: Case, now: datetime) -> CaseView:
    """A case with the time that is left."""
    due = next_due(case)
    return CaseView(case, None if due is None else _hours(due, now))


def visible(actor: Actor) -> Select[Case]:
    """The cases that the actor may see."""
    query = select(Case)
    return query if actor.is_national else query.where(Case.office == actor.office)


def list_cases(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    unfinished: bool = True,
    concern_id: int | None = None,
    document_id: int | None = None,
    office: str | None = None,
    officer: str | None = None,
) -> list[CaseView]:
    """The cases that the actor may see, what is due first; what is answered and not closed stands behind."""
    actor.require(Role.viewer, None, "read cases")
    query = visible(actor).order_by(Case.due, Case.id)
    given = {Case.concern_id: concern_id, Case.document_id: document_id, Case.office: office, Case.officer: officer}
    for column, value in given.items():
        query = query.where(column == value) if value is not None else query
    if unfinished:
        query = query.where(Case.state.in_(UNFINISHED))
    views = [view_of(case, now) for case in session.scalars(query)]
    return sorted(views, key=lambda view: (view.hours_left is None, view.hours_left or 0.0, view.case.id))


def case_history(session: Session, actor: Actor, case_id: int) -> list[CaseEvent]:
    """All steps of a case, the first first."""
    case = find_case(session, case_id)
    actor.require(Role.viewer, case.office, f"read the case {case_id}")
    return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)))


def changes_since(session: Session, actor: Actor, case_id: int, row_version: int) -> list[CaseEvent]:
    """What was done to a case after the version that somebody has before the eyes: shown to whoever comes second."""
    return [event for event in case_history(session, actor, case_id) if event.version > row_version]


@dataclass(frozen=True)
class CaseDetail:
    """All of a case."""

    view: CaseView
    history: list[CaseEvent]
    papers: list[CasePaper]
    solutions: list[CaseSolution]
    effect: Effect | None
    """Volume and stance before and after the first answer; None: nothing has been answered."""
    steps: list[str]
    """Steps that the case's state allows."""

    @property
    def case(self) -> Case:
        """The case."""
        return self.view.case

    @property
    def may_be_formal(self) -> bool:
        """Whether a text behind it reads like a complaint or denunciation and nobody has marked the case: an officer decides."""
        return self.case.formal is None and bool(self.case.detail.get("formal_documents"))


def next_steps(state: str, settings: Settings) -> list[str]:
    """Steps of the workflow that a case in ``state`` allows."""
    return [step for step, leads in load_workflow(settings.config_dir).case.items() if state in leads]


def case_detail(session: Session, actor: Actor, case_id: int, settings: Settings, now: datetime) -> CaseDetail:
    """All of a case.

    Raises:
        LangngheError: there is none with that id.
        NotAllowed: it is another office's.
    """
    history = case_history(session, actor, case_id)
    case = find_case(session, case_id)
    papers = session.scalars(select(CasePaper).where(CasePaper.case_id == case_id).order_by(CasePaper.id))
    solutions = session.scalars(select(CaseSolution).where(CaseSolution.case_id == case_id).order_by(CaseSolution.id))
    effect = effect_of(session, actor, case_id, now, load_rules(settings.config_dir).cases.effect_days)
    return CaseDetail(view_of(case, now), history, list(papers), list(solutions), effect, next_steps(case.state, settings))
