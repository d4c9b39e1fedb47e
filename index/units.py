"""The units of a query: words, or stretches of words that mean one thing, which a document has or has not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.interface import Hint
from index.lexicon import Dictionary, Form, Labelling, Lexicon, Meaning
from index.nodes import Best, Combined, Constant, Node, OneOf, Weighted, phrase
from index.tokens import Token
from index.weights import WEIGHTS, Weights


def written(tokens: Form, marked: str = "marked", folded: str = "folded", no_marks: float = WEIGHTS.no_marks) -> Node:
    """Where the (exact, folded) tokens stand: typed with marks, with the same or without any; typed without, with whichever marks.

    ``marked`` and ``folded`` are the fields to look in.
    """
    exact, plain = tuple(pair[0] for pair in tokens), tuple(pair[1] for pair in tokens)
    if exact == plain:
        return phrase(folded, plain)
    return Best((phrase(marked, exact), Weighted(phrase(marked, plain), no_marks)))


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a query asks for."""

    tokens: tuple[Token, ...]
    meaning: Meaning | None = None
    topics: tuple[str, ...] = ()
    """Topics that a phrase of several units with this one in it means: a text about them needs not have the word."""

    @property
    def kind(self) -> str:
        """What sort of meaning it has, or "word"."""
        return self.meaning.kind if self.meaning else "word"

    @property
    def is_needed(self) -> bool:
        """Whether a document without it is a worse answer; what says how a piece should be (optional, a wish, newest) only lifts."""
        return self.kind not in ("optional", "wish", "newest")

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks."""
        return any(token.is_marked for token in self.tokens)

    def typed(self) -> Form:
        """The (exact, folded) tokens as they were typed."""
        return tuple((token.exact, token.folded) for token in self.tokens)

    def folded(self) -> tuple[str, ...]:
        """Its tokens without marks."""
        return tuple(token.folded for token in self.tokens)

    def labels(self) -> tuple[Labelling, ...]:
        """Labels that say the same."""
        return self.meaning.labels if self.meaning else ()

    def other_forms(self) -> list[Form]:
        """Other ways to write it."""
        own = self.folded()
        return [form for form in (self.meaning.forms if self.meaning else ()) if tuple(folded for _, folded in form) != own]

    def match(self, weights: Weights = WEIGHTS, *, in_context: bool = True) -> Node:
        """Documents that have the unit: its words, another form of it, its words in their context or a label that says so."""
        # A form is looked for as it is rightly marked: by folded tokens, BHYT would find "báo hiếm ý tệ".
        forms = dict.fromkeys(part for form in self.other_forms() for part in _as_marked(form))
        options = [written(self.typed(), no_marks=weights.no_marks), *(Weighted(part, weights.other_form) for part in forms)]
        if in_context:
            options.append(Weighted(phrase("context", self.folded()), weights.in_context))
        labels: list[Node] = [OneOf(name, values) for name, values in self.labels()]
        labels += [OneOf("topics", self.topics)] if self.topics else []
        if self.kind == "domain":
            # What nearly all documents have: an engine that scores it with the words reads all of it, one that only looks does not.
            return Combined(must=(Constant(Best((*options, *labels)), 0.0),), should=(_best(options),))
        return _best([*options, *labels])

    def loose_match(self, weights: Weights = WEIGHTS) -> Node:
        """:meth:`match`, or its words with other marks."""
        if not self.is_marked:
            return self.match(weights)
        return Best((self.match(weights), Weighted(phrase("folded", self.folded()), weights.other_marks)))


def quoted(tokens: Sequence[Token]) -> Node:
    """Where the tokens stand as a phrase."""
    return written(tuple((token.exact, token.folded) for token in tokens))


def _as_marked(form: Form) -> list[Node]:
    exact, folded = (tuple(pair[i] for pair in form) for i in (0, 1))
    return list(dict.fromkeys([phrase("marked", exact), phrase("marked", folded)]))


def _best(options: Sequence[Node]) -> Node:
    return Best(tuple(options)) if len(options) > 1 else options[0]


def _meaning_at(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[int, Meaning | None]:
    longest = next(lexicon.meanings.at(tokens), None)
    optional = next(lexicon.optional.at(tokens), None)
    if optional is not None and (longest is None or optional[0] > longest[0]):
        return optional
    return longest or (1, None)


def units(tokens: Sequence[Token], lexicon: Lexicon) -> list[Unit]:
    """A run of words cut into units, the longest known stretch first; where no word is needed, all are."""
    cut: list[Unit] = []
    at = 0
    while at < len(tokens):
        length, meaning = _meaning_at(tokens[at:], lexicon)
        cut.append(Unit(tuple(tokens[at : at + length]), meaning))
        at += length
    if all(unit.kind == "optional" for unit in cut):
        return [Unit((token,)) for token in tokens]
    topics: dict[int, list[str]] = {}
    for numbers, named in phrases(cut, lexicon.topics):
        if len(numbers) > 1:
            for number in numbers:
                topics.setdefault(number, []).extend(named)
    return [replace(unit, topics=tuple(dict.fromkeys(topics.get(number, ())))) for number, unit in enumerate(cut)]


def _shortened(cut: Sequence[Unit]) -> list[tuple[int, Token]]:
    """(number of the unit, token) with abbreviated things in their shortest form."""
    short: list[tuple[int, Token]] = []
    for number, unit in enumerate(cut):
        form = unit.meaning.forms[0] if unit.meaning and unit.meaning.forms and unit.kind in ("same", "domain") else unit.typed()
        short += [(number, Token(exact, folded, 0, 0)) for exact, folded in form]
    return short


def phrases(cut: Sequence[Unit], dictionary: Dictionary) -> Iterator[tuple[set[int], list[str]]]:
    """(numbers of units, topics) of the phrases of a dictionary; a phrase within a longer one says nothing of its own."""
    short = _shortened(cut)
    longest_end = 0
    for at in range(len(short)):
        found = list(dictionary.at([token for _, token in short[at:]]))
        best = max((length for length, _ in found), default=0)
        if at + best <= longest_end:
            continue  # "rút bhxh một lần" is no "bhxh một lần"
        longest_end = at + best
        topics = [topic for length, meaning in found if length == best for _, values in meaning.labels for topic in values]
        yield {number for number, _ in short[at : at + best]}, topics


def topics_named(cut: Sequence[Unit], lexicon: Lexicon) -> list[str]:
    """Topics that words of the query name."""
    return list(dict.fromkeys(topic for _, topics in phrases(cut, lexicon.topics) for topic in topics))


def offers(cut: Sequence[Unit], lexicon: Lexicon) -> list[Hint]:
    """Filters to offer for the places and topics that a query names in words."""
    codes = [values[0] for unit in cut if unit.kind == "place" for _, values in unit.labels()]
    hints = [Hint("offer_province", {"province": code, "name": lexicon.places.name(code)}) for code in dict.fromkeys(codes)]
    return hints + [Hint("offer_topic", {"topic": topic, "name": lexicon.labels.topic_name(topic)}) for topic in topics_named(cut, lexicon)]
