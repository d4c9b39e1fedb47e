"""The units of a query: words, or stretches of words that mean one thing, which a document has or has not."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.interface import Hint
from index.lexicon import Form, Lexicon, Meaning
from index.nodes import Best, Node, OneOf, Weighted, phrase
from index.tokens import Token

OTHER_FORM = 0.8
"""Weight of another way to write the same ("bảo hiểm y tế" for "bhyt")."""
NO_MARKS = 0.8
"""Weight of a text without marks, where the query has them."""
OTHER_MARKS = 0.3
"""Weight of a text with other marks ("thuộc" for "thuốc"), which is found only where there is little else."""


def written(tokens: Sequence[tuple[str, str]], marked: str = "marked", folded: str = "folded") -> Node:
    """Where the (exact, folded) tokens stand: typed with marks, with the same or without any; typed without, with whichever marks.

    ``marked`` and ``folded`` are the fields to look in.
    """
    exact, plain = tuple(pair[0] for pair in tokens), tuple(pair[1] for pair in tokens)
    if exact == plain:
        return phrase(folded, plain)
    return Best((phrase(marked, exact), Weighted(phrase(marked, plain), NO_MARKS)))


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

    def typed(self) -> Form:
        """The (exact, folded) tokens as they were typed."""
        return tuple((token.exact, token.folded) for token in self.tokens)

    def folded(self) -> tuple[str, ...]:
        """Its tokens without marks."""
        return tuple(token.folded for token in self.tokens)

    def other_forms(self) -> list[Form]:
        """Other ways to write it."""
        own = self.folded()
        return [form for form in (self.meaning.forms if self.meaning else ()) if tuple(folded for _, folded in form) != own]

    def match(self) -> Node:
        """Documents that have the unit: its words, another form of it, or a label that says so."""
        # A form is looked for as it is rightly marked: by folded tokens, BHYT would find "báo hiếm ý tệ".
        options = [written(self.typed()), *(Weighted(_as_marked(form), OTHER_FORM) for form in self.other_forms())]
        if self.meaning and self.meaning.kind in ("place", "label"):
            options.append(OneOf(self.meaning.field, self.meaning.values))
        return Best(tuple(options)) if len(options) > 1 else options[0]

    def loose_match(self, *, with_topics: bool) -> Node:
        """:meth:`match`, or its words with other marks, or a topic that it helps to name."""
        options = [self.match()]
        if self.is_marked:
            options.append(Weighted(phrase("folded", self.folded()), OTHER_MARKS))
        if with_topics and self.topics:
            options.append(OneOf("topics", self.topics))
        return Best(tuple(options)) if len(options) > 1 else options[0]


def _as_marked(form: Form) -> Node:
    exact, folded = (tuple(pair[i] for pair in form) for i in (0, 1))
    options = dict.fromkeys([phrase("marked", exact), phrase("marked", folded)])
    return Best(tuple(options)) if len(options) > 1 else next(iter(options))


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


def title_terms(unit: Unit, weight: float) -> list[Node]:
    """What lifts a text with the unit's words in its title."""
    return [Weighted(written([pair], "title_marked", "title"), weight) for pair in dict.fromkeys(unit.typed())]
