"""What a set of texts says that others do not: characteristic phrases, and the sentences nearest to all of them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from langnghe.folding import canonical

LONGEST_PHRASE = 3
"""Words (which have one to four syllables themselves) of a phrase."""
PRIOR = 0.5
"""Occurrences that every phrase is credited with in the background, so that what was never seen has a finite weight."""
LONGEST_SENTENCE, SHORTEST_SENTENCE = 300, 25
"""Characters: officers see at most 300 of a press text; shorter than 25 is a greeting."""
REDUNDANCY = 0.5
"""Share of a sentence's words that one already chosen may have before it is passed over."""
FUNCTION_WORDS = frozenset(
    [
        "và",
        "là",
        "của",
        "có",
        "cho",
        "được",
        "với",
        "các",
        "những",
        "một",
        "này",
        "đó",
        "thì",
        "mà",
        "ở",
        "trong",
        "khi",
        "đã",
        "sẽ",
        "đang",
        "bị",
        "do",
        "từ",
        "đến",
        "theo",
        "về",
        "tại",
        "trên",
        "như",
        "để",
        "cũng",
        "còn",
        "không",
        "rất",
        "nhiều",
        "người",
        "ra",
        "vào",
        "lên",
        "năm",
        "ngày",
        "tháng",
        "nếu",
        "vì",
        "hay",
        "hoặc",
        "nên",
        "phải",
        "bằng",
        "sau",
        "trước",
        "lại",
        "đi",
        "rồi",
        "thế",
        "nào",
        "gì",
        "ai",
        "đâu",
        "sao",
        "nhé",
        "ạ",
        "em",
        "anh",
        "chị",
        "tôi",
        "mình",
        "mọi",
    ]
)


@dataclass(frozen=True)
class Phrase:
    """A phrase with the texts that hold it, here and in the background, and how surprising that is (log-odds divided by its error)."""

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
    for length in range(1, LONGEST_PHRASE + 1):
        for start in range(len(tokens) - length + 1):
            run = tuple(tokens[start : start + length])
            if run[0] in FUNCTION_WORDS or run[-1] in FUNCTION_WORDS or run[0].isdigit():
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


def _weight(here: int, texts: int, before: int, background: int) -> float:
    """Log-odds ratio with a prior over its standard error (Monroe, Colaresi and Quinn 2008, "Fightin' Words", eq. 16 to 22), by texts."""
    a, b = here + PRIOR, before + PRIOR
    ratio = math.log(a / (texts - here + 1)) - math.log(b / (background - before + 1))
    return ratio / math.sqrt(1 / a + 1 / b)


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
    return {word for word in words(sentence) if word not in FUNCTION_WORDS}


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
