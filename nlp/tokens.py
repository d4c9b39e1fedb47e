"""From a text as people type it to the syllables that the models read: teencode, elongation, emoji and abbreviations resolved."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.folding import canonical, fold
from langnghe.lexicon import load_abbreviations
from nlp.phrase_table import PhraseTable

LONGEST = 40_000
"""Characters of a text that the models read; a longer one has said by then what it is about."""

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_ELONGATED = re.compile(r"([^\W\d_]?)([^\W\d_])\2{2,}")
_TOKEN = re.compile(r":[^\W\d_]+:|[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")
_EMOTICON = re.compile(r"[:=]['-]?[)(DvV3]+|<3|\^\^|T_T")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")
"""Rough, and 20 times as fast as a sentence splitter: it only has to keep what is said of the insurance together."""
_PLAIN_SHARE = 0.04
"""Least share of marked syllables of text typed with marks: 4 of 5 Vietnamese syllables carry one."""


class Teencode(BaseModel):
    """``config/lexicon/teencode.yaml``."""

    model_config = ConfigDict(extra="forbid")

    words: dict[str, str]
    emoji: dict[str, list[str]]


@dataclass(frozen=True)
class Tokens:
    """A text as syllables, numbers (long ones as zeros), signs that say something and emoji classes (``:vui:``)."""

    exact: list[str]
    folded: list[str]
    plain: bool
    """Typed without marks."""


def is_plain(text: str) -> bool:
    """Whether a canonical text was typed without marks."""
    words = re.findall(r"[^\W\d_]+", text)
    marked = sum(not word.isascii() for word in words)
    return marked <= _PLAIN_SHARE * len(words)


@cache
def cached_fold(token: str) -> str:
    """:func:`langnghe.folding.fold`, remembered: a language has few syllables."""
    return fold(token)


def raw_tokens(text: str) -> list[str]:
    """Canonical syllables, numbers and signs of a text, nothing resolved."""
    return _TOKEN.findall(canonical(text))


def _shortened(match: re.Match[str]) -> str:
    before, letter = match.groups()
    return before if fold(before) == letter else before + letter


class Tokeniser:
    """Reads text with the words of config/lexicon."""

    def __init__(self, config_dir: Path) -> None:
        teencode = load(config_dir / "lexicon" / "teencode.yaml", Teencode)
        self._emoji = {sign: f":{name}:" for name, signs in teencode.emoji.items() for sign in signs}
        self._phrases: PhraseTable[tuple[str, ...]] = PhraseTable()
        self._words = {word: tuple(meant.split()) for word, meant in teencode.words.items() if " " not in word}
        for word, meant in teencode.words.items():
            if " " in word:
                self._phrases.add(raw_tokens(word), tuple(raw_tokens(meant)))
        self._add_abbreviations(config_dir)

    def _add_abbreviations(self, config_dir: Path) -> None:
        abbreviations = load_abbreviations(config_dir)
        for group in [*abbreviations.abbreviations, *abbreviations.teencode]:
            first, *others = [raw_tokens(form) for form in group.forms]
            for form in others:
                if len(form) == 1:
                    self._words.setdefault(form[0], tuple(first))
                else:
                    self._phrases.add(form, tuple(first))

    def marked(self, text: str) -> list[str]:
        """Tokens of a text that was typed with marks, even if no syllable of it has one."""
        return self._tokens(canonical(text), plain=False)

    def __call__(self, text: str) -> Tokens:
        """Tokens of ``text``."""
        clean = canonical(text[:LONGEST])
        plain = is_plain(clean)
        tokens = self._tokens(clean, plain)
        return Tokens(tokens, [cached_fold(token) for token in tokens], plain)

    def sentences(self, text: str) -> list[Tokens]:
        """Tokens of each sentence of ``text``; whether it was typed without marks is judged on the whole."""
        clean = canonical(text[:LONGEST])
        plain = is_plain(clean)
        tokens = [self._tokens(sentence, plain) for sentence in _SENTENCE_END.split(clean) if sentence]
        return [Tokens(exact, [cached_fold(token) for token in exact], plain) for exact in tokens if exact]

    def _tokens(self, clean: str, plain: bool) -> list[str]:
        clean = _EMOTICON.sub(self._emoticon, _LINK.sub(" :link: ", clean))
        tokens = [token for raw in _TOKEN.findall(_ELONGATED.sub(_shortened, clean)) for token in self._word(raw)]
        return self._joined(tokens, plain)

    def _emoticon(self, match: re.Match[str]) -> str:
        return " :buồn: " if "(" in match.group() or "t" in match.group() else " :vui: "

    def _word(self, raw: str) -> tuple[str, ...]:
        if raw[0].isdigit():
            digits = raw.replace(".", "").replace(",", "")
            return (digits if len(digits) <= 4 else "0" * min(len(digits), 10),)
        if raw.isalpha():
            return self._words.get(raw, (raw,))
        if raw in self._emoji:
            return (self._emoji[raw],)
        return (raw,) if raw in "?!%" or len(raw) > 1 else ()

    def _joined(self, tokens: list[str], plain: bool) -> list[str]:
        """The tokens with each spelt-out form replaced by its short one."""
        folded, result, done = [cached_fold(token) for token in tokens], [], 0
        for match in self._phrases.longest_matches(tokens, folded, plain):
            result += [*tokens[done : match.start], *match.value]
            done = match.end
        return result + tokens[done:]


@cache
def load_tokeniser(config_dir: Path | None = None) -> Tokeniser:
    """The tokeniser of a configuration folder (None: the one that came with the program)."""
    return Tokeniser(config_dir or default_config_dir())
