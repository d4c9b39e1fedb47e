"""What officers do about a case beside its papers: give it to somebody, describe it, hand it over, close it, open it again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases.store import required, stepping, stepping_part
from alerts.cases.workflow import load_workflow
from langnghe.actor import NATIONAL, Actor
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import Case, CasePaper
from langnghe.settings import Settings

FORMAL = ("complaint", "denunciation")
"""Khiếu nại and tố cáo: under laws of their own, routed out and not answered as feedback."""
_LONGEST_CODE = 40
_MISSING = {
    "answer": "has no answer yet",
    "transfer": "was not transferred",
    "formal": "is no complaint or denunciation that was routed out",
}


def _sent(session: Session, case_id: int) -> list[CasePaper]:
    return list(session.scalars(select(CasePaper).where(CasePaper.case_id == case_id, CasePaper.state == "sent")))


def assign(record: Record, actor: Actor, case_id: int, officer: str, settings: Settings, *, row_version: int | None = None) -> Case:
    """Give a case to an officer."""
    name = required(officer, "the officer's name", "Name the officer.")
    with stepping(record, actor, case_id, "assign", settings, row_version) as step:
        before, step.case.officer = step.case.officer, name
        step.event("assigned", officer=name, before=before)
        return step.case


def note(record: Record, actor: Actor, case_id: int, text: str, settings: Settings, *, row_version: int | None = None) -> Case:
    """Add a note; it is possible in every state."""
    said = required(text, "the note", "Write what the next reader needs.")
    with stepping(record, actor, case_id, "note", settings, row_version) as step:
        step.event("noted", text=said)
        return step.case


def describe(
    record: Record,
    actor: Actor,
    case_id: int,
    settings: Settings,
    *,
    title: str | None = None,
    responsible: list[str] | None = None,
    pakn: str | None = None,
    row_version: int | None = None,
) -> Case:
    """Correct the title, whose answer it takes, or the code in the national portal's feedback system; None leaves a field as it is.

    Raises:
        LangngheError: a label is unknown, or the code is none.
    """
    for label in responsible or []:
        load_labels(settings.config_dir).check("responsible", label)
    if pakn is not None and (len(pakn.strip()) > _LONGEST_CODE or any(letter.isspace() for letter in pakn.strip())):
        raise LangngheError(f"{pakn!r} is no code of the portal", f"Enter it as the portal shows it, at most {_LONGEST_CODE} characters.")
    changes: dict[str, object] = {}
    if title is not None:
        changes["title"] = required(title, "the title", "Name the matter.")
    if responsible is not None:
        changes["responsible"] = list(dict.fromkeys(responsible))
    if pakn is not None:
        changes["pakn"] = pakn.strip() or None
    with stepping(record, actor, case_id, "describe", settings, row_version) as step:
        before = {name: getattr(step.case, name) for name in changes}
        for name, value in changes.items():
            setattr(step.case, name, value)
        step.event("described", before=before, **changes)
        return step.case


def mark_formal(
    record: Record, actor: Actor, case_id: int, formal: str | None, settings: Settings, *, row_version: int | None = None
) -> Case:
    """Mark a case as a complaint (khiếu nại) or denunciation (tố cáo), or take the mark back; it is routed out then, not answered."""
    if formal is not None and formal not in FORMAL:
        raise LangngheError(f"there is no mark {formal!r}", f"Use one of: {', '.join(FORMAL)}, or none.")
    with stepping(record, actor, case_id, "mark", settings, row_version) as step:
        before, step.case.formal = step.case.formal, formal
        step.event("marked", formal=formal, before=before)
        return step.case


def hand_over(
    record: Record, actor: Actor, case_id: int, office: str, reason: str, settings: Settings, *, row_version: int | None = None
) -> Case:
    """Give a case to another office: the province in charge, or the national desk. Its deadlines stay what they were.

    Raises:
        LangngheError: there is no such office, or no reason was given.
    """
    known = {NATIONAL, *(province.id for province in load_places(settings.config_dir).of_34)}
    if office not in known:
        raise LangngheError(f"{office!r} is no office", f"Use {NATIONAL} or the code of one of the 34 provinces, such as 34-40.")
    why = required(reason, "the reason", "Say why it is theirs.")
    with stepping(record, actor, case_id, "hand_over", settings, row_version) as step:
        before = step.case.office
        if before == office:
            raise Conflict(f"the case {case_id} is that office's already", "Choose another office.")
        step.case.office, step.case.officer = office, None
        if office != NATIONAL:
            step.case.province = office
        step.event("handed_over", office=office, before=before, reason=why)
        return step.case


def answer_reply(
    record: Record, actor: Actor, paper_id: int, text: str, settings: Settings, *, row_version: int | None = None
) -> CasePaper:
    """Enter what the receiver of a transfer slip has answered."""
    said = required(text, "the reply", "Enter what they answered.")
    with stepping_part(record, actor, CasePaper, paper_id, "reply", settings, row_version) as (step, paper):
        if load_workflow(settings.config_dir).kind(paper.kind).step != "transfer":
            raise Conflict(f"the paper {paper_id} asks nobody for an answer", "Enter the reply at the transfer slip.")
        step.lead("reply")
        paper.reply, paper.replied = said, step.now
        step.event("replied", paper=paper.id, text=said)
        return paper


def close_case(
    record: Record, actor: Actor, case_id: int, outcome: str, settings: Settings, *, note: str = "", row_version: int | None = None
) -> Case:
    """Close a case; an outcome that needs an answer, a transfer or the mark of a formal complaint is refused without it.

    Raises:
        Conflict: the outcome contradicts what was done.
    """
    chosen = load_workflow(settings.config_dir).outcome(outcome)
    with stepping(record, actor, case_id, "close", settings, row_version) as step:
        sent = {load_workflow(settings.config_dir).kind(paper.kind).step for paper in _sent(step.session, case_id)}
        # A complaint under its own law is done with when its writer or whoever decides it has been written to.
        done = sent | ({"formal"} if step.case.formal and "transfer" in sent else set())
        if chosen.needs is not None and chosen.needs not in done:
            raise Conflict(f"the case {case_id} {_MISSING[chosen.needs]}", "Do that first, or close it with another outcome.")
        if step.case.formal and chosen.needs != "formal":
            raise Conflict(f"the case {case_id} is marked {step.case.formal}", "Route it out and close it so, or take the mark back.")
        step.case.closed, step.case.outcome = step.now, outcome
        step.event("closed", outcome=outcome, note=note.strip())
        return step.case


def reopen_case(record: Record, actor: Actor, case_id: int, reason: str, settings: Settings, *, row_version: int | None = None) -> Case:
    """Open a case again; its deadline stays what it was."""
    why = required(reason, "the reason", "Say why it is opened again.")
    with stepping(record, actor, case_id, "reopen", settings, row_version) as step:
        step.case.closed, step.case.outcome = None, None
        step.event("reopened", reason=why)
        return step.case
