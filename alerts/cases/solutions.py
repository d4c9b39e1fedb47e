"""Communication solutions (phương án truyền thông): proposed by an officer, approved or refused by somebody else, carried out."""

from datetime import date

from alerts.cases.store import required, stepping, stepping_part
from alerts.cases.workflow import load_workflow
from langnghe.actor import Actor, Role
from langnghe.errors import LangngheError, NotAllowed
from langnghe.labels import load_labels
from langnghe.record.database import Record
from langnghe.record.schema import CaseSolution
from langnghe.settings import Settings


def propose_solution(
    record: Record,
    actor: Actor,
    case_id: int,
    kind: str,
    message: str,
    settings: Settings,
    *,
    audience: list[str],
    channels: list[str],
    planned: date | None = None,
    row_version: int | None = None,
) -> CaseSolution:
    """Propose what is to be said to whom, how and where.

    Args:
        record: the record.
        actor: its author.
        case_id: the case.
        kind: one of ``solutions`` in ``config/cases.yaml``.
        message: what is to be said.
        settings: the installation's settings.
        audience: labels of ``audience``; empty: everybody.
        channels: of ``channels`` in ``config/cases.yaml``, at least one unless nothing is to be said.
        planned: for which day.
        row_version: the version of the case that the author has read.
    """
    workflow = load_workflow(settings.config_dir)
    workflow.choice("solutions", kind)
    for channel in channels:
        workflow.choice("channels", channel)
    for one in audience:
        load_labels(settings.config_dir).check("audience", one)
    if not channels and kind != "none":
        raise LangngheError("a solution needs at least one channel", "Say where it is to be told.")
    said = required(message, "the message", "Say what is to be told.")
    with stepping(record, actor, case_id, "plan", settings, row_version) as step:
        solution = CaseSolution(
            case_id=case_id,
            kind=kind,
            audience=audience,
            channels=channels,
            message=said,
            planned=planned,
            author=actor.name,
            written=step.now,
        )
        step.session.add(solution)
        step.session.flush()
        step.event("planned", solution=solution.id, kind=kind, channels=channels)
        return solution


def _decide(
    record: Record, actor: Actor, solution_id: int, step_name: str, remark: str, settings: Settings, row_version: int | None
) -> CaseSolution:
    found = stepping_part(record, actor, CaseSolution, solution_id, step_name, settings, row_version, role=Role.approver)
    with found as (step, solution):
        if actor.name == solution.author:
            raise NotAllowed(f"{actor.name} proposed the solution {solution_id} and may not decide it", "Ask another approver.")
        solution.approver, solution.decided, solution.remark = actor.name, step.now, remark.strip() or None
        step.event(f"solution_{solution.state}", solution=solution.id, remark=remark.strip())
        return solution


def approve_solution(
    record: Record, actor: Actor, solution_id: int, settings: Settings, *, remark: str = "", row_version: int | None = None
) -> CaseSolution:
    """Approve a solution that somebody else proposed."""
    return _decide(record, actor, solution_id, "approve", remark, settings, row_version)


def refuse_solution(
    record: Record, actor: Actor, solution_id: int, reason: str, settings: Settings, *, row_version: int | None = None
) -> CaseSolution:
    """Refuse a solution that somebody else proposed, with the reason."""
    return _decide(record, actor, solution_id, "refuse", required(reason, "the reason", "Say why."), settings, row_version)


def finish_solution(
    record: Record, actor: Actor, solution_id: int, done: str, settings: Settings, *, row_version: int | None = None
) -> CaseSolution:
    """Enter that an approved solution was carried out, and how."""
    said = required(done, "what was done", "Say what was done.")
    with stepping_part(record, actor, CaseSolution, solution_id, "finish", settings, row_version) as (step, solution):
        solution.remark = said
        step.event("solution_done", solution=solution.id, done=said)
        return solution
