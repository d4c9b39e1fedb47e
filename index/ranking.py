"""From a query and filters to the tree that a backend runs: what must match, and what lifts a document in the order.

A document has all units of the query (strict). Where that finds less than a page, documents with most of them follow, or with other
marks; there a topic that the words name counts as well as the words. Labels of the annotation lift in both.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

from index.associations import load_associations, syllables_of
from index.documents import PUBLIC, day_number
from index.interface import Hint, SearchRequest
from index.lexicon import Form, Lexicon
from index.nodes import Between, Combined, Constant, Everything, Node, OneOf, Weighted, all_of, any_of, phrase
from index.query import Clause, Either, Every, Labelled, Neither, Parsed, Quoted, Words
from index.units import Unit, offers, quoted, topics_named, units, written
from index.weights import WEIGHTS, Weights

SHARES = (0.6, 0.5, 0.0)
"""Shares of the units that ever looser matches have; of the last, one unit is enough."""
RECENT = (7, 30, 90, 365)
"""Days back from today that count as recent, each a step higher."""

FIELDS = {
    "province": "provinces",
    "topic": "topics",
    "sentiment": "sentiment",
    "intent": "intent",
    "kind": "kind",
    "source": "source",
    "audience": "audience",
    "responsible": "responsible",
    "veracity": "veracity",
    "concern": "concern",
}
"""Name of a filter → field of the index."""


@dataclass(frozen=True)
class Trees:
    """The strict tree, ever looser ones (none where the query does not allow it), and hints."""

    strict: Node
    looser: list[Node]
    has_words: bool
    """Whether there is anything to rank by; filters alone give the newest first."""
    hints: list[Hint]


def _needed(cut: list[Unit]) -> list[Unit]:
    """Units that a document should have: those that name something or, where none does, what was wished for."""
    return [unit for unit in cut if unit.is_needed] or [unit for unit in cut if unit.kind == "wish"] or cut


class _Reader:
    """Turns clauses into nodes and gathers the runs of units that lift documents."""

    def __init__(self, lexicon: Lexicon, weights: Weights, *, is_explicit: bool = False) -> None:
        self.lexicon, self.weights = lexicon, weights
        # Who types AND means the text itself: what NOT leaves out, AND must not bring back by the title of its article.
        self._in_context = not is_explicit
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
        if not wanted:
            # What is excluded is excluded by its words, not by what a model thinks of a text.
            return all_of([quoted(unit.tokens) for unit in cut])
        self.runs.append(cut)
        return all_of([unit.match(self.weights, in_context=self._in_context) for unit in _needed(cut)])

    def _quoted(self, clause: Quoted, wanted: bool) -> Node:
        if wanted:
            self.runs.append([Unit(clause.tokens)])
        return quoted(clause.tokens)


class _Lifts:
    """What lifts a document: its words in the title, neighbours, and labels."""

    def __init__(self, runs: list[list[Unit]], lexicon: Lexicon, today: date, weights: Weights) -> None:
        self.runs, self.lexicon, self.today, self.weights = runs, lexicon, today, weights
        self.units = [unit for run in runs for unit in run]

    def all(self) -> list[Node]:
        """All of them."""
        return [*self._words(), *self._labels(), *self._topics(), *self._newest()]

    def _words(self) -> list[Node]:
        weights, needed = self.weights, [unit for unit in self.units if unit.is_needed]
        found: list[Node] = [
            Weighted(written((pair,), "title_marked", "title", weights.no_marks), weights.title)
            for unit in needed
            for pair in dict.fromkeys(unit.typed())
        ]
        found += [Weighted(phrase("context", unit.folded()), weights.context) for unit in needed]
        found += [Weighted(written(pair, no_marks=weights.no_marks), weights.neighbours) for run in self.runs for pair in _neighbours(run)]
        factors = {"optional": weights.optional, "wish": weights.wish, "newest": weights.optional}
        return found + [Weighted(written(unit.typed()), factors[unit.kind]) for unit in self.units if not unit.is_needed]

    def units_there(self) -> list[Node]:
        """What lifts a document with more of the units above one with fewer; for matches that may lack some."""
        return [Constant(unit.match(self.weights), self.weights.unit) for unit in self.units if unit.is_needed and unit.kind != "domain"]

    def _labels(self) -> list[Node]:
        by_field = {
            "provinces": self.weights.place,
            "intent": self.weights.intent,
            "sentiment": self.weights.sentiment,
            "kind": self.weights.kind,
            "audience": self.weights.audience,
            "relevant": 0.0,
            "topics": self.weights.domain,
        }
        wanted = dict.fromkeys(label for unit in self.units for label in unit.labels())
        sure = {"intent": self.weights.sure, "sentiment": self.weights.sure}
        return [node for name, values in wanted if by_field[name] for node in _lift(name, values, by_field[name], sure.get(name, 0.0))]

    def _topics(self) -> list[Node]:
        """Topics that the words name, their parents, and those that the words are likely to speak of."""
        weights, scores, sure = self.weights, dict[str, float](), dict[str, float]()
        named = dict.fromkeys(topic for run in self.runs for topic in topics_named(run, self.lexicon))
        subtopics = {label.id for label in self.lexicon.labels.subtopics}
        parents = dict.fromkeys(self.lexicon.labels.parent_of(topic) for topic in named if topic in subtopics)
        for topic in named | parents:
            scores[topic] = weights.topic if topic in named else weights.parent
            sure[topic] = weights.sure
        for topic, likely in self._guessed().items():
            scores[topic] = scores.get(topic, 0.0) + weights.guessed * likely
            sure[topic] = sure.get(topic, 0.0) + weights.sure_guessed * likely
        return [node for topic in scores for node in _lift("topics", (topic,), scores[topic], sure[topic])]

    def _guessed(self) -> dict[str, float]:
        said = [token.exact for unit in self.units if unit.kind not in ("place", "wish", "newest") for token in unit.tokens]
        # One syllable without its marks says too little: "thuộc" is no "thuốc".
        return load_associations().guess(syllables_of(" ".join(said), self.lexicon)) if len(said) > 1 else {}

    def _newest(self) -> list[Node]:
        if not any(unit.kind == "newest" for unit in self.units):
            return []
        return [Constant(Between("day", day_number(self.today - timedelta(days)), None), self.weights.newest) for days in RECENT]


def _lift(name: str, values: tuple[str, ...], score: float, sure: float) -> list[Node]:
    """What lifts documents with one of the values, and more those whose label the model is sure of."""
    lifts: list[Node] = [Constant(OneOf(name, values), score)]
    if sure:
        lifts.append(Constant(OneOf("sure", tuple(f"{name}:{value}" for value in values)), sure))
    return lifts


def _neighbours(run: list[Unit]) -> list[Form]:
    """Pairs of words that no lexicon knows and that stand side by side, such as names; what it knows is looked for as it stands anyway.

    Without marks they stand side by side in too many texts to say anything, and looking is what takes longest.
    """
    words = [(one, other) for one, other in pairwise(run) if one.kind == other.kind == "word" and (one.is_marked or other.is_marked)]
    return list(dict.fromkeys((one.typed()[-1], other.typed()[0]) for one, other in words))


def _looser(clause: Clause | None, lexicon: Lexicon, weights: Weights) -> list[Node]:
    """Documents with ever fewer of the words' units; phrases, labels and exclusions still hold."""
    parts = clause.parts if isinstance(clause, Every) else (clause,)
    cut = [unit for part in parts if isinstance(part, Words) for unit in _needed(units(part.tokens, lexicon))]
    # What nearly all have says nothing where one thing of several is enough.
    cut = [unit for unit in cut if unit.kind != "domain"] or cut
    reader = _Reader(lexicon, weights)
    held = [reader.node(part) for part in parts if part is not None and not isinstance(part, Words)]
    each = [unit.loose_match(weights) for unit in cut]
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
        "outlet": request.outlets,
        "audience": request.audiences,
        "responsible": request.responsible,
        "veracity": request.veracity,
        "formal": () if request.formal is None else ("yes",) if request.formal else ("no",),
        "relevant": () if request.relevant is None else ("yes",) if request.relevant else ("no",),
    }
    found += [OneOf(name, values) for name, values in chosen.items() if values]
    if request.after is not None or request.up_to is not None:
        found.append(Between("id", None if request.after is None else request.after + 1, request.up_to))
    spans = [(request.first_day, request.last_day)] + ([(parsed.days.first, parsed.days.last)] if parsed.days else [])
    for first, last in spans:
        if first or last:
            found.append(Between("day", day_number(first) if first else None, day_number(last) if last else None))
    return found


def trees(parsed: Parsed, limits: list[Node], lexicon: Lexicon, weights: Weights = WEIGHTS) -> Trees:
    """The trees of a query under filters."""
    reader = _Reader(lexicon, weights, is_explicit=parsed.is_explicit)
    wanted = reader.node(parsed.clause) if parsed.clause else Everything()
    gathered = _Lifts(reader.runs, lexicon, parsed.today, weights)
    lifts = gathered.all()

    def whole(must: Node, *more: Node) -> Node:
        # What nearly all documents have stands apart: among the other lifts an engine would read all of it for every query.
        relevant = Combined(must=(must,), should=(Constant(OneOf("relevant", ("yes",)), weights.relevant),))
        return Combined(must=(relevant,), should=(*lifts, *more), filters=tuple(limits))

    hints = [hint for run in reader.runs for hint in offers(run, lexicon)]
    first = Constant(Combined(must=(wanted,), without=(OneOf("relevant", ("no",)),)), weights.has_all)
    more = [first, *gathered.units_there()]
    looser = [] if parsed.is_explicit else _looser(parsed.clause, lexicon, weights)
    return Trees(whole(wanted), [whole(node, *more) for node in looser], bool(reader.runs), hints)
