"""The words of texts for phrases: those of several syllables whole, with marks where they were typed without, names as they are written."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import NamedTuple

from langnghe.folding import canonical, fold, nfc
from langnghe.usual_phrases import function_words, usual_phrases

Splitter = Callable[[str], list[str]]

LONGEST_WORD = 4
"""Syllables."""
_MARKED = re.compile(r"[^\x00-\x7f]")
_LETTERS = re.compile(r"[^\W\d_]")
_SYLLABLE = re.compile(r"[^\W_]+|[^\w\s]")
_VIETNAMESE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?$",
)
"""A syllable without its marks; what is none is a foreign name, which is a phrase of its own: insulin, trastuzumab, glivec."""
_LEAST_NAME = 5
_PLAIN_LETTERS, _PLAIN_SHARE = 12, 0.03
"""A text of so many letters of which fewer have marks was typed without any."""


class Word(NamedTuple):
    """A word of a text."""

    key: str
    """In lower case and without marks."""
    written: str
    """As it is written; nothing where that was without marks."""
    empty: bool
    """Whether it means nothing alone."""


@cache
def _underthesea() -> tuple[Splitter, Splitter]:
    from underthesea import sent_tokenize, word_tokenize

    return sent_tokenize, word_tokenize


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    split, _ = _underthesea()
    return [sentence.strip() for sentence in split(text) if sentence.strip()]


def words(text: str) -> list[str]:
    """The words of a text in lower case, those of several syllables whole."""
    _, split = _underthesea()
    return [word for word in split(canonical(text)) if any(c.isalnum() for c in word)]


def is_plain(text: str) -> bool:
    """Whether a text was typed without marks."""
    letters = len(_LETTERS.findall(text))
    return letters >= _PLAIN_LETTERS and len(_MARKED.findall(nfc(text))) < _PLAIN_SHARE * letters


@cache
def _plain_function_words() -> frozenset[str]:
    return frozenset(map(fold, function_words()))


def is_name(key: str) -> bool:
    """Whether a single syllable is none of Vietnamese: a drug, an application, a firm."""
    return len(key) >= _LEAST_NAME and key.isalpha() and not _VIETNAMESE.match(key)


def _names_out(names: Collection[str]) -> re.Pattern[str] | None:
    """Finds names in folded text."""
    longest_first = sorted(map(fold, names), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b") if longest_first else None


class Words:
    """Splits texts into words; what marked texts write teaches how plain ones are read.

    Args:
        names: names, as of provinces, that are no part of any phrase: where something is stands elsewhere.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names = _names_out(names)
        self._written: dict[str, Counter[str]] = {}
        self._known = {key for key in usual_phrases() if " " in key}

    def read(self, texts: Sequence[str]) -> list[list[list[Word]]]:
        """Each text as stretches of words that no sign parts."""
        without = [self._without_names(nfc(text)) for text in texts]
        # Marked texts first: they teach.
        marked = {number: self._marked(text) for number, text in enumerate(without) if not is_plain(text)}
        return [marked[number] if number in marked else self._plain(text) for number, text in enumerate(without)]

    def _without_names(self, text: str) -> str:
        if self._names is None:
            return text
        parts, end = [], 0
        for match in self._names.finditer(fold(text)):
            written = text[match.start() : match.end()]
            # "hoa binh" may be a name typed without marks; "hòa bình" in small letters is peace.
            if not written.islower() or written.isascii():
                parts += [text[end : match.start()], " / "]
                end = match.end()
        return "".join([*parts, text[end:]])

    def _marked(self, text: str) -> list[list[Word]]:
        _, split = _underthesea()
        found: list[list[Word]] = [[]]
        for written in split(text):
            if not any(c.isalnum() for c in written):
                found.append([])
                continue
            key = fold(written)
            self._written.setdefault(key, Counter())[written] += 1
            if " " in key:
                self._known.add(key)
            found[-1].append(Word(key, written, canonical(written) in function_words()))
        return found

    def _plain(self, text: str) -> list[list[Word]]:
        """Words by the longest known ones."""
        tokens, found, at = _SYLLABLE.findall(fold(text)), list[list[Word]]([[]]), 0
        while at < len(tokens):
            longest = (" ".join(tokens[at : at + length]) for length in range(LONGEST_WORD, 1, -1))
            key = next((word for word in longest if word in self._known), tokens[at])
            if key[0].isalnum():
                found[-1].append(Word(key, "", key in _plain_function_words()))
            else:
                found.append([])
            at += key.count(" ") + 1
        return found

    def shown(self, word: Word) -> str:
        """A word as it is shown: in small letters where any text has it so, with marks where any text has them."""
        variants = self._written.get(word.key, Counter())
        written = word.written
        if not written:
            usual = usual_phrases().get(word.key)
            written = variants.most_common(1)[0][0] if variants else usual.written if usual else word.key
        return written.lower() if written.lower() in variants else written
