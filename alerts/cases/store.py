"""Finding a case, and changing it: access, version and state are decided here, and every step leaves its event."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases.workflow import Workflow, after, load_workflow
from langnghe.actor import Actor, Role
from langnghe.clock import VIETNAM
from langnghe.errors import Conflict, LangngheError
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Case, CaseEvent, CasePaper, CaseSolution
from langnghe.settings import Settings

UNFINISHED = ("open", "answering", "answered", "transferred")

EVENTS = (
    "opened",
    "assigned",
    "noted",
    "described",
    "marked",
    "handed_over",
    "planned",
    "solution_approved",
    "solution_refused",
    "solution_done",
    "written",
    "edited",
    "submitted",
    "approved",
    "returned",
    "sent",
    "replied",
    "withdrawn",
    "closed",
    "reopened",
)
"""All that can happen to a case; the wording ``step.<event>`` says it."""

Row = TypeVar("Row", Case, CasePaper, CaseSolution)


def _found(session: Session, table: type[Row], row_id: int, what: str, *, to_change: bool) -> Row:
    query = select(table).where(table.id == row_id)
    # PostgreSQL lets two read the same version; whoever comes second waits here and then reads what the first has written.
    row = session.scalar(query.with_for_update() if to_change else query)
    if row is None:
        raise LangngheError(f"there is no {what} {row_id}", "Open it from the list of cases.")
    return row


def find_case(session: Session, case_id: int, *, to_change: bool = False) -> Case:
    """The case with that id.

    Raises:
        LangngheError: there is none.
    """
    return _found(session, Case, case_id, "case", to_change=to_change)


def last_step(session: Session, case_id: int) -> CaseEvent | None:
    """The latest event of a case."""
    return session.scalar(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id.desc()).limit(1))


@dataclass
class Step:
    """A step that is being taken on a case."""

    session: Session
    case: Case
    actor: Actor
    now: datetime
    workflow: Workflow

    def event(self, name: str, **detail: Any) -> None:
        """Enter what was done, one of :data:`EVENTS`."""
        entered = CaseEvent(
            case_id=self.case.id, at=self.now, actor=self.actor.name, event=name, detail=detail, version=self.case.row_version
        )
        self.session.add(entered)
        audit(self.session, self.actor, f"case {name}", f"case:{self.case.id}", self.now, **detail)

    def lead(self, step: str) -> None:
        """Bring the case into the state that a step leads to."""
        self.case.state = after(self.workflow.case, step, self.case.state, f"the case {self.case.id}")


def check_current(session: Session, seen: int | None, current: int, case_id: int, what: str) -> None:
    """Raise unless the version that somebody saw is the current one; the error says who did what since."""
    if seen is None or seen == current:
        return
    last = last_step(session, case_id)
    since = f": {last.actor} took the step “{last.event}” at {last.at.astimezone(VIETNAM):%H:%M %d/%m}" if last else ""
    raise Conflict(f"somebody else changed {what} meanwhile{since}", "Read it again and repeat your change.")


@contextmanager
def stepping(record: Record, actor: Actor, case_id: int, step: str, settings: Settings, row_version: int | None = None) -> Iterator[Step]:
    """A case on which ``step`` may be taken by the actor now; its version grows with it.

    Raises:
        NotAllowed: the actor is no officer of the case's office.
        Conflict: somebody else was first, or the step contradicts the case's state.
    """
    with record.session() as session:
        case = find_case(session, case_id, to_change=True)
        actor.require(Role.officer, case.office, f"{step} the case {case_id}")
        check_current(session, row_version, case.row_version, case_id, f"the case {case_id}")
        taken = Step(session, case, actor, record.clock.now(), load_workflow(settings.config_dir))
        taken.lead(step)
        case.row_version += 1
        yield taken


@contextmanager
def stepping_part(
    record: Record,
    actor: Actor,
    table: type[Row],
    row_id: int,
    step: str,
    settings: Settings,
    row_version: int | None,
    *,
    role: Role = Role.officer,
) -> Iterator[tuple[Step, Row]]:
    """A paper or solution on which ``step`` may be taken; it and its case grow a version older.

    Raises:
        NotAllowed: the actor does not hold ``role`` in the case's office.
        Conflict: somebody else was first, or the step contradicts the state.
    """
    what = "paper" if table is CasePaper else "solution"
    with record.session() as session:
        case_id = _case_of(_found(session, table, row_id, what, to_change=False))
        case = find_case(session, case_id, to_change=True)
        row = _found(session, table, row_id, what, to_change=True)
        session.refresh(row)
        actor.require(role, case.office, f"{step} the {what} {row_id}")
        check_current(session, row_version, row.row_version, case_id, f"the {what} {row_id}")
        workflow = load_workflow(settings.config_dir)
        row.state = after(getattr(workflow, what), step, row.state, f"the {what} {row_id}")
        row.row_version += 1
        case.row_version += 1
        yield Step(session, case, actor, record.clock.now(), workflow), row


def _case_of(row: Case | CasePaper | CaseSolution) -> int:
    return row.id if isinstance(row, Case) else row.case_id


def required(text: str, what: str, remedy: str) -> str:
    """A text without the blanks around it.

    Raises:
        LangngheError: nothing is left.
    """
    if not text.strip():
        raise LangngheError(f"{what} is empty", remedy)
    return text.strip()
