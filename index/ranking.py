"""From a query and filters to the tree that a backend runs: what must match, and what lifts a document in the order.

A document has all units of the query (strict). Where that finds less than a page, documents with most of them follow, or with other
marks; there a topic that the words name counts as well as the words. Labels of the annotation lift in both.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from index.documents import PUBLIC, day_number
from index.interface import Hint, SearchRequest
from index.lexicon import Lexicon
from index.nodes import Between, Combined, Constant, Everything, Node, OneOf, Weighted, all_of, any_of, phrase
from index.query import Clause, Either, Every, Labelled, Neither, Parsed, Quoted, Words
from index.units import Unit, offers, title_terms, units, written

# Chosen on queries over labelled texts with a quarter of the labels wrong, as a model's are; the scores of BM25 lie between 5 and 30.
TITLE = 0.5
CONTEXT = 0.15
NEXT_TO_EACH_OTHER = 0.3
"""Weight of two neighbours of the query that are neighbours in the text: half of all Vietnamese words are two syllables."""
OPTIONAL = 0.3
TOPIC = 6.0
PLACE = 6.0
LABEL = 5.0
RELEVANT = 4.0
HAS_ALL = 10.0
"""Lifts what has every unit above what has most; a text about the very topic and place may still stand between."""
SHARES = (0.6, 0.5, 0.0)
"""Shares of the units that ever looser matches have; of the last, one unit is enough."""


@dataclass(frozen=True)
class Trees:
    """The strict tree, ever looser ones (none where the query does not allow it), and hints."""

    strict: Node
    looser: list[Node]
    has_words: bool
    """Whether there is anything to rank by; filters alone give the newest first."""
    hints: list[Hint]


class _Reader:
    """Turns clauses into nodes and gathers the units that lift documents."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.runs: list[list[Unit]] = []

    def node(self, clause: Clause, *, wanted: bool = True) -> Node:
        """Documents that satisfy a clause; ``wanted`` is False within a NOT, where nothing lifts."""
        if isinstance(clause, Words):
            return self._words(clause, wanted)
        if isinstance(clause, Quoted):
            return self._quoted(clause, wanted)
        if isinstance(clause, Labelled):
            return OneOf(FIELDS[clause.field], clause.values)
        if isinstance(clause, Neither):
            return Combined(without=(self.node(clause.part, wanted=not wanted),))
        if isinstance(clause, Every):
            return all_of([self.node(part, wanted=wanted) for part in clause.parts])
        if isinstance(clause, Either):
            return any_of([self.node(part, wanted=wanted) for part in clause.parts])
        raise TypeError(f"no tree for {clause!r}")

    def _words(self, clause: Words, wanted: bool) -> Node:
        cut = units(clause.tokens, self.lexicon)
        if wanted:
            self.runs.append(cut)
        return all_of([unit.match() for unit in cut if not unit.is_optional])

    def _quoted(self, clause: Quoted, wanted: bool) -> Node:
        if wanted:
            self.runs.append([Unit(clause.tokens)])
        return Unit(clause.tokens).match()

    def lifts(self) -> list[Node]:
        """All that lifts a document: marks, title, neighbours, labels."""
        cut = [unit for run in self.runs for unit in run]
        found = [node for unit in cut if not unit.is_optional for node in title_terms(unit, TITLE)]
        found += [Weighted(phrase("context", unit.folded()), CONTEXT) for unit in cut if not unit.is_optional]
        found += [Weighted(written(pair), NEXT_TO_EACH_OTHER) for run in self.runs for pair in _neighbours(run)]
        return [*found, *_labels(cut), *(Weighted(written(unit.typed()), OPTIONAL) for unit in cut if unit.is_optional)]


FIELDS = {"province": "provinces", "topic": "topics", "sentiment": "sentiment", "intent": "intent", "kind": "kind", "source": "source"}
"""Name of a filter → field of the index."""


def _neighbours(run: list[Unit]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of neighbours across units; within a unit they stand together anyway."""
    tokens = [token for unit in run for token in unit.typed()]
    within = {pair for unit in run for pair in pairwise(unit.typed())}
    return [pair for pair in dict.fromkeys(pairwise(tokens)) if pair not in within]


def _labels(cut: list[Unit]) -> list[Node]:
    topics = dict.fromkeys(topic for unit in cut for topic in unit.topics)
    found: list[Node] = [Constant(OneOf("topics", (topic,)), TOPIC) for topic in topics]
    weights = {"place": PLACE, "label": LABEL}
    named = dict.fromkeys(unit.meaning for unit in cut if unit.meaning and unit.meaning.kind in weights)
    return found + [Constant(OneOf(meaning.field, meaning.values), weights[meaning.kind]) for meaning in named]


def _looser(clause: Clause | None, lexicon: Lexicon) -> list[Node]:
    """Documents with ever fewer of the words' units; phrases, labels and exclusions still hold."""
    parts = clause.parts if isinstance(clause, Every) else (clause,)
    cut = [unit for part in parts if isinstance(part, Words) for unit in units(part.tokens, lexicon) if not unit.is_optional]
    reader = _Reader(lexicon)
    held = [reader.node(part) for part in parts if part is not None and not isinstance(part, Words)]
    each = [unit.loose_match(with_topics=len(cut) > 1) for unit in cut]
    least = dict.fromkeys(max(1, ceil(share * len(each))) for share in SHARES)
    return [all_of([*held, any_of(each, number)]) for number in least] if each else []


def filters(request: SearchRequest, parsed: Parsed, office: str | None) -> list[Node]:
    """What must hold besides the query; ``office`` None sees every office's imports."""
    found: list[Node] = [] if office is None else [OneOf("office", (PUBLIC, office))]
    chosen: dict[str, tuple[str, ...] | tuple[int, ...]] = {
        "provinces": request.provinces,
        "topics": request.topics,
        "sentiment": request.sentiments,
        "intent": request.intents,
        "concern": tuple(str(concern) for concern in request.concerns),
        "kind": request.kinds,
        "source": request.sources,
        "story": request.stories,
        "relevant": () if request.relevant is None else ("yes",) if request.relevant else ("no",),
    }
    found += [OneOf(name, values) for name, values in chosen.items() if values]
    spans = [(request.first_day, request.last_day)] + ([(parsed.days.first, parsed.days.last)] if parsed.days else [])
    for first, last in spans:
        if first or last:
            found.append(Between("day", day_number(first) if first else None, day_number(last) if last else None))
    return found


def trees(parsed: Parsed, limits: list[Node], lexicon: Lexicon) -> Trees:
    """The trees of a query under filters."""
    reader = _Reader(lexicon)
    wanted = reader.node(parsed.clause) if parsed.clause else Everything()
    lifts = [*reader.lifts(), Constant(OneOf("relevant", ("yes",)), RELEVANT)]

    def whole(must: Node, *more: Node) -> Node:
        return Combined(must=(must,), should=(*lifts, *more), filters=tuple(limits))

    hints = [hint for run in reader.runs for hint in offers(run, lexicon)]
    first = Constant(Combined(must=(wanted,), without=(OneOf("relevant", ("no",)),)), HAS_ALL)
    looser = [] if parsed.is_explicit else _looser(parsed.clause, lexicon)
    return Trees(whole(wanted), [whole(node, first) for node in looser], bool(reader.runs), hints)
