"""A query as it was typed, read into clauses. Whatever is malformed is read as its words, with a hint, never refused."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from index.dates import Days, find_days
from index.interface import Hint
from index.tokens import Token, tokens
from langnghe.folding import fold, nfc


class Clause:
    """A part of a query."""


@dataclass(frozen=True, slots=True)
class Words(Clause):
    """Words that stand next to each other in the query."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Quoted(Clause):
    """Words that must stand next to each other in the text."""

    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Labelled(Clause):
    """``field:value``: the field's English name and the ids or codes that the value means."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every(Clause):
    """All parts hold."""

    parts: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Either(Clause):
    """At least one part holds."""

    parts: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Neither(Clause):
    """The part does not hold."""

    part: Clause


@dataclass
class Parsed:
    """What a query says: a clause (None: nothing but dates, or nothing at all), the days it names, and hints."""

    clause: Clause | None
    days: Days | None
    is_explicit: bool = False
    """Whether AND or OR was typed: then nothing but what was asked for is found."""
    hints: list[Hint] = field(default_factory=list)
    today: date = date.max


_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_LEXEME = re.compile(
    r'(?P<minus>(?<![^\s(])-(?=[^\s-]))|(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<field>[^\W\d]\w*):(?=\S)|(?P<word>[^\s()"]+)|\S'
)
DEEPEST = 20
"""Brackets within brackets that are read."""
LONGEST = 1_000
"""Characters of a query that are read: a pasted article would be a query of hundreds of words."""
_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not", "HOẶC": "or", "&&": "and", "||": "or"}


class Fields(Protocol):
    """Says what ``field:value`` means; the parser asks, for it knows no labels."""

    def knows(self, name: str) -> bool:
        """Whether there is a field of that folded name."""
        ...

    def resolve(self, name: str, value: str) -> tuple[str, tuple[str, ...]] | None:
        """(field, ids) of a folded field name and a value, or None where there is no such value."""
        ...


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str


def _lexemes(query: str) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    for match in _LEXEME.finditer(query):
        kind = match.lastgroup
        if kind == "word" and match.group() in _OPERATORS:
            found.append(_Lexeme(_OPERATORS[match.group()], match.group()))
        elif kind is not None:
            found.append(_Lexeme(kind, match[kind]))
    return found


class _Parser:
    """Recursive descent: OR binds least, AND and standing side by side more, NOT and - most."""

    def __init__(self, lexemes: list[_Lexeme], fields: Fields, hints: list[Hint]) -> None:
        self._lexemes, self._fields, self._hints, self._at, self._depth = lexemes, fields, hints, 0, 0
        self.is_explicit = False

    def _next(self) -> str:
        return self._lexemes[self._at].kind if self._at < len(self._lexemes) else "end"

    def _take(self) -> _Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _hint(self, key: str, **values: str) -> None:
        if Hint(key, values) not in self._hints:
            self._hints.append(Hint(key, values))

    def whole(self) -> Clause | None:
        parts = []
        while self._next() != "end":
            if self._next() == "close":
                self._take()
                self._hint("unbalanced_bracket")
            elif (part := self._either()) is not None:
                parts.append(part)
        return _together(parts)

    def _either(self) -> Clause | None:
        parts = [self._every()]
        while self._next() == "or":
            operator = self._take()
            self.is_explicit = True
            parts.append(self._every())
            if parts[-1] is None or parts[-2] is None:
                self._hint("dangling_operator", operator=operator.text)
        kept = [part for part in parts if part is not None]
        return Either(tuple(kept)) if len(kept) > 1 else next(iter(kept), None)

    def _every(self) -> Clause | None:
        parts: list[Clause] = []
        while self._next() not in ("or", "close", "end"):
            if self._next() == "and":
                operator = self._take()
                self.is_explicit = True
                if not parts or self._next() in ("and", "or", "close", "end"):
                    self._hint("dangling_operator", operator=operator.text)
            elif (part := self._one()) is not None:
                parts.append(part)
        return _together(parts)

    def _one(self) -> Clause | None:
        lexeme = self._take()
        if lexeme.kind in ("not", "minus"):
            return self._negated(lexeme)
        if lexeme.kind == "open":
            return self._bracketed()
        if lexeme.kind == "field":
            return self._labelled(lexeme.text)
        found = tuple(tokens(lexeme.text))
        if not found:
            return None
        return Quoted(found) if lexeme.kind == "phrase" else Words(found)

    def _negated(self, operator: _Lexeme) -> Clause | None:
        if self._next() in ("and", "or", "close", "end"):
            self._hint("dangling_operator", operator=operator.text)
            return None
        part = self._one()
        if isinstance(part, Neither):
            return part.part
        return None if part is None else Neither(part)

    def _bracketed(self) -> Clause | None:
        if self._depth >= DEEPEST:
            self._hint("unbalanced_bracket")
            return None
        self._depth += 1
        part = self._either()
        self._depth -= 1
        if self._next() == "close":
            self._take()
        else:
            self._hint("unbalanced_bracket")
        return part

    def _labelled(self, name: str) -> Clause | None:
        """The longest value that the field knows: ``tinh:nghệ an`` takes both words, ``tinh:"nghệ an"`` is sure to."""
        if not self._fields.knows(fold(name)):
            self._hint("unknown_field", field=name)
            return Words(tuple(tokens(name)))
        values = [item.text for item in self._lexemes[self._at : self._at + 6]]
        kinds = [item.kind for item in self._lexemes[self._at : self._at + 6]]
        most = 1 if kinds[:1] == ["phrase"] else next((i for i, kind in enumerate(kinds) if kind != "word"), len(kinds))
        for length in range(most, 0, -1):
            resolved = self._fields.resolve(fold(name), " ".join(values[:length]))
            if resolved is not None:
                self._at += length
                return Labelled(*resolved)
        self._hint("unknown_value", field=name, value=values[0] if values else "")
        return None


def _together(parts: list[Clause]) -> Clause | None:
    """Parts that all hold, with neighbouring words joined into one run."""
    joined: list[Clause] = []
    for part in (inner for outer in parts for inner in (outer.parts if isinstance(outer, Every) else (outer,))):
        if isinstance(part, Words) and joined and isinstance(joined[-1], Words):
            joined[-1] = Words(joined[-1].tokens + part.tokens)
        else:
            joined.append(part)
    return Every(tuple(joined)) if len(joined) > 1 else next(iter(joined), None)


def _take_days(query: str, today: date, hints: list[Hint]) -> tuple[str, Days | None]:
    """The query without the days it names; what stands in quotes names none."""
    blanked = re.sub(r'"[^"]*"', lambda match: "\u0001" * len(match.group()), query)
    found = find_days(blanked, today)
    if found is None:
        return query, None
    first, last = found.days.first, found.days.last
    shown = {"first": f"{first:%d/%m/%Y}" if first else "…", "last": f"{last:%d/%m/%Y}" if last else "…"}
    hints.append(Hint("days_read", shown))
    return f"{query[: found.start]} {query[found.end :]}", found.days


def parse(query: str, today: date, fields: Fields) -> Parsed:
    """Read a query. Never raises for what a person may type."""
    hints: list[Hint] = []
    text = nfc(query[:LONGEST]).translate(_QUOTES)
    if text.count('"') % 2:
        hints.append(Hint("unclosed_quote"))
        last = text.rfind('"')
        text = f"{text[:last]} {text[last + 1 :]}"
    text, days = _take_days(text, today, hints)
    parser = _Parser(_lexemes(text), fields, hints)
    return Parsed(parser.whole(), days, parser.is_explicit, hints, today)
