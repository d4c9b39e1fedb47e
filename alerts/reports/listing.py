"""Stories, concerns and cases that a report lists."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from alerts.answers import FittingAnswer
from alerts.cases.reading import CaseView, list_cases
from alerts.concern_actions import concerns_office
from alerts.links import case_link, concern_link
from alerts.overview import ConcernLine, list_concerns
from alerts.past import answers_for
from alerts.reports.content import CaseRow, ConcernRow, StoryRow
from alerts.reports.counting import Window
from alerts.telling import excerpt
from langnghe.actor import Actor
from langnghe.clock import start_of_day, vietnam_day
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact
from langnghe.settings import Settings

_TITLE, _EXCERPT = 160, 300
_LOOKED_AT = 8
"""Times as many stories are looked at as are listed."""
_STATES = ("open", "cooling", "snoozed", "closed")


def _largest(session: Session, window: Window, where: tuple[ColumnElement[bool], ...], most: int) -> list[tuple[int, int]]:
    """(story, documents) of the largest stories under conditions, then the latest."""
    number = func.count(Fact.document_id.distinct())
    query = select(Fact.story_id, number).join(DocumentRow, DocumentRow.id == Fact.document_id).where(*window.where(), *where)
    query = query.group_by(Fact.story_id).order_by(number.desc(), func.max(Fact.day).desc(), Fact.story_id.desc()).limit(most)
    return [(story, documents) for story, documents in session.execute(query)]


def largest_stories(session: Session, window: Window, most: int, *where: ColumnElement[bool]) -> list[StoryRow]:
    """The largest stories of a period under conditions, as the earliest document that meets them tells each.

    A comment or reply has no title and is listed by its own words; of what has the same title, the first stands for all.
    """
    ranked = _largest(session, window, where, _LOOKED_AT * most)
    query = select(DocumentRow, Fact, AnnotationRow.payload).join(Fact, Fact.document_id == DocumentRow.id)
    query = query.join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    query = query.where(*window.where(), *where, Fact.story_id.in_([story for story, _ in ranked]))
    first: dict[int, StoryRow] = {}
    outlets: dict[int, list[str]] = {}
    for row, fact, payload in session.execute(query.order_by(DocumentRow.published, DocumentRow.id, Fact.id)):
        outlets.setdefault(fact.story_id, []).append(row.outlet or row.source)
        first.setdefault(fact.story_id, _story(row, fact, payload, window))
    names = {story: list(dict.fromkeys(found)) for story, found in outlets.items()}
    told = {
        story: first[story].model_copy(update={"outlets": names[story], "documents": number}) for story, number in ranked if story in first
    }
    by_title = {one.title: one for one in reversed(told.values())}
    return [one for one in told.values() if by_title[one.title] is one][:most]


def _story(row: DocumentRow, fact: Fact, payload: dict[str, object], window: Window) -> StoryRow:
    topics = payload.get("topics")
    first = topics[0]["id"] if isinstance(topics, list) and topics else fact.topic
    veracity = payload.get("veracity")
    return StoryRow(
        story_id=fact.story_id,
        day=row.day,
        title=excerpt(row.title or f"“{row.text}”", _TITLE),
        excerpt=excerpt(row.lead or row.text, _EXCERPT),
        outlets=[],
        documents=0,
        sentiment=fact.sentiment,
        intent=fact.intent,
        topic=first,
        veracity=str(veracity) if veracity else None,
        url=row.url,
        link=window.link(story=fact.story_id),
    )


def rumours(session: Session, window: Window, most: int) -> list[StoryRow]:
    """The largest stories whose claims the law contradicts, or that nobody has confirmed and that are negative."""
    wanted = AnnotationRow.payload["veracity"].as_string().in_(("contradicted", "unverified"))
    documents = select(AnnotationRow.document_id).where(wanted)
    found = largest_stories(session, window, most, Fact.document_id.in_(documents))
    order = {"contradicted": 0, "unverified": 1}
    kept = [
        story for story in found if story.veracity == "contradicted" or (story.veracity == "unverified" and story.sentiment == "negative")
    ]
    return sorted(kept, key=lambda story: (order[story.veracity or ""], -story.documents, -story.story_id))[:most]


def _answer_text(found: FittingAnswer) -> str:
    return f"{found.answer.text} (Căn cứ: {found.answer.basis}.)"


def _concern(line: ConcernLine, settings: Settings, now: datetime) -> ConcernRow:
    return ConcernRow(
        id=line.id,
        title=line.title,
        state=line.concern.state,
        opened=line.concern.opened,
        why=line.why,
        said=[sentence.quoted for sentence in line.explanation.summary],
        link=concern_link(settings.mail.dashboard_url, line.id),
        cases=line.case_ids,
        answers=[_answer_text(found) for found in answers_for(line.concern, vietnam_day(now), settings, most=1)],
    )


def concerns_of(session: Session, actor: Actor, window: Window, settings: Settings, now: datetime) -> list[ConcernRow]:
    """Concerns that were alarmed in the period, those of the office alone for a province, highest rank first."""
    lines = list_concerns(session, actor, settings, states=_STATES)
    touched = [line for line in lines if line.concern.opened <= window.last and line.concern.last_alarm >= window.first]
    mine = [line for line in touched if window.province is None or concerns_office(line.concern, window.office)]
    return [_concern(line, settings, now) for line in mine]


def _case(view: CaseView, settings: Settings) -> CaseRow:
    case = view.case
    return CaseRow(
        id=case.id,
        title=case.title,
        state=case.state,
        officer=case.officer,
        opened=case.opened,
        due=case.due,
        first_response=case.first_response,
        outcome=case.outcome,
        overdue=view.overdue,
        link=case_link(settings.mail.dashboard_url, case.id),
    )


def cases_of(session: Session, actor: Actor, window: Window, settings: Settings, now: datetime) -> list[CaseRow]:
    """Cases that were unfinished at some time of the period."""
    office = None if window.province is None else window.office
    start, end = start_of_day(window.first), start_of_day(window.last + timedelta(days=1))
    views = list_cases(session, actor, now, unfinished=False, office=office)
    touched = [view for view in views if view.case.opened < end and (view.case.closed is None or view.case.closed >= start)]
    return [_case(view, settings) for view in sorted(touched, key=lambda view: view.case.id)]
