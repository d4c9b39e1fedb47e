"""Gathering a periodic report: every figure through the record's facts, so that it equals the search it links to."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.cases.statistics import case_figures
from alerts.policy_calendar import coming_lines
from alerts.reports.content import CaseNumbers, DayRow, ProvinceRow, Report, TopicRow
from alerts.reports.counting import Counts, Figure, Window, grouped, total
from alerts.reports.drives import donated, drives_of
from alerts.reports.listing import cases_of, concerns_of, largest_stories, rumours
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.documents import Kind
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.schema import Fact
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

_LISTED = 10
_NEGATIVE, _COMPLAINT, _QUESTION = Fact.sentiment == "negative", Fact.intent == "complaint", Fact.intent == "question"
_COLUMNS = {
    "all": ((), {}),
    "negative": ((_NEGATIVE,), {"sentiment": "negative"}),
    "complaints": ((_COMPLAINT,), {"intent": "complaint"}),
    "questions": ((_QUESTION,), {"intent": "question"}),
}
"""Columns of the tables of topics and provinces: condition on the facts, and the same as filters of the search."""


def _before(window: Window) -> Window:
    last = window.first - timedelta(days=1)
    return Window(window.office, last - timedelta(days=window.days - 1), last, window.dashboard)


def _figures(session: Session, window: Window, column: str, names: Mapping[str, str], parameter: str) -> list[Figure]:
    """One figure for each value of a column of the facts."""
    now, before = grouped(session, window, column), grouped(session, _before(window), column)
    return [
        Figure(name=name, value=now.get((value,), 0), before=before.get((value,), 0), link=window.link(**{parameter: value}))
        for value, name in names.items()
    ]


def _table(session: Session, window: Window, column: str) -> dict[str, tuple[Counts, Counts]]:
    """Counts by a column of the facts for each column of a table, of the period and of the one before."""
    before = _before(window)
    return {
        name: (grouped(session, window, column, where=where), grouped(session, before, column, where=where))
        for name, (where, _) in _COLUMNS.items()
    }


def _row(table: dict[str, tuple[Counts, Counts]], key: str, window: Window, parameter: str) -> dict[str, Figure]:
    def figure(name: str) -> Figure:
        (now, before), filters = table[name], _COLUMNS[name][1]
        return Figure(name=key, value=now.get((key,), 0), before=before.get((key,), 0), link=window.link(**{parameter: key}, **filters))

    return {name: figure(name) for name in table}


def _topics(session: Session, window: Window, settings: Settings) -> list[TopicRow]:
    labels, table = load_labels(settings.config_dir), _table(session, window, "topic")
    rows = [TopicRow(topic=topic.id, name=topic.vi, **_row(table, topic.id, window, "topic")) for topic in labels.topics]
    return sorted((row for row in rows if row.all.value or row.all.before), key=lambda row: (-row.all.value, row.topic))


def _provinces(session: Session, window: Window, settings: Settings) -> list[ProvinceRow]:
    if window.office != NATIONAL:
        return []
    table = _table(session, window, "province")
    return [
        ProvinceRow(code=province.id, name=province.name, **_row(table, province.id, window, "province"))
        for province in load_places(settings.config_dir).of_34
    ]


def _days(session: Session, window: Window) -> list[DayRow]:
    counted = {name: grouped(session, window, "day", where=where) for name, (where, _) in _COLUMNS.items() if name != "questions"}
    rows = []
    for day in (window.first + timedelta(days=i) for i in range(window.days)):
        numbers = {name: counts.get((day,), 0) for name, counts in counted.items()}
        rows.append(DayRow(day=day, link=Window(window.office, day, day, window.dashboard).link(), **numbers))
    return rows


def _case_numbers(session: Session, actor: Actor, window: Window, now: datetime) -> CaseNumbers:
    office = None if window.province is None else window.office
    found = case_figures(session, actor, window.first, window.last, now, office=office)
    return CaseNumbers(
        opened=found.opened,
        closed=found.closed,
        unfinished=found.unfinished,
        overdue=len(found.overdue),
        unanswered=len(found.unanswered),
        in_time=found.in_time,
        late=found.late,
        formal=found.formal,
        first_response_hours=found.first_response_hours,
    )


def _proposals(report: Report, words: Wording) -> list[str]:
    said = []
    rising = [row for row in report.topics if row.negative.value >= 5 and row.negative.value >= 1.5 * (row.negative.before or 0)]
    if rising:
        said.append(words("report.propose_topics", topics=", ".join(row.name for row in rising[:3])))
    if report.case_numbers.overdue:
        said.append(words("report.propose_overdue", n=report.case_numbers.overdue))
    if any(story.veracity == "contradicted" for story in report.rumours):
        said.append(words("report.propose_correct"))
    without = [row.title for row in report.concerns if not row.cases and row.state == "open"]
    if without:
        said.append(words("report.propose_cases", concerns="; ".join(without[:3])))
    return said


def gather_report(session: Session, actor: Actor, kind: str, window: Window, edition: int, cut_off: datetime, settings: Settings) -> Report:
    """Gather a periodic report of an office as it stands at ``cut_off``.

    Raises:
        NotAllowed: the actor may not read the office's figures.
    """
    actor.require(Role.viewer, window.office, "read the report")
    words, labels, places = load_wording("vi", settings.config_dir), load_labels(settings.config_dir), load_places(settings.config_dir)
    before = _before(window)
    province = None if window.province is None else places.province(window.province)
    everything = Figure(name=words("report.documents"), value=total(session, window), before=total(session, before), link=window.link())
    severe = Figure(
        name=words("report.severe"),
        value=total(session, window, Fact.concern == 2),
        before=total(session, before, Fact.concern == 2),
        link=window.link(severity=2),
    )
    report = Report(
        kind=kind,
        office=window.office,
        office_name="Bảo hiểm xã hội Việt Nam" if province is None else province.bhxh_name.replace("BHXH", "Bảo hiểm xã hội"),
        place="Hà Nội" if province is None else province.name,
        first=window.first,
        last=window.last,
        edition=edition,
        cut_off=cut_off,
        overview=[everything, severe],
        stories=total(session, window, stories=True),
        sources=len(grouped(session, window, "source")),
        kinds=_figures(session, window, "kind", {kind.value: words(f"report.kind_{kind.value}") for kind in Kind}, "kind"),
        stances=_figures(session, window, "sentiment", {label.id: label.vi for label in labels.sentiment}, "sentiment"),
        intents=_figures(session, window, "intent", {label.id: label.vi for label in labels.intent}, "intent"),
        topics=_topics(session, window, settings),
        provinces=_provinces(session, window, settings),
        days=_days(session, window),
        concerns=concerns_of(session, actor, window, settings, cut_off),
        negative_stories=largest_stories(session, window, _LISTED, _NEGATIVE),
        rumours=rumours(session, window, _LISTED),
        asked=largest_stories(session, window, _LISTED, Fact.intent.in_(("question", "suggestion"))),
        case_numbers=_case_numbers(session, actor, window, cut_off),
        cases=cases_of(session, actor, window, settings, cut_off),
        drives=drives_of(session, actor, window, settings),
        donations=donated(session, actor, window),
        coming=coming_lines(window.last, settings),
        proposals=[],
    )
    return report.model_copy(update={"proposals": _proposals(report, words)})
