"""What a set of texts says that others do not: characteristic phrases, and the sentences nearest to all of them."""

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from langnghe.folding import fold
from langnghe.phrase_words import Word, Words, is_name, sentences, words
from langnghe.usual_phrases import empty_phrases, function_words, usual_phrases

LONGEST_PHRASE = 3
"""Words (which have one to four syllables themselves) of a phrase."""
LONGEST_SENTENCE, SHORTEST_SENTENCE = 300, 25
"""Characters: officers see at most 300 of a press text; shorter than 25 is a greeting."""
REDUNDANCY = 0.5
"""Share of a sentence's words, or a phrase's syllables, that one already chosen may have before it is passed over."""
USUAL_TEXTS = 1000
"""Texts of the background as which the table of usual phrases counts; this and what follows were chosen on benchmarks/phrases (dev)."""
RISE = 1.25
"""Times its share in the background from which a phrase is said more."""
UNUSUAL = 0.0005
"""Share of a phrase that the table does not have."""
BEGINNING = 25
"""Words that are a text's beginning: what is new stands there."""
EARLY, LONG = 0.7, 0.2
"""What a phrase's weight gains in proportion to the texts that begin with it, and where it has three syllables or more."""
MOSTLY = 0.6
"""Part of a phrase's texts in which it stands in a longer one from which that is shown in its place."""
LEAST_WEIGHT = 2.6
"""Weight from which a phrase says something."""


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


def _runs(stretch: Sequence[Word]) -> Iterable[Sequence[Word]]:
    for length in range(1, LONGEST_PHRASE + 1):
        for start in range(len(stretch) - length + 1):
            run = stretch[start : start + length]
            if run[0].empty or run[-1].empty or run[0].key[0].isdigit() or run[-1].key.isdigit():
                continue
            if length > 1 or " " in run[0].key or is_name(run[0].key):
                yield run


class _Counts:
    """Of each phrase, without marks, how many texts hold it, begin with it, and how they write it."""

    def __init__(self, texts: Iterable[Sequence[Sequence[Word]]]) -> None:
        self.texts: Counter[str] = Counter()
        self.beginnings: Counter[str] = Counter()
        """Texts that hold it in a title, a lead, or anywhere in a short post."""
        self._runs: dict[str, Counter[tuple[Word, ...]]] = {}
        for text in texts:
            self._count(text)

    def _count(self, text: Sequence[Sequence[Word]]) -> None:
        before, runs, early = 0, dict[str, tuple[Word, ...]](), set[str]()
        for stretch in text:
            found = {" ".join(word.key for word in run): tuple(run) for run in _runs(stretch)}
            early |= found.keys() if before < BEGINNING else set()
            runs |= found
            before += len(stretch)
        self.texts.update(runs.keys())
        self.beginnings.update(early)
        for key, run in runs.items():
            self._runs.setdefault(key, Counter())[run] += 1

    def parts(self, least: int) -> set[str]:
        """Phrases that mostly stand in a longer one which ``least`` texts hold: "hộ cận" of "hộ cận nghèo"."""
        found = set[str]()
        for key, number in self.texts.items():
            run = next(iter(self._runs[key])) if number >= least else ()
            spans = itertools.combinations(range(len(run) + 1), 2)
            inside = (" ".join(word.key for word in run[start:end]) for start, end in spans if end - start < len(run))
            found.update(part for part in inside if MOSTLY * self.texts[part] <= number)
        return found

    def is_empty(self, key: str) -> bool:
        """Whether all words of a phrase are such as tell nothing: "cán bộ bảo hiểm xã hội"."""
        return key in empty_phrases() or all(word.empty or word.key in empty_phrases() for word in next(iter(self._runs[key])))

    def shown(self, key: str, words: Words) -> str:
        """The phrase as it is mostly written, with marks where any text has them."""
        runs = self._runs[key]
        best = max(runs.items(), key=lambda item: (all(word.written for word in item[0]), item[1], item[0]))[0]
        return " ".join(map(words.shown, best))


def texts_that_hold(texts: Sequence[str]) -> Counter[str]:
    """Of each phrase, as it is mostly written, how many of the texts hold it."""
    words = Words()
    counts = _Counts(words.read(texts))
    return Counter({counts.shown(key, words): count for key, count in counts.texts.items()})


def _usual_share(key: str) -> float:
    usual = usual_phrases().get(key)
    return usual.share if usual else UNUSUAL


def _deviance(count: float, of: float, share: float) -> float:
    """What a count adds to twice the log-likelihood over that of ``share``."""
    parts = ((count, of * share), (of - count, of * (1 - share)))
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in parts if seen)


def _weight(here: int, texts: int, before: float, background: float) -> float:
    """Signed root of the log-likelihood ratio (Dunning 1993) by texts: what was never said before outranks what is said a little more."""
    share = (here + before) / (texts + background)
    ratio = _deviance(here, texts, share) + _deviance(before, background, share)
    return math.copysign(math.sqrt(max(ratio, 0.0)), here / texts - before / background)


def _overlap(one: Phrase, other: Phrase) -> bool:
    """Whether phrases say the same: one stands in the other, or they share most of their syllables."""
    mine, others = fold(one.text).split(), fold(other.text).split()
    if f" {' '.join(mine)} " in f" {' '.join(others)} " or f" {' '.join(others)} " in f" {' '.join(mine)} ":
        return True
    return len(set(mine) & set(others)) > REDUNDANCY * min(len(mine), len(others))


def _without_repetition(found: list[Phrase]) -> list[Phrase]:
    """Drops what says no more than a phrase before it."""
    kept: list[Phrase] = []
    for phrase in found:
        if not any(_overlap(phrase, other) for other in kept):
            kept.append(phrase)
    return kept


def characteristic_phrases(
    texts: Sequence[str], background: Sequence[str], most: int = 8, least_texts: int = 2, names: Collection[str] = ()
) -> list[Phrase]:
    """The phrases that set ``texts`` apart from ``background`` and from what is usual, the most surprising first.

    Each stands in at least ``least_texts`` texts. However few texts the background has, what everybody says of the insurances is known
    from ``config/lexicon/usual_phrases.txt``, which counts as so many more of its texts (an informative prior, Monroe et al. 2008).

    Args:
        texts: the texts.
        background: what they are held against.
        most: how many phrases at most.
        least_texts: in how many texts a phrase must stand.
        names: names that are no part of a phrase.
    """
    words = Words(names)
    read = words.read([*texts, *background])
    here, before = _Counts(read[: len(texts)]), _Counts(read[len(texts) :]).texts
    parts, found = here.parts(least_texts), []
    for key, count in here.texts.items():
        if count < least_texts or key in parts or here.is_empty(key):
            continue
        if count / len(texts) < RISE * before[key] / (len(background) + 1):
            continue
        weight = _weight(count, len(texts), before[key] + _usual_share(key) * USUAL_TEXTS, len(background) + USUAL_TEXTS)
        weight *= 1 + EARLY * here.beginnings[key] / count + LONG * (key.count(" ") > 1)
        if weight >= LEAST_WEIGHT:
            found.append(Phrase(here.shown(key, words), count, before[key], weight))
    return _without_repetition(sorted(found, key=lambda phrase: (-phrase.weight, -len(phrase.text), phrase.text)))[:most]


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
