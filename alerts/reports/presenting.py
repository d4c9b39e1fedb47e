"""A periodic report as the values that its Word template is filled with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from alerts.reports.content import CaseRow, DriveNumbers, ProvinceRow, Report, StoryRow, TopicRow
from alerts.reports.counting import Figure
from alerts.reports.word import word_file
from langnghe.actor import NATIONAL
from langnghe.clock import VIETNAM
from langnghe.wording import Wording, load_wording

_OUTLETS = 3
_SMALL = 12


def moment(when: datetime) -> str:
    """``07:30 ngày 20/11/2026``."""
    return f"{when.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def agency_of(office: str, name: str, words: Wording, year: int, place: str) -> dict[str, Any]:
    """What the head and the foot of every paper say: whose it is, where, who signs."""
    is_national = office == NATIONAL
    parent, agency = ("BỘ TÀI CHÍNH", "BẢO HIỂM XÃ HỘI VIỆT NAM") if is_national else ("BẢO HIỂM XÃ HỘI VIỆT NAM", name.upper())
    receiver = "report.receiver_ministry" if is_national else "report.receiver_parent"
    return {
        "parent": parent,
        "agency": agency,
        "place": place,
        "year": year,
        "about": "",
        "signer": words("report.signer_national" if is_national else "report.signer"),
        "receivers": [words(receiver), words("report.receiver_leaders"), words("report.receiver_file")],
    }


def subject_of(report: Report, words: Wording) -> str:
    """What the report is about (trích yếu)."""
    given = {"first": f"{report.first:%d/%m/%Y}", "last": f"{report.last:%d/%m/%Y}", "month": f"{report.first:%m/%Y}"}
    return words(f"report.subject_{report.kind}", **given)


def _paired(figures: Sequence[Figure], words: Wording) -> str:
    shown = [figure for figure in figures if figure.value or figure.before]
    return (
        ", ".join(words("report.pair", name=one.name, n=words.number(one.value), before=words.number(one.before or 0)) for one in shown)
        or "0"
    )


def outlets_of(outlets: Sequence[str], words: Wording) -> str:
    """At most three outlets by name."""
    more = len(outlets) - _OUTLETS
    return ", ".join(outlets[:_OUTLETS]) + (words("report.and_more", n=more) if more > 0 else "")


def _row(row: TopicRow | ProvinceRow, link: Any, words: Wording) -> dict[str, Any]:
    def number(figure: Figure) -> Any:
        return link(words.number(figure.value), figure.link, size=_SMALL)

    columns = {name: number(getattr(row, name)) for name in ("all", "negative", "complaints", "questions")}
    return columns | {"name": row.name, "before": words.number(row.all.before or 0)}


def _story(story: StoryRow, link: Any, words: Wording) -> dict[str, Any]:
    doubt = words(f"report.told_{story.veracity}") if story.veracity in ("contradicted", "unverified") else ""
    told = words("report.told", outlets=outlets_of(story.outlets, words), day=f"{story.day:%d/%m}", n=story.documents)
    return {"title": link(story.title, story.link), "told": doubt + told}


def _case(case: CaseRow, link: Any, words: Wording) -> dict[str, Any]:
    answered = words("report.case_answered", at=moment(case.first_response)) if case.first_response else ""
    officer = f" ({case.officer})" if case.officer else ""
    state = words(f"case.state_{case.state}").lower()
    told = words("report.case_told", state=state, officer=officer, due=moment(case.due), answered=answered)
    return {"title": link(case.title, case.link), "told": told + (words("report.case_overdue") if case.overdue else "")}


def _cases_said(report: Report, words: Wording) -> str:
    numbers = report.case_numbers
    given = numbers.model_dump(exclude={"formal", "first_response_hours"})
    taken = numbers.first_response_hours
    return words("report.cases_said", hours="" if taken is None else words("report.cases_hours", n=words.number(taken, 1)), **given)


def _drive(drive: DriveNumbers, words: Wording) -> str:
    echo = "" if drive.echo is None else words("report.drive_echo", n=words.number(drive.echo, 1))
    given = {name: words.number(getattr(drive, name)) for name in ("activities", "cost", "reach")}
    joined = {"voluntary": words.number(drive.new_voluntary), "household": words.number(drive.new_household)}
    return words(
        "report.drive_told", name=drive.name, start=f"{drive.start:%d/%m/%Y}", end=f"{drive.end:%d/%m/%Y}", echo=echo, **given, **joined
    )


def _done(report: Report, words: Wording) -> list[str]:
    lines = [_drive(drive, words) for drive in report.drives]
    given = report.donations
    if given.get("si_book") or given.get("hi_card"):
        numbers = {"books": given.get("si_book", 0), "cards": given.get("hi_card", 0), "value": words.number(given.get("value", 0))}
        lines.append(words("report.donated", **numbers))
    return lines


def _opening(report: Report, words: Wording) -> str:
    before_last = report.first - timedelta(days=1)
    before_first = before_last - (report.last - report.first)
    return words(
        "report.opening",
        office=report.office_name,
        first=f"{report.first:%d/%m/%Y}",
        last=f"{report.last:%d/%m/%Y}",
        where=words("report.nationwide") if report.office == NATIONAL else words("report.where", place=report.place),
        cut_off=moment(report.cut_off),
        edition=words("report.edition", n=report.edition) if report.edition > 1 else "",
        before_first=f"{before_first:%d/%m/%Y}",
        before_last=f"{before_last:%d/%m/%Y}",
    )


def _values(report: Report, link: Any, words: Wording) -> dict[str, Any]:
    row, story = partial(_row, link=link, words=words), partial(_story, link=link, words=words)
    everything, severe = report.overview
    counted = words("report.total_text", n=words.number(everything.value), before=words.number(everything.before or 0))
    more = {"stories": words.number(report.stories), "sources": words.number(report.sources), "severe": words.number(severe.value)}
    return agency_of(report.office, report.office_name, words, report.cut_off.astimezone(VIETNAM).year, report.place) | {
        "heading": words("report.heading"),
        "subject": subject_of(report, words),
        "opening": _opening(report, words),
        "total": link(counted, everything.link),
        "total_more": words("report.total_more", **more),
        "by_kind": words("report.by_kind", said=_paired(report.kinds, words)),
        "by_stance": words("report.by_stance", said=_paired(report.stances, words)),
        "by_intent": words("report.by_intent", said=_paired(report.intents, words)),
        "topics": [row(one) for one in report.topics],
        "provinces": [row(one) for one in report.provinces],
        "concerns": [
            {
                "title": link(one.title, one.link),
                "state": words(f"report.state_{one.state}"),
                "why": one.why,
                "said": " ".join(one.said),
            }
            for one in report.concerns
        ],
        "rumours": [story(one) for one in report.rumours],
        "negative": [story(one) for one in report.negative_stories],
        "asked": [story(one) for one in report.asked],
        "cases_said": _cases_said(report, words),
        "cases": [_case(one, link, words) for one in report.cases],
        "done": _done(report, words),
        "coming": report.coming,
        "proposals": report.proposals,
        "closing": words("report.closing", office=report.office_name),
    }


def report_document(report: Report, config_dir: Path | None = None) -> bytes:
    """The report as a Word file."""
    words = load_wording("vi", config_dir)
    return word_file("periodic", lambda link: _values(report, link, words), report.cut_off, config_dir)
