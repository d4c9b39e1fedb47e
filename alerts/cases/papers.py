"""Papers of a case: written, submitted, approved by somebody else, sent; whatever is changed has to be approved again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.cases.store import Step, required, stepping, stepping_part
from alerts.cases.workflow import PaperKind, load_workflow
from alerts.rules import load_rules
from langnghe.actor import Actor, Role
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.record.database import Record
from langnghe.record.schema import Case, CasePaper
from langnghe.settings import Settings


def _check_formal(case: Case, kind: PaperKind) -> None:
    if case.formal and not kind.formal:
        raise Conflict(
            f"the case {case.id} is a {case.formal} under its own law and is not answered here",
            "Route it out with a transfer slip or tell the writer where to send it.",
        )


def write_paper(
    record: Record,
    actor: Actor,
    case_id: int,
    kind: str,
    subject: str,
    text: str,
    settings: Settings,
    *,
    recipient: str = "",
    answer_id: str | None = None,
    row_version: int | None = None,
) -> CasePaper:
    """Write a paper as a draft.

    Args:
        record: the record.
        actor: its author, an officer of the case's office.
        case_id: the case.
        kind: one of ``papers`` in ``config/cases.yaml``.
        subject: what it is about (trích yếu).
        text: what it says.
        settings: the installation's settings.
        recipient: whom it goes to.
        answer_id: the approved answer that it was written from.
        row_version: the version of the case that the author has read.

    Raises:
        Conflict: the case is closed, or a formal complaint that is not answered here.
    """
    chosen = load_workflow(settings.config_dir).kind(kind)
    about = required(subject, "the subject", "Say in one line what it is about.")
    said = required(text, "the text", "Write it.")
    with stepping(record, actor, case_id, "write", settings, row_version) as step:
        _check_formal(step.case, chosen)
        paper = CasePaper(
            case_id=case_id,
            kind=kind,
            recipient=recipient.strip(),
            subject=about,
            text=said,
            answer_id=answer_id,
            authors=[actor.name],
            written=step.now,
        )
        step.session.add(paper)
        step.session.flush()
        step.event("written", paper=paper.id, kind=kind, answer=answer_id)
        return paper


def edit_paper(
    record: Record,
    actor: Actor,
    paper_id: int,
    settings: Settings,
    *,
    text: str | None = None,
    subject: str | None = None,
    recipient: str | None = None,
    row_version: int | None = None,
) -> CasePaper:
    """Change a draft or what was returned; whoever changes it becomes one of its authors."""
    with stepping_part(record, actor, CasePaper, paper_id, "edit", settings, row_version) as (step, paper):
        step.lead("write")
        paper.text = paper.text if text is None else required(text, "the text", "Write it.")
        paper.subject = paper.subject if subject is None else required(subject, "the subject", "Say in one line what it is about.")
        paper.recipient = paper.recipient if recipient is None else recipient.strip()
        paper.authors = list(dict.fromkeys([*paper.authors, actor.name]))
        paper.written = step.now
        step.event("edited", paper=paper.id)
        return paper


def submit_paper(record: Record, actor: Actor, paper_id: int, settings: Settings, *, row_version: int | None = None) -> CasePaper:
    """Ask for approval. A text with a gap (``[...]``) that its template left to be filled is refused."""
    with stepping_part(record, actor, CasePaper, paper_id, "submit", settings, row_version) as (step, paper):
        if (gap := gap_in(paper.text)) is not None:
            raise Conflict(f"the paper {paper_id} has a gap: {gap}", "Fill it or take it out, then submit.")
        paper.submitted, paper.remark = step.now, None
        step.event("submitted", paper=paper.id)
        return paper


def approve_paper(
    record: Record, actor: Actor, paper_id: int, settings: Settings, *, remark: str = "", row_version: int | None = None
) -> CasePaper:
    """Approve a paper that somebody else wrote.

    Raises:
        NotAllowed: the actor is no approver of the office, or wrote a part of it.
    """
    with stepping_part(record, actor, CasePaper, paper_id, "approve", settings, row_version, role=Role.approver) as (step, paper):
        if actor.name in paper.authors:
            raise NotAllowed(f"{actor.name} wrote the paper {paper_id} and may not approve it", "Ask another approver of the office.")
        paper.approver, paper.approved = actor.name, step.now
        paper.remark = remark.strip() or None
        step.event("approved", paper=paper.id, remark=remark.strip())
        return paper


def return_paper(
    record: Record, actor: Actor, paper_id: int, reason: str, settings: Settings, *, row_version: int | None = None
) -> CasePaper:
    """Give a paper back to its author with the reason; an approval that it had is void."""
    why = required(reason, "the reason", "Say what is to be changed.")
    with stepping_part(record, actor, CasePaper, paper_id, "return", settings, row_version, role=Role.approver) as (step, paper):
        paper.approver, paper.approved, paper.remark = None, None, why
        step.event("returned", paper=paper.id, reason=why)
        return paper


def send_paper(
    record: Record,
    actor: Actor,
    paper_id: int,
    channel: str,
    settings: Settings,
    *,
    link: str | None = None,
    at: datetime | None = None,
    row_version: int | None = None,
) -> CasePaper:
    """Enter that an approved paper has left: when and where. The first answer is the case's first response.

    Args:
        record: the record.
        actor: who enters it.
        paper_id: the paper.
        channel: one of ``channels`` in ``config/cases.yaml``.
        settings: the installation's settings.
        link: where it was published.
        at: when it left; None: now. Not before its approval, not later than now.
        row_version: the version of the paper that the actor has read.

    Raises:
        Conflict: it was not approved, or the case has become a formal complaint meanwhile.
    """
    load_workflow(settings.config_dir).choice("channels", channel)
    if link is not None and link.strip() and not link.strip().startswith(("https://", "http://")):
        raise LangngheError(f"{link!r} is no address", "Enter it with https:// at its beginning.")
    with stepping_part(record, actor, CasePaper, paper_id, "send", settings, row_version) as (step, paper):
        kind = step.workflow.kind(paper.kind)
        _check_formal(step.case, kind)
        sent = step.now if at is None else at
        if paper.approved is None or not paper.approved <= sent <= step.now:
            raise Conflict(
                f"the paper {paper_id} can't have left at {sent.isoformat()}", "Enter a time after its approval and not after now."
            )
        step.lead(kind.step)
        paper.channel, paper.link, paper.sent, paper.sent_by = channel, (link or "").strip() or None, sent, actor.name
        _note_sending(step, paper, kind, settings)
        step.event("sent", paper=paper.id, kind=paper.kind, channel=channel, link=paper.link, at=sent.isoformat())
        return paper


def _note_sending(step: Step, paper: CasePaper, kind: PaperKind, settings: Settings) -> None:
    if kind.step == "answer":
        step.case.first_response = min(filter(None, (step.case.first_response, paper.sent)))
    elif kind.id == "transfer_slip" and paper.sent is not None:
        paper.reply_due = paper.sent + timedelta(hours=load_rules(settings.config_dir).cases.reply_hours)


def withdraw_paper(
    record: Record, actor: Actor, paper_id: int, reason: str, settings: Settings, *, row_version: int | None = None
) -> CasePaper:
    """Give up a paper that has not left."""
    why = required(reason, "the reason", "Say why it is not needed.")
    with stepping_part(record, actor, CasePaper, paper_id, "withdraw", settings, row_version) as (step, paper):
        step.event("withdrawn", paper=paper.id, reason=why)
        return paper


def find_paper(session: Session, actor: Actor, paper_id: int) -> CasePaper:
    """A paper that the actor may read.

    Raises:
        LangngheError: there is none.
        NotAllowed: it is another office's.
    """
    paper = session.get(CasePaper, paper_id)
    if paper is None:
        raise LangngheError(f"there is no paper {paper_id}", "Open it from its case.")
    case = session.get_one(Case, paper.case_id)
    actor.require(Role.viewer, case.office, f"read the paper {paper_id}")
    return paper


def gap_in(text: str) -> str | None:
    """The first gap that a template left to be filled, such as ``[điều khoản áp dụng]``; None: there is none."""
    start = text.find("[")
    end = text.find("]", start)
    return text[start : end + 1] if -1 < start < end else None
