"""Searching: the service that the command line and the dashboard call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from index.fields import KnownFields
from index.highlight import wanted
from index.hits import load_hits, stories_of
from index.interface import FACETS, Found, Hint, Plan, SearchIndex, SearchRequest, SearchResult
from index.lexicon import Lexicon, load_lexicon
from index.nodes import Node
from index.outlets import sources_of_weight
from index.query import Parsed, parse
from index.ranking import Trees, filters, trees
from index.spelling import suggest
from index.why import asked_labels
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import DocumentRow

TWO_PAGES = 40
"""Fewer documents than this with all words, and those with most of them follow."""
FEW = 20
"""Fewer than this even so, no page of the dashboard, and those with any of them follow."""
HITS_EACH = 4
"""Hits that are looked through for one row, where each story is shown once."""
MOST_HITS = 15_000
_NEWEST = select(func.max(DocumentRow.__table__.c.id))


def _looked_up(request: SearchRequest, config_dir: Path | None) -> SearchRequest:
    """The request with the sources that reach far enough in place of the weight."""
    if request.min_weight is None:
        return request
    heavy = sources_of_weight(request.min_weight, config_dir)
    sources = heavy & set(request.sources) if request.sources else heavy
    return request.model_copy(update={"sources": tuple(sorted(sources)) or ("",), "min_weight": None})


def trees_of(request: SearchRequest, parsed: Parsed, actor: Actor, lexicon: Lexicon) -> Trees:
    """The trees of a request, its query read, for an actor."""
    return trees(parsed, filters(request, parsed, None if actor.is_national else actor.office), lexicon)


def planned(request: SearchRequest, actor: Actor, today: date, config_dir: Path | None = None) -> tuple[Trees, Parsed]:
    """The trees of a request for an actor, and its query read."""
    lexicon = load_lexicon(config_dir)
    parsed = parse(request.query, today, KnownFields(lexicon))
    return trees_of(_looked_up(request, config_dir), parsed, actor, lexicon), parsed


def search(record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, config_dir: Path | None = None) -> SearchResult:
    """Find what an actor may see: public coverage, and the imports of the own office (the national desk: of all).

    Raises:
        NotAllowed: the actor is no viewer.
        NeedsRebuild, Unavailable: the index has to be built again, or does not answer.
    """
    actor.require(Role.viewer, None, "search")
    lexicon = load_lexicon(config_dir)
    up_to = request.up_to if request.up_to is not None else newest_id(record)
    request = request.model_copy(update={"up_to": up_to})
    trees_, parsed = planned(request, actor, vietnam_day(record.clock.now()), config_dir)
    answer, hints = _run(index, trees_, request), [*parsed.hints]
    if not answer.found.total and parsed.days and parsed.clause:
        # Nothing of those days: better what there is of others, said plainly, than an empty page.
        trees_ = trees_of(_looked_up(request, config_dir), replace(parsed, days=None), actor, lexicon)
        answer, hints = _run(index, trees_, request), [*(hint for hint in hints if hint.key != "days_read"), Hint("outside_days")]
    if answer.found.total > answer.complete:
        hints.append(Hint("relaxed", {"n": answer.complete}))
    if answer.complete < FEW and parsed.clause and (better := suggest(index, request.query, lexicon)):
        hints.append(Hint("did_you_mean", {"query": better}))
    rows = _one_per_story(record, index, answer, request) if request.one_per_story else answer.found.hits
    hits = load_hits(record, rows, actor, wanted(parsed.clause, lexicon), asked_labels(parsed.clause, lexicon))
    return SearchResult(answer.found.total, hits, _of_today(answer.found.facets), [*hints, *trees_.hints], answer.complete, up_to)


@dataclass(frozen=True)
class _Answer:
    """What a backend found, the plan by which it did, and how many documents have all that was asked."""

    found: Found
    plan: Plan
    complete: int


def best_tree(record: Record, index: SearchIndex, actor: Actor, request: SearchRequest, config_dir: Path | None = None) -> Node:
    """The tree whose documents a search shows: the strict one or, where nothing has all that was asked for, the nearest looser one."""
    trees_, _ = planned(request, actor, vietnam_day(record.clock.now()), config_dir)
    counted = request.model_copy(update={"limit": 0, "offset": 0, "facets": False, "sort": "newest"})
    return _run(index, trees_, counted).plan.tree


def newest_id(record: Record) -> int:
    """Id of the document that was stored last."""
    with record.reading() as session:
        return session.scalar(_NEWEST) or 0


def _run(index: SearchIndex, trees_: Trees, request: SearchRequest) -> _Answer:
    """The strict answer, or the relaxed one where the strict one fills no page.

    By date, what has only most of the words would stand above what has all: there it is shown only where nothing has all.
    """
    sort = request.sort if trees_.has_words or request.sort != "relevance" else "newest"
    facets = tuple(name for name in request.facet_names if name in FACETS) if request.facets else ()
    plan = Plan(trees_.strict, sort, request.limit, request.offset, facets)
    found = index.run(plan)
    strict = _Answer(found, plan, found.total)
    if sort != "relevance":
        return _widened(index, strict, trees_.looser, 1)
    return _widened(index, _widened(index, strict, trees_.looser[:-1], TWO_PAGES), trees_.looser[-1:], FEW)


def _widened(index: SearchIndex, best: _Answer, looser: Sequence[Node], enough: int) -> _Answer:
    """The answer of the first looser tree that finds enough, or of the one that finds most."""
    for tree in looser:
        if best.found.total >= enough:
            break
        plan = replace(best.plan, tree=tree)
        found = index.run(plan)
        best = _Answer(found, plan, best.complete) if found.total > best.found.total else best
    return best


def _one_per_story(record: Record, index: SearchIndex, answer: _Answer, request: SearchRequest) -> list[tuple[int, float]]:
    """The page of rows where only the first hit of each story counts."""
    needed, depth = request.offset + request.limit, 0
    rows: list[tuple[int, float]] = []
    seen: set[int] = set()
    while len(rows) < needed and depth < min(answer.found.total, MOST_HITS):
        hits = index.run(replace(answer.plan, offset=depth, limit=needed * HITS_EACH, facets=())).hits
        stories = stories_of(record, [key for key, _ in hits])
        for key, score in hits:
            if (story := stories.get(key, -key)) not in seen:
                seen.add(story)
                rows.append((key, score))
        depth += needed * HITS_EACH
    return rows[request.offset : needed]


def _of_today(facets: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Provinces are counted by the map of today: their counts include what still names those of before."""
    return {
        name: {value: count for value, count in counts.items() if name != "province" or value.startswith("34-")}
        for name, counts in facets.items()
    }
