"""Opening a case: whose it is, when it is due, whose answer it takes."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases.deadlines import Deadlines, deadlines
from alerts.cases.store import UNFINISHED
from alerts.concern_actions import concerns_office, find_concern
from alerts.concern_events import append
from alerts.feedback import noted
from alerts.rules import load_rules
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import vietnam_day
from langnghe.documents import Annotation
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import load_labels
from langnghe.places import NOWHERE, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, Case, CaseEvent, Concern, DocumentRow
from langnghe.settings import Settings

_MOST_READ = 200
"""Documents of a concern whose ``responsible`` labels are counted."""


def _office_for(concern: Concern, actor: Actor) -> str:
    """The actor's own office where the concern is its, else the only province's, else the national desk."""
    if not actor.is_national and concerns_office(concern, actor.office):
        return actor.office
    return concern.province if concern.province != NOWHERE else NATIONAL


def _title(topic: str, provinces: list[str], settings: Settings) -> str:
    name = load_labels(settings.config_dir).topic_name(topic, settings.language)
    places = load_places(settings.config_dir)
    where = [places.name(code) for code in provinces[:3] if code != NOWHERE]
    return f"{name}: {', '.join(where)}" if where else name


def formal_of(session: Session, documents: list[int]) -> int:
    """How many of these documents their annotations take for complaints or denunciations under their own laws."""
    query = select(AnnotationRow.payload).where(AnnotationRow.document_id.in_(documents[:_MOST_READ]))
    return sum(bool(payload.get("formal")) for payload in session.scalars(query))


def responsible_of(session: Session, documents: list[int]) -> list[str]:
    """Whose answer most of these documents take, by their annotations: every label that at least a third of those labelled carry."""
    query = select(AnnotationRow.payload).where(AnnotationRow.document_id.in_(documents[:_MOST_READ]))
    labelled = [labels for payload in session.scalars(query) if (labels := payload.get("responsible") or [])]
    counted = Counter(label for labels in labelled for label in set(labels))
    return [label for label, number in counted.most_common() if 3 * number >= len(labelled)]


def _opened(session: Session, actor: Actor, case: Case, now: datetime, given: Deadlines) -> Case:
    session.add(case)
    session.flush()
    detail = {"office": case.office, "severity": case.severity, "officer": case.officer, "due": case.due.isoformat(), "why_due": given.why}
    session.add(CaseEvent(case_id=case.id, at=now, actor=actor.name, event="opened", detail=detail, version=1))
    audit(session, actor, "case opened", f"case:{case.id}", now, **detail)
    return case


def _check_office(actor: Actor, office: str, settings: Settings) -> None:
    actor.require(Role.officer, office, "open a case")
    if office != NATIONAL and office not in {province.id for province in load_places(settings.config_dir).of_34}:
        raise LangngheError(f"{office!r} is no office", f"Use {NATIONAL} or the code of one of the 34 provinces, such as 34-40.")


def open_case(
    record: Record,
    actor: Actor,
    concern_id: int,
    settings: Settings,
    *,
    office: str | None = None,
    officer: str | None = None,
    title: str | None = None,
    severity: int | None = None,
    high_impact: bool | None = None,
) -> Case:
    """Open a case about a concern for an office: a province of today, or ``national``; due by severity and the press rule from now.

    Args:
        record: the record.
        actor: who opens it.
        concern_id: the concern.
        settings: the installation's settings.
        office: whose case it is; None: the actor's own where the concern is its, else the province's.
        officer: who is to handle it.
        title: what it is called; None: topic and place.
        severity: 0, 1 or 2; None: the concern's.
        high_impact: whether the press rule's clock runs; None: by severity.

    Raises:
        Conflict: the office has an unfinished case about the concern.
        NotAllowed: the actor is no officer of that office.
    """
    now = record.clock.now()
    with record.session() as session:
        concern = find_concern(session, concern_id, to_change=True)
        owner = office or _office_for(concern, actor)
        _check_office(actor, owner, settings)
        same = select(Case.id).where(Case.concern_id == concern_id, Case.office == owner, Case.state.in_(UNFINISHED))
        if (other := session.scalar(same.limit(1))) is not None:
            raise Conflict(f"the case {other} about the concern {concern_id} is not closed", "Continue that one.")
        grave, documents = concern.severity if severity is None else severity, concern.explanation.get("document_ids", [])
        given = deadlines(now, grave, load_rules(settings.config_dir).cases, high_impact=high_impact)
        case = Case(
            concern_id=concern_id,
            title=title or _title(concern.topic, concern.provinces, settings),
            topic=concern.topic,
            province=owner if owner != NATIONAL else concern.province,
            office=owner,
            state="answering" if officer else "open",
            severity=grave,
            officer=officer,
            opened=now,
            opened_by=actor.name,
            due=given.due,
            first_due=given.first_due,
            responsible=responsible_of(session, documents),
            detail={"formal_documents": formal_of(session, documents)},
        )
        _opened(session, actor, case, now, given)
        append(session, concern, "case_opened", actor, now, day=vietnam_day(now).isoformat(), case=case.id, office=owner, **noted(concern))
        return case


def open_case_about_document(
    record: Record, actor: Actor, document_id: int, settings: Settings, *, office: str | None = None, high_impact: bool | None = None
) -> Case:
    """Open a case about one document, such as an article that says what is false.

    Raises:
        LangngheError: there is no such document, or it was removed.
        Conflict: the office has an unfinished case about it.
        NotAllowed: the actor is no officer of that office, or may not see the document.
    """
    now = record.clock.now()
    with record.session() as session:
        # Whoever comes second waits here, and then finds the first one's case.
        row = session.get(DocumentRow, document_id, with_for_update=True)
        stored = session.get(AnnotationRow, document_id)
        if row is None or row.deleted is not None or stored is None:
            raise LangngheError(f"there is no document {document_id} with labels", "Open it from the search.")
        actor.require(Role.viewer, row.office, "read the document")
        told, places = Annotation.model_validate(stored.payload), load_places(settings.config_dir)
        provinces = list(dict.fromkeys(places.today_of(code) for code in told.all_provinces()))
        owner = office or (actor.office if not actor.is_national or len(provinces) != 1 else provinces[0])
        _check_office(actor, owner, settings)
        same = select(Case.id).where(Case.document_id == document_id, Case.office == owner, Case.state.in_(UNFINISHED))
        if (other := session.scalar(same.limit(1))) is not None:
            raise Conflict(f"the case {other} about the document {document_id} is not closed", "Continue that one.")
        topic = told.topic_ids()[0] if told.topic_ids() else "other"
        given = deadlines(now, told.concern, load_rules(settings.config_dir).cases, high_impact=high_impact)
        case = Case(
            document_id=document_id,
            title=_title(topic, provinces, settings),
            topic=topic,
            province=owner if owner != NATIONAL else (provinces[0] if len(provinces) == 1 else NOWHERE),
            office=owner,
            severity=told.concern,
            opened=now,
            opened_by=actor.name,
            due=given.due,
            first_due=given.first_due,
            responsible=list(told.responsible or []),
            detail={"formal_documents": int(told.formal)},
        )
        return _opened(session, actor, case, now, given)
