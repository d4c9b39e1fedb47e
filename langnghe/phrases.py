"""What a set of texts says that others do not: characteristic phrases, and the sentences nearest to all of them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.folding import canonical

LONGEST_PHRASE = 3
"""Words (which have one to four syllables themselves) of a phrase."""
LONGEST_SENTENCE, SHORTEST_SENTENCE = 300, 25
"""Characters: officers see at most 300 of a press text; shorter than 25 is a greeting."""
REDUNDANCY = 0.5
"""Share of a sentence's words that one already chosen may have before it is passed over."""


class FunctionWords(BaseModel):
    """``config/lexicon/function_words.yaml``."""

    model_config = ConfigDict(extra="forbid")

    words: list[str]


@cache
def function_words() -> frozenset[str]:
    """Words with which no telling phrase begins or ends."""
    return frozenset(map(canonical, load(default_config_dir() / "lexicon" / "function_words.yaml", FunctionWords).words))


@dataclass(frozen=True)
class Phrase:
    """A phrase with the texts that hold it, here and in the background, and how surprising that is (a standard score)."""

    text: str
    texts: int
    background: int
    weight: float


@dataclass(frozen=True)
class Sentence:
    """A sentence of the text number ``source``."""

    text: str
    source: int


Splitter = Callable[[str], list[str]]


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


def _runs(tokens: Sequence[str]) -> Iterable[tuple[str, ...]]:
    empty = function_words()
    for length in range(1, LONGEST_PHRASE + 1):
        for start in range(len(tokens) - length + 1):
            run = tuple(tokens[start : start + length])
            if run[0] in empty or run[-1] in empty or run[0].isdigit():
                continue
            if length > 1 or " " in run[0]:
                yield run


def _text_counts(texts: Iterable[str]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    number = 0
    for text in texts:
        number += 1
        counts.update({" ".join(run) for run in _runs(words(text))})
    return counts, number


def _deviance(count: int, of: int, share: float) -> float:
    """What a count adds to twice the log-likelihood over that of ``share``."""
    parts = ((count, of * share), (of - count, of * (1 - share)))
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in parts if seen)


def _weight(here: int, texts: int, before: int, background: int) -> float:
    """Signed root of the log-likelihood ratio (Dunning 1993) by texts: what was never said before outranks what is said a little more."""
    background = max(background, 1)
    share = (here + before) / (texts + background)
    ratio = _deviance(here, texts, share) + _deviance(before, background, share)
    return math.copysign(math.sqrt(max(ratio, 0.0)), here / texts - before / background)


def _without_parts(found: list[Phrase]) -> list[Phrase]:
    """Drops what stands inside a longer phrase of nearly as many texts, or around a shorter one of more."""
    kept: list[Phrase] = []
    for phrase in found:
        if not any(f" {phrase.text} " in f" {other.text} " or f" {other.text} " in f" {phrase.text} " for other in kept):
            kept.append(phrase)
    return kept


def characteristic_phrases(texts: Sequence[str], background: Sequence[str], most: int = 8, least_texts: int = 2) -> list[Phrase]:
    """The phrases that set ``texts`` apart from ``background``, the most surprising first, each in at least ``least_texts`` texts."""
    here, number = _text_counts(texts)
    before, of = _text_counts(background)
    found = [
        Phrase(text, count, before[text], _weight(count, number, before[text], of)) for text, count in here.items() if count >= least_texts
    ]
    found = [phrase for phrase in found if phrase.weight > 0]
    return _without_parts(sorted(found, key=lambda phrase: (-phrase.weight, -len(phrase.text), phrase.text)))[:most]


def _content(sentence: str) -> set[str]:
    return {word for word in words(sentence) if word not in function_words()}


def _shares_too_much(one: set[str], chosen: list[set[str]]) -> bool:
    return any(len(one & other) > REDUNDANCY * len(one) for other in chosen)


def summary(texts: Sequence[str], most: int = 2) -> list[Sentence]:
    """The sentences that hold most of what several of the texts say, none repeating another; each with the text it stands in.

    A sentence's weight is the mean number of texts that hold its words (SumBasic, Nenkova and Vanderwende 2005, by texts, not tokens).
    """
    candidates = [
        (Sentence(sentence, number), _content(sentence))
        for number, text in enumerate(texts)
        for sentence in sentences(text)
        if SHORTEST_SENTENCE <= len(sentence) <= LONGEST_SENTENCE
    ]
    spread = Counter(word for number in range(len(texts)) for word in {w for s, ws in candidates if s.source == number for w in ws})
    ranked = sorted(candidates, key=lambda item: -sum(spread[word] for word in item[1]) / (len(item[1]) + 3))
    chosen: list[tuple[Sentence, set[str]]] = []
    for sentence, content in ranked:
        if len(chosen) < most and content and not _shares_too_much(content, [other for _, other in chosen]):
            chosen.append((sentence, content))
    return [sentence for sentence, _ in chosen]
