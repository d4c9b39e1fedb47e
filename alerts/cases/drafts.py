"""The text that a paper begins with: its template, filled with what the concern says and the approved answer that fits."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy.orm import Session

from alerts.cases.papers import write_paper
from alerts.cases.store import find_case
from alerts.cases.workflow import load_workflow
from alerts.explanation import Explanation
from alerts.rules import load_rules
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.answers import load_answers
from langnghe.clock import vietnam_day
from langnghe.config_files import default_config_dir
from langnghe.errors import ConfigurationError, Conflict
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.record.database import Record
from langnghe.record.schema import Case, CasePaper, Concern, DocumentRow
from langnghe.settings import Settings

_FORMAL = {"complaint": "khiếu nại", "denunciation": "tố cáo"}
_TITLE = 200


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


@cache
def _environment() -> SandboxedEnvironment:
    # Plain text, no markup: what is filled in stands as it is.
    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.filters["lower_first"] = _lower_first
    return environment


def _template(kind: str, config_dir: Path | None) -> str:
    path = (config_dir or default_config_dir()) / "papers" / f"{kind}.txt"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise ConfigurationError(f"{path} does not exist", "Restore the template as it came with the program.") from None


def office_name(office: str, settings: Settings) -> str:
    """``BHXH tỉnh Nghệ An``; the national desk is ``BHXH Việt Nam``."""
    return "BHXH Việt Nam" if office == NATIONAL else load_places(settings.config_dir).province(office).bhxh_name


def _source(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    """The one piece that the case is about, else the earliest telling story of its concern."""
    told = {"source": "", "source_title": "", "source_url": "", "source_day": ""}
    if case.document_id is not None and (row := session.get(DocumentRow, case.document_id)) is not None:
        return told | {
            "source": row.outlet or row.source,
            "source_title": (row.title or "")[:_TITLE],
            "source_url": row.url or "",
            "source_day": f"{row.day:%d/%m/%Y}",
        }
    concern = session.get(Concern, case.concern_id) if case.concern_id is not None else None
    stories = Explanation.model_validate(concern.explanation).stories if concern is not None else []
    first = next((story for story in stories if actor.may(Role.viewer, story.office) and story.kind == "news"), None)
    if first is None:
        return told
    return told | {
        "source": first.outlets[0],
        "source_title": first.title,
        "source_url": first.url or "",
        "source_day": f"{first.day:%d/%m/%Y}",
    }


def _said(session: Session, actor: Actor, case: Case) -> list[str]:
    concern = session.get(Concern, case.concern_id) if case.concern_id is not None else None
    if concern is None:
        return []
    explanation = Explanation.model_validate(concern.explanation)
    return [sentence.text for sentence in explanation.summary if actor.may(Role.viewer, sentence.office)]


def _where(session: Session, case: Case, settings: Settings) -> str:
    places = load_places(settings.config_dir)
    concern = session.get(Concern, case.concern_id) if case.concern_id is not None else None
    codes = [case.province] if case.province != NOWHERE or concern is None else concern.provinces
    return ", ".join(
        places.province(code).full_name.replace("Thành phố", "thành phố").replace("Tỉnh", "tỉnh") for code in codes[:3] if code != NOWHERE
    )


def _why(session: Session, case: Case) -> str:
    concern = session.get(Concern, case.concern_id) if case.concern_id is not None else None
    if concern is None:
        return "[diễn biến]"
    told = Explanation.model_validate(concern.explanation)
    counted = f"{told.observed} nội dung tiêu cực, {told.complaints} phản ánh trên {told.sources} nguồn trong {told.window_days} ngày"
    usual = max(round(told.expected), 0)
    return f"Từ ngày {told.since:%d/%m/%Y} đến ngày {told.day:%d/%m/%Y}, hệ thống ghi nhận {counted}; mức thường lệ khoảng {usual}."


def begin_paper(
    record: Record,
    actor: Actor,
    case_id: int,
    kind: str,
    settings: Settings,
    *,
    answer_id: str | None = None,
    recipient: str = "",
    receiver: str | None = None,
) -> CasePaper:
    """Begin a paper from its template; what only the office can know stays as a gap in square brackets.

    Args:
        record: the record.
        actor: its author.
        case_id: the case.
        kind: one of ``papers`` in ``config/cases.yaml``.
        settings: the installation's settings.
        answer_id: the approved answer to write it from.
        recipient: whom it goes to.
        receiver: one of ``receivers``, where a slip goes to an agency of a kind.

    Raises:
        Conflict: the approved answer does not hold today.
    """
    workflow, today = load_workflow(settings.config_dir), vietnam_day(record.clock.now())
    chosen, answer = workflow.kind(kind), None
    if answer_id is not None:
        answer = load_answers(settings.config_dir).find(answer_id)
        if not answer.holds_on(today):
            raise Conflict(f"the approved answer {answer_id} does not hold on {today:%d/%m/%Y}", "Choose one that is in force.")
    with record.reading() as session:
        case = find_case(session, case_id)
        actor.require(Role.officer, case.office, f"write about the case {case_id}")
        named = workflow.choice("receivers", receiver).vi if receiver else ""
        values = {
            "office": office_name(case.office, settings),
            "topic": load_labels(settings.config_dir).topic_name(case.topic),
            "where": _where(session, case, settings),
            "recipient": recipient.strip(),
            "receiver": named,
            "answer": answer,
            "formal": _FORMAL.get(case.formal or "", ""),
            "summary": _said(session, actor, case),
            "why": _why(session, case),
            "reply_due": _reply_day(today, settings),
            **_source(session, actor, case),
        }
        title = case.title
    subject = f"{chosen.vi} về việc {title[:1].lower() + title[1:] if not title[:2].isupper() else title}"
    return write_paper(
        record, actor, case_id, kind, subject, filled(kind, values, settings), settings, recipient=recipient or named, answer_id=answer_id
    )


def _reply_day(today: date, settings: Settings) -> str:
    return f"{today + timedelta(hours=load_rules(settings.config_dir).cases.reply_hours):%d/%m/%Y}"


def filled(kind: str, values: dict[str, Any], settings: Settings) -> str:
    """A template with its gaps filled.

    Raises:
        ConfigurationError: the template is wrong.
    """
    try:
        return _environment().from_string(_template(kind, settings.config_dir)).render(values).strip()
    except TemplateError as error:
        where = getattr(error, "lineno", None)
        raise ConfigurationError(f"papers/{kind}.txt{f':{where}' if where else ''}: {error}", "Mend the template there.") from None
