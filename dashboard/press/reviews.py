"""Press reviews: begun, filled, ordered, annotated and released by officers; until then nobody who only reads gets one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.press.rules import load_press_rules
from langnghe.actor import Actor, Role
from langnghe.documents import Annotation
from langnghe.errors import Conflict, LangngheError
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact, PressItem, PressReview
from langnghe.settings import Settings

MOST_ITEMS = 40
MOST_REMARK = 600


@dataclass(frozen=True)
class Candidate:
    """A story that could enter a review: its earliest piece that the office may see, and how many outlets have it."""

    document_id: int
    story_id: int
    title: str
    outlet: str
    published: date
    outlets: int
    negative: bool
    concern: int
    topics: list[str]


@dataclass(frozen=True)
class Item:
    """A story of a review, with the piece that stands for it and all outlets that have it."""

    item: PressItem
    row: DocumentRow
    outlets: list[str]


@dataclass(frozen=True)
class ReviewDetail:
    """A review with its stories in order."""

    review: PressReview
    items: list[Item]


def candidates(session: Session, actor: Actor, first: date, last: date, limit: int = 60) -> list[Candidate]:
    """News stories of some days about the actor's office (all for the national desk): what needs an answer first, then what many have."""
    actor.require(Role.viewer, None, "read the coverage")
    outlets, grave = func.count(Fact.source.distinct()), func.max(Fact.concern)
    query = select(Fact.story_id, func.min(Fact.document_id), outlets, grave).where(Fact.day.between(first, last), Fact.kind == "news")
    if not actor.is_national:
        query = query.where(Fact.province == actor.office)
    ordered = query.group_by(Fact.story_id).order_by(grave.desc(), outlets.desc(), Fact.story_id.desc()).limit(limit)
    found = {document: (outlets, grave) for _, document, outlets, grave in session.execute(ordered)}
    rows = select(DocumentRow, AnnotationRow).join(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    known = {row.id: (row, stored) for row, stored in session.execute(rows.where(DocumentRow.id.in_(found), DocumentRow.deleted.is_(None)))}
    listed = [(*known[document], *numbers) for document, numbers in found.items() if document in known]
    return [
        Candidate(
            row.id,
            row.story_id or 0,
            row.title or row.text[:110],
            row.outlet or row.source,
            row.day,
            outlets,
            stored.sentiment == "negative",
            grave,
            Annotation.model_validate(stored.payload).topic_ids(),
        )
        for row, stored, outlets, grave in listed
        if actor.may(Role.viewer, row.office)
    ]


def list_reviews(session: Session, actor: Actor, limit: int = 30) -> list[PressReview]:
    """Reviews that the actor may see, the newest first: drafts only as an officer of their office."""
    actor.require(Role.viewer, None, "read press reviews")
    query = select(PressReview).order_by(PressReview.day.desc(), PressReview.id.desc()).limit(limit)
    if not actor.is_national:
        query = query.where(PressReview.office == actor.office)
    if not actor.may(Role.officer):
        query = query.where(PressReview.state == "released")
    return list(session.scalars(query))


def find_review(session: Session, actor: Actor, review_id: int) -> PressReview:
    """A review that the actor may see.

    Raises:
        LangngheError: there is none.
        NotAllowed: it is another office's, or a draft and the actor only reads.
    """
    review = session.get(PressReview, review_id)
    if review is None:
        raise LangngheError(f"there is no press review {review_id}", "Choose one from the list.")
    actor.require(Role.viewer if review.state == "released" else Role.officer, review.office, "read the press review")
    return review


def review_detail(session: Session, actor: Actor, review_id: int) -> ReviewDetail:
    """A review with its stories in order; what was removed at its source has left it."""
    review = find_review(session, actor, review_id)
    query = select(PressItem, DocumentRow).join(DocumentRow, DocumentRow.id == PressItem.document_id)
    query = query.where(PressItem.review_id == review_id, DocumentRow.deleted.is_(None)).order_by(PressItem.position)
    pairs = [(item, row) for item, row in session.execute(query)]
    outlets = _outlets(session, [row.story_id for _, row in pairs if row.story_id is not None])
    return ReviewDetail(review, [Item(item, row, outlets.get(row.story_id or 0, []) or [row.outlet or row.source]) for item, row in pairs])


def _outlets(session: Session, stories: Sequence[int]) -> dict[int, list[str]]:
    query = select(DocumentRow.story_id, DocumentRow.outlet, DocumentRow.source).where(
        DocumentRow.story_id.in_(stories), DocumentRow.office.is_(None), DocumentRow.deleted.is_(None)
    )
    found: dict[int, list[str]] = {}
    for story, outlet, source in session.execute(query.order_by(DocumentRow.published)):
        names = found.setdefault(story or 0, [])
        if (name := outlet or source) not in names:
            names.append(name)
    return found


def begin_review(record: Record, actor: Actor, day: date, title: str) -> PressReview:
    """Begin the review of a day.

    Raises:
        NotAllowed: the actor is no officer.
    """
    actor.require(Role.officer, actor.office, "begin a press review")
    now = record.clock.now()
    with record.session() as session:
        review = PressReview(office=actor.office, day=day, title=title.strip(), lead="", state="draft", editor=actor.name, made=now)
        session.add(review)
        session.flush()
        audit(session, actor, "begin press review", f"press review {review.id}", now, day=day.isoformat())
    return review


@contextmanager
def _editing(record: Record, actor: Actor, review_id: int, row_version: int | None) -> Iterator[tuple[Session, PressReview]]:
    with record.session() as session:
        review = find_review(session, actor, review_id)
        actor.require(Role.officer, review.office, "edit the press review")
        if review.state == "released":
            raise Conflict(f"the press review {review_id} was released", "Begin a new one: what was sent is not changed.")
        if row_version is not None and row_version != review.row_version:
            raise Conflict(f"somebody else changed the press review {review_id} meanwhile", "Read it again and repeat your change.")
        review.row_version += 1
        yield session, review


def add_items(
    record: Record, actor: Actor, review_id: int, documents: Sequence[int], settings: Settings, *, row_version: int | None = None
) -> int:
    """Put stories into a review, each into the section of its labels; what it has already stays where it is. Gives how many are new."""
    rules = load_press_rules(settings.config_dir)
    with _editing(record, actor, review_id, row_version) as (session, review):
        known = {item.document_id: item for item in session.scalars(select(PressItem).where(PressItem.review_id == review.id))}
        new = [document for document in dict.fromkeys(documents) if document not in known]
        if len(known) + len(new) > MOST_ITEMS:
            raise LangngheError(f"a press review holds at most {MOST_ITEMS} stories", "Take some out first.")
        at = max([item.position for item in known.values()], default=0)
        for offset, document in enumerate(new, 1):
            row, stored = session.get(DocumentRow, document), session.get(AnnotationRow, document)
            if row is None or row.deleted is not None:
                continue
            actor.require(Role.viewer, row.office, "read the document")
            labels = Annotation.model_validate(stored.payload) if stored else None
            section = _section(labels, settings) if labels else rules.sections[-1].id
            session.add(PressItem(review_id=review.id, document_id=document, position=at + offset, section=section, remark=""))
        audit(session, actor, "edit press review", f"press review {review.id}", record.clock.now(), added=new)
    return len(new)


def _section(labels: Annotation, settings: Settings) -> str:
    topics = [*labels.topic_ids(), *labels.subtopics]
    return load_press_rules(settings.config_dir).section_of(topics, labels.intent.label, labels.sentiment.label)


def drop_item(record: Record, actor: Actor, review_id: int, document_id: int, *, row_version: int | None = None) -> None:
    """Take a story out."""
    with _editing(record, actor, review_id, row_version) as (session, review):
        session.execute(delete(PressItem).where(PressItem.review_id == review.id, PressItem.document_id == document_id))
        audit(session, actor, "edit press review", f"press review {review.id}", record.clock.now(), dropped=document_id)


def move_item(
    record: Record, actor: Actor, review_id: int, document_id: int, way: Literal["up", "down"], *, row_version: int | None = None
) -> None:
    """Let a story change places with the one before or after it."""
    with _editing(record, actor, review_id, row_version) as (session, review):
        query = select(PressItem).where(PressItem.review_id == review.id).order_by(PressItem.position)
        items = list(session.scalars(query))
        at = next(i for i, item in enumerate(items) if item.document_id == document_id)
        other = at - 1 if way == "up" else at + 1
        if 0 <= other < len(items):
            items[at].position, items[other].position = items[other].position, items[at].position


def annotate_item(
    record: Record,
    actor: Actor,
    review_id: int,
    document_id: int,
    settings: Settings,
    *,
    section: str,
    remark: str,
    row_version: int | None = None,
) -> None:
    """Put a story into another section, and say what a reader has to know about it."""
    if section not in {one.id for one in load_press_rules(settings.config_dir).sections}:
        raise LangngheError(f"there is no section {section!r}", "Choose one of config/press.yaml.")
    if len(remark) > MOST_REMARK:
        raise LangngheError(f"the remark has more than {MOST_REMARK} characters", "Shorten it.")
    with _editing(record, actor, review_id, row_version) as (session, review):
        item = session.get(PressItem, (review.id, document_id))
        if item is None:
            raise LangngheError(f"the press review {review_id} has no such story", "Read it again.")
        item.section, item.remark = section, remark.strip()


def set_head(record: Record, actor: Actor, review_id: int, title: str, lead: str, *, row_version: int | None = None) -> None:
    """Give a review its title and the two sentences at its beginning."""
    if not title.strip():
        raise LangngheError("a press review needs a title", "Enter it.")
    with _editing(record, actor, review_id, row_version) as (_, review):
        review.title, review.lead = title.strip(), lead.strip()


def release(record: Record, actor: Actor, review_id: int, *, row_version: int | None = None) -> PressReview:
    """Release a review: from now on those who only read see it, and nobody changes it.

    Raises:
        Conflict: it is empty.
    """
    with _editing(record, actor, review_id, row_version) as (session, review):
        number = session.scalar(select(func.count()).select_from(PressItem).where(PressItem.review_id == review.id)) or 0
        if not number:
            raise Conflict(f"the press review {review_id} is empty", "Put stories into it first.")
        review.state, review.released, review.released_by = "released", record.clock.now(), actor.name
        audit(session, actor, "release press review", f"press review {review.id}", record.clock.now(), stories=number)
        return review


def note_export(record: Record, actor: Actor, review_id: int, form: str) -> None:
    """Enter into the audit trail that a review leaves the house."""
    with record.session() as session:
        find_review(session, actor, review_id)
        audit(session, actor, "export", f"press review {review_id}", record.clock.now(), form=form)
