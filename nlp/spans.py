"""A text normalised (teencode, elongation, emoji, abbreviations), each token knowing where it stands in the text as given."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from langnghe.config_files import default_config_dir, load
from langnghe.folding import fold
from langnghe.lexicon import load_abbreviations
from nlp.phrase_table import PhraseTable
from nlp.places.reading import comparable, composed_text
from nlp.tokens import Teencode, cached_fold, is_plain, raw_tokens

_TOKEN = re.compile(r"(?:https?://|www\.)\S+|[^\W\d_]+|\d+(?:[.,/]\d+)*|[:=]['-]?[)(DvV3]+|<3|\^\^|T_T|[^\w\s]")
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}$")


class Span(NamedTuple):
    """A normalised token; the text as given has it at code points ``start`` to ``end``."""

    token: str
    start: int
    end: int


@dataclass(frozen=True)
class Spans:
    """A normalised text. ``text`` is the text as given."""

    text: str
    spans: list[Span]
    plain: bool
    """Typed without marks."""

    @property
    def exact(self) -> list[str]:
        """The tokens."""
        return [span.token for span in self.spans]

    @property
    def folded(self) -> list[str]:
        """The tokens without marks."""
        return [cached_fold(span.token) for span in self.spans]

    def given(self, start: int, end: int) -> str:
        """Tokens ``start`` to ``end`` (exclusive) as the text has them."""
        return self.text[self.spans[start].start : self.spans[end - 1].end]


def _shortened(word: str) -> str:
    """``lâuuuuu`` as ``lâu``; a letter that repeats the one before it without its mark (``quáaaa``) goes altogether."""
    match = _ELONGATED.search(word)
    if not match:
        return word
    kept, letter = word[: match.start()], match.group(1)
    return kept if kept and fold(kept[-1]) == letter else kept + letter


def _as_given(match: re.Match[str], origin: list[int]) -> tuple[int, int]:
    """Where a token stands in the text as given; one that is part of a letter with its marks has the whole letter."""
    start = origin[match.start()]
    return start, next(place for place in origin[match.end() :] if place > start)


class Normaliser:
    """Normalises with the words of config/lexicon."""

    def __init__(self, config_dir: Path) -> None:
        teencode = load(config_dir / "lexicon" / "teencode.yaml", Teencode)
        self._emoji = {sign: f":{name}:" for name, signs in teencode.emoji.items() for sign in signs}
        self._words: dict[str, tuple[str, ...]] = {}
        self._phrases: PhraseTable[tuple[str, ...]] = PhraseTable()
        for written, meant in teencode.words.items():
            self._add(raw_tokens(written), tuple(raw_tokens(meant)))
        abbreviations = load_abbreviations(config_dir)
        for group in [*abbreviations.abbreviations, *abbreviations.teencode]:
            first, *others = [raw_tokens(form) for form in group.forms]
            for form in others:
                self._add(form, tuple(first))

    def _add(self, written: Sequence[str], meant: tuple[str, ...]) -> None:
        if len(written) == 1:
            self._words.setdefault(written[0], meant)
        else:
            self._phrases.add(written, meant)

    def __call__(self, text: str) -> Spans:
        """The tokens of ``text``; what stands for several words has them all at its place."""
        composed, origin = composed_text(text)
        low = comparable(composed)
        single = list(self._singles(low, origin))
        plain = is_plain(low)
        spans = Spans(text, single, plain)
        joined, done = [], 0
        for match in self._phrases.longest_matches(spans.exact, spans.folded, plain):
            start, end = single[match.start].start, single[match.end - 1].end
            joined += [*single[done : match.start], *(Span(token, start, end) for token in match.value)]
            done = match.end
        return Spans(text, joined + single[done:], plain)

    def _singles(self, low: str, origin: list[int] | None) -> Iterator[Span]:
        for match in _TOKEN.finditer(low):
            start, end = match.span() if origin is None else _as_given(match, origin)
            for token in self._meant(match.group()):
                yield Span(token, start, end)

    def _meant(self, written: str) -> tuple[str, ...]:
        if written.isalpha():
            word = _shortened(written)
            return self._words.get(word, (word,))
        if written[:1] in ":=^<t" and len(written) > 1:
            return (":buồn:" if "(" in written or "t" in written else ":vui:",)
        return (":link:",) if written.startswith(("http", "www.")) else (self._emoji.get(written, written),)


@cache
def load_normaliser(config_dir: Path | None = None) -> Normaliser:
    """The normaliser of a configuration folder (None: the one that came with the program)."""
    return Normaliser(config_dir or default_config_dir())
