"""The papers of a case as Word files: letters, slips and notes, with number, day and signature left blank."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.cases.drafts import office_name
from alerts.cases.papers import find_paper
from alerts.cases.store import find_case
from alerts.cases.workflow import load_workflow
from alerts.reports.presenting import agency_of
from alerts.reports.word import word_file
from langnghe.actor import NATIONAL, Actor
from langnghe.clock import VIETNAM
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import Case, CasePaper
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

_NUMBERS = {"transfer_slip": "Số:        /PC-BHXH", "authority_note": "Số:        /PTM-BHXH"}
_LETTER = "Số:        /BHXH-TT"


@dataclass(frozen=True)
class CaseFile:
    """A Word file of a case."""

    name: str
    document: bytes


def _place(office: str, settings: Settings) -> str:
    return "Hà Nội" if office == NATIONAL else load_places(settings.config_dir).name(office)


def agency_values(case: Case, settings: Settings, words: Wording, when: datetime) -> dict[str, Any]:
    """What head and foot of a case's paper say."""
    name = office_name(case.office, settings).replace("BHXH", "Bảo hiểm xã hội")
    return agency_of(case.office, name, words, when.astimezone(VIETNAM).year, _place(case.office, settings))


def paper_file(record: Record, actor: Actor, paper_id: int, settings: Settings) -> CaseFile:
    """A paper as a Word file: its number, day and signature are left blank. The same paper gives the same bytes.

    Raises:
        LangngheError: there is none.
        NotAllowed: it is another office's.
    """
    words = load_wording("vi", settings.config_dir)
    with record.reading() as session:
        paper = find_paper(session, actor, paper_id)
        case = find_case(session, paper.case_id)
        kind = load_workflow(settings.config_dir).kind(paper.kind)
    document = word_file("paper", lambda _: _paper(paper, case, kind.vi, settings, words), paper.written, settings.config_dir)
    return CaseFile(f"{paper.kind}-{case.id}-{paper.id}", document)


def _paper(paper: CasePaper, case: Case, kind: str, settings: Settings, words: Wording) -> dict[str, Any]:
    has_heading = paper.kind in _NUMBERS
    lines = [line for line in paper.text.splitlines() if line.strip()]
    is_addressed = bool(lines) and lines[0].startswith(("Kính gửi", "Kính chuyển"))
    receivers = {} if has_heading else {"about": words("report.paper_about", subject=case.title)}
    values = agency_values(case, settings, words, paper.written) | receivers
    return values | {
        "number": _NUMBERS.get(paper.kind, _LETTER),
        "heading": kind.upper() if has_heading else "",
        "subject": words("report.subject_quick", title=case.title),
        "addressee": lines[0] if is_addressed else "",
        "lines": lines[1:] if is_addressed else lines,
        "receivers": [words("report.receiver_addressee"), *values["receivers"][1:]],
    }
