"""Documents like a given one: those that share most of its words and its labels."""

from pathlib import Path

from sqlalchemy import select

from index.documents import PUBLIC
from index.hits import full_text, load_hits, visible_to
from index.interface import Hit, Plan, SearchIndex
from index.lexicon import Lexicon, load_lexicon
from index.nodes import Combined, Constant, Node, OneOf, Term, any_of
from index.tokens import BORDER, tokens
from index.units import units
from index.weights import WEIGHTS
from index.why import Wanted
from langnghe.actor import Actor, Role
from langnghe.documents import Annotation
from langnghe.errors import Conflict
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow

MOST_WORDS = 40
"""Words of the document that are looked for: its title and its beginning say what it is about."""
SHARE = 0.3
"""Share of them that a similar document has."""


def similar(
    record: Record,
    index: SearchIndex,
    actor: Actor,
    document_id: int,
    limit: int = 10,
    config_dir: Path | None = None,
    *,
    copies: bool = False,
) -> list[Hit]:
    """Documents like one, the most similar first; copies of the same story only where ``copies`` asks for them.

    Raises:
        Conflict: there is no such document, or the actor may not see it.
        NeedsRebuild, Unavailable: the index has to be built again, or does not answer.
    """
    actor.require(Role.viewer, None, "search")
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(DocumentRow.id == document_id, visible_to(actor))
    )
    with record.reading() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        raise Conflict(f"there is no document {document_id}", "Its source may have removed it; search again.")
    document, payload = row
    lexicon = load_lexicon(config_dir)
    tree = _like(document, Annotation.model_validate(payload) if payload else None, lexicon)
    seen: list[Node] = [] if actor.is_national else [OneOf("office", (PUBLIC, actor.office))]
    own = OneOf("id", (document.id,)) if copies or not document.story_id else OneOf("story", (document.story_id,))
    found = index.run(Plan(Combined(must=(tree,), filters=tuple(seen), without=(own,)), limit=limit))
    return load_hits(record, found.hits, actor, [], Wanted({}, lexicon.places))


def _like(row: DocumentRow, annotation: Annotation | None, lexicon: Lexicon) -> Node:
    text = "\n".join(part for part in (row.title, full_text(row)) if part)
    said = [unit for unit in units(tokens(text), lexicon) if unit.kind not in ("optional", "newest", "domain")]
    distinct = {unit.folded(): unit for unit in said}
    wanted: list[Node] = [unit.match() for unit in list(distinct.values())[:MOST_WORDS]] or [Term("folded", BORDER)]
    lifts: list[Node] = []
    if annotation is not None:
        topics = [*annotation.topic_ids(), *annotation.subtopics]
        lifts = [Constant(OneOf("topics", (topic,)), WEIGHTS.topic) for topic in topics]
        lifts += [Constant(OneOf("provinces", (code,)), WEIGHTS.place) for code in annotation.all_provinces()]
    return Combined(must=(any_of(wanted, max(1, round(SHARE * len(wanted)))),), should=tuple(lifts))
