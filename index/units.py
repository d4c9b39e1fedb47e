"""The units of a query: words, or stretches of words that mean one thing, which a document has or has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.interface import Hint
from index.lexicon import Form, Lexicon, Meaning
from index.nodes import Best, Node, OneOf, Term, Weighted, phrase
from index.tokens import Token

OTHER_FORM = 0.8
"""Weight of another way to write the same ("bảo hiểm y tế" for "bhyt")."""
OTHER_MARKS = 0.4
"""Weight of a word found without regard to its marks, where the query has marks."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that a query asks for."""

    tokens: tuple[Token, ...]
    meaning: Meaning | None = None
    topics: tuple[str, ...] = ()
    """Topics that a phrase of the query with this unit in it means."""

    @property
    def is_optional(self) -> bool:
        """Whether a document without it is as good an answer."""
        return self.meaning is not None and self.meaning.kind == "optional"

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks."""
        return any(token.is_marked for token in self.tokens)

    def exact(self) -> tuple[str, ...]:
        """Its tokens as typed."""
        return tuple(token.exact for token in self.tokens)

    def folded(self) -> tuple[str, ...]:
        """Its tokens without marks."""
        return tuple(token.folded for token in self.tokens)

    def other_forms(self) -> list[Form]:
        """Other ways to write it."""
        own = self.folded()
        return [form for form in (self.meaning.forms if self.meaning else ()) if tuple(folded for _, folded in form) != own]

    def match(self) -> Node:
        """Documents that have the unit: its words in any marks, another form of it in the right marks, or a label that says so."""
        typed = phrase("folded", self.folded())
        options = [Weighted(typed, OTHER_MARKS) if self.is_marked else typed, *map(_other, self.other_forms())]
        if self.meaning and self.meaning.values and self.meaning.kind in ("place", "label"):
            options.append(OneOf(self.meaning.field, self.meaning.values))
        return Best(tuple(options)) if len(options) > 1 else options[0]


def _other(form: Form) -> Node:
    # Unmarked forms of other words ("báo hiếm ý tệ" for BHYT) would match too: the form as marked, or wholly without marks.
    exact, folded = tuple(pair[0] for pair in form), tuple(pair[1] for pair in form)
    options = dict.fromkeys([phrase("marked", exact), phrase("marked", folded)])
    return Weighted(Best(tuple(options)) if len(options) > 1 else next(iter(options)), OTHER_FORM)


def _meaning_at(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[int, Meaning | None]:
    longest = next(lexicon.meanings.at(tokens), None)
    optional = next(lexicon.optional.at(tokens), None)
    if optional is not None and (longest is None or optional[0] > longest[0]):
        return optional
    return longest or (1, None)


def units(tokens: Sequence[Token], lexicon: Lexicon) -> list[Unit]:
    """A run of words cut into units, the longest known stretch first; where every word is optional, none is."""
    cut: list[Unit] = []
    at = 0
    while at < len(tokens):
        length, meaning = _meaning_at(tokens[at:], lexicon)
        cut.append(Unit(tuple(tokens[at : at + length]), meaning))
        at += length
    if all(unit.is_optional for unit in cut):
        return [Unit((token,)) for token in tokens]
    return _with_topics(cut, lexicon)


def _with_topics(cut: list[Unit], lexicon: Lexicon) -> list[Unit]:
    """Note on each unit the topics of the phrases that it is part of, abbreviations in their shortest form."""
    short: list[tuple[int, Token]] = []
    for number, unit in enumerate(cut):
        if unit.meaning and unit.meaning.kind == "same":
            short += [(number, Token(exact, folded, 0, 0)) for exact, folded in unit.meaning.forms[0]]
        else:
            short += [(number, token) for token in unit.tokens]
    topics: dict[int, list[str]] = {}
    longest_end = 0
    for at in range(len(short)):
        found = list(lexicon.topics.at([token for _, token in short[at:]]))
        best = max((length for length, _ in found), default=0)
        if at + best <= longest_end:
            continue  # part of a longer phrase: "rút bhxh một lần" is no "bhxh một lần"
        longest_end = at + best
        for _, meaning in (item for item in found if item[0] == best):
            for number in {number for number, _ in short[at : at + best]}:
                topics.setdefault(number, []).append(meaning.values[0])
    return [Unit(unit.tokens, unit.meaning, tuple(dict.fromkeys(topics.get(number, ())))) for number, unit in enumerate(cut)]


def offers(cut: Sequence[Unit], lexicon: Lexicon) -> list[Hint]:
    """Filters to offer for the places and topics that a query names in words."""
    hints = [
        Hint("offer_province", {"province": unit.meaning.values[0], "name": lexicon.places.name(unit.meaning.values[0])})
        for unit in cut
        if unit.meaning and unit.meaning.kind == "place"
    ]
    topics = dict.fromkeys(topic for unit in cut for topic in unit.topics)
    return hints + [Hint("offer_topic", {"topic": topic, "name": lexicon.labels.topic_name(topic)}) for topic in topics]


def same_marks(unit: Unit) -> list[Node]:
    """What lifts a text with the unit's own marks, and a little less one without any, above one with other marks."""
    if not unit.is_marked:
        return []
    return [
        Weighted(phrase("marked", unit.exact()), 1 - OTHER_MARKS),
        Weighted(phrase("marked", unit.folded()), 0.8 * (1 - OTHER_MARKS)),
    ]


def title_terms(unit: Unit, weight: float) -> list[Node]:
    """What lifts a text with the unit's words in its title."""
    return [Weighted(Term("title", token), weight) for token in dict.fromkeys(unit.folded())]
