"""Searching: the service that the command line and the dashboard call."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from index.fields import KnownFields
from index.highlight import Pattern, snippet, wanted
from index.interface import FACETS, Found, Hint, Hit, Plan, SearchIndex, SearchRequest, SearchResult
from index.lexicon import load_lexicon
from index.query import parse
from index.ranking import Trees, filters, trees
from langnghe.actor import Actor, Role
from langnghe.clock import iso, vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow

FULL_PAGE = 10
"""Fewer documents than this with all words, and those with most of them are shown after them."""


def search(record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, config_dir: Path | None = None) -> SearchResult:
    """Find what an actor may see: public coverage, and the imports of the own office (the national desk: of all).

    Raises:
        NotAllowed: the actor is no viewer.
        NeedsRebuild, Unavailable: the index has to be built again, or does not answer.
    """
    actor.require(Role.viewer, None, "search")
    lexicon = load_lexicon(config_dir)
    parsed = parse(request.query, vietnam_day(record.clock.now()), KnownFields(lexicon))
    planned = trees(parsed, filters(request, parsed, None if actor.is_national else actor.office), lexicon)
    found, is_relaxed = _run(index, planned, request)
    hints = [*parsed.hints, *([Hint("relaxed")] if is_relaxed else []), *planned.hints]
    hits = _hits(record, found.hits, actor, wanted(parsed.clause, lexicon))
    return SearchResult(found.total, hits, _of_today(found.facets), hints)


def _run(index: SearchIndex, planned: Trees, request: SearchRequest) -> tuple[Found, bool]:
    """The strict answer, or the relaxed one where the strict one fills no page.

    Newest first, what has only most of the words would stand above what has all: there it is shown only where nothing has all.
    """
    sort = request.sort if planned.has_words else "newest"
    plan = Plan(planned.strict, sort, request.limit, request.offset, tuple(FACETS) if request.facets else ())
    found = index.run(plan)
    if found.total >= (FULL_PAGE if sort == "relevance" else 1):
        return found, False
    for tree in planned.looser[: None if found.total == 0 else 1]:
        wider = index.run(Plan(tree, plan.sort, plan.limit, plan.offset, plan.facets))
        if wider.total > found.total:
            return wider, True
    return found, False


def _hits(record: Record, found: Sequence[tuple[int, float]], actor: Actor, patterns: list[list[Pattern]]) -> list[Hit]:
    """The hits as they stand in the record now; what was removed since it was indexed is left out."""
    query = (
        select(DocumentRow, AnnotationRow.payload)
        .outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
        .where(DocumentRow.id.in_([key for key, _ in found]), DocumentRow.deleted.is_(None))
    )
    with record.reading() as session:
        rows = {row.id: (row, payload) for row, payload in session.execute(query)}
    visible = [(*rows[key], score) for key, score in found if key in rows and actor.may(Role.viewer, rows[key][0].office)]
    return [_hit(row, payload, score, patterns) for row, payload, score in visible]


def _hit(row: DocumentRow, payload: dict[str, object] | None, score: float, patterns: list[list[Pattern]]) -> Hit:
    text = f"{row.lead}\n{row.text}" if row.lead and row.lead not in row.text else row.text
    return Hit(
        document_id=row.id,
        ref=row.ref,
        score=score,
        title=row.title,
        context=row.context,
        highlight=snippet(text, patterns),
        url=row.url,
        source=row.source,
        outlet=row.outlet,
        kind=row.kind,
        published=iso(row.published) or "",
        story_id=row.story_id,
        office=row.office,
        annotation=payload,
    )


def _of_today(facets: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Provinces are counted by the map of today: their counts include what still names those of before."""
    return {
        name: {value: count for value, count in counts.items() if name != "province" or value.startswith("34-")}
        for name, counts in facets.items()
    }
