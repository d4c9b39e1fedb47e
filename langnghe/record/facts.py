"""Facts: the cells (day, province, topic, stance, intent, kind) that a relevant document counts in."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from langnghe.documents import Annotation
from langnghe.places import NOWHERE, Places
from langnghe.record.schema import DocumentRow, Fact


def provinces_of(annotation: Annotation, places: Places) -> dict[str, str]:
    """Province of today → province of the piece's own words; a piece that names both Bình Thuận and Lâm Đồng counts once."""
    cells: dict[str, str] = {}
    for code in annotation.all_provinces():
        today = places.today_of(code)
        if today not in cells or code.startswith("63-"):
            cells[today] = code
    return cells or {NOWHERE: NOWHERE}


def rewrite_facts(session: Session, row: DocumentRow, annotation: Annotation, places: Places) -> None:
    """Replace a document's facts by those of its annotation; irrelevant and deleted documents have none."""
    session.execute(delete(Fact).where(Fact.document_id == row.id))
    if not annotation.relevant or row.deleted is not None:
        return
    cells = provinces_of(annotation, places)
    session.add_all(
        Fact(
            document_id=row.id,
            story_id=row.story_id or 0,
            day=row.day,
            province=today,
            province_then=then,
            topic=topic,
            sentiment=annotation.sentiment.label,
            intent=annotation.intent.label,
            kind=row.kind,
            source=row.source,
            concern=annotation.concern,
        )
        for topic in dict.fromkeys([*annotation.topic_ids(), *annotation.subtopics])
        for today, then in cells.items()
    )


def redate_facts(session: Session, row: DocumentRow) -> None:
    """Let a document's facts follow a change of its day, kind or story, until it is annotated again."""
    session.execute(update(Fact).where(Fact.document_id == row.id).values(day=row.day, kind=row.kind, story_id=row.story_id or 0))
