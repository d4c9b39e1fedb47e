"""What the approved answers say of a text's claims: only what they settle on its day, for nothing else is sure."""

import re
from functools import cache
from pathlib import Path

from langnghe.answers import Answers, Verdict, load_answers, normalised
from langnghe.clock import vietnam_day
from langnghe.documents import AnnotationRequest, Kind
from nlp.tokens import cached_fold

_WORD = re.compile(r"[\w/]+")
_SENTENCE = re.compile(r"[^.!?…;\n]+[.!?…;\n]*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SPELT_IN_TWO_WAYS = frozenset(["bhxh", "bhyt", "bhtn", "nld", "mot", "ngay"])
LONGEST, LONGEST_OF_NEWS = 2_000, 600
"""Characters of a text that are looked at: a claim stands early or in a short text, in news in the lead."""


def _is_spelt_one_way(word: str) -> bool:
    """Whether no other spelling is read as the word: "bhxh" is often written out, a date in many ways."""
    return word.isalpha() and word not in _SPELT_IN_TWO_WAYS


class ClaimChecker:
    """Finds claims that an approved answer contradicts or confirms."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        says = {says for answer in answers.all for claim in answer.claims for says in claim.says}
        self._needed = [frozenset(_WORD.findall(normalised(pattern))) for pattern in sorted(says)]
        self._unmistakable = list({frozenset(filter(_is_spelt_one_way, words)) for words in self._needed})

    def __call__(self, request: AnnotationRequest) -> Verdict | None:
        """What the law of its day says of a text; without a day it is not judged; news that reports the law claims nothing."""
        if request.published is None:
            return None
        longest = LONGEST_OF_NEWS if request.kind == Kind.news else LONGEST
        text = "\n".join(part for part in (request.title, request.text[:longest]) if part)
        words = frozenset(map(cached_fold, _LETTERS.findall(text.lower())))
        if not any(needed <= words for needed in self._unmistakable):
            return None
        claims = "".join(sentence for sentence in _SENTENCE.findall(text) if self._may_claim(sentence))
        verdict = self._answers.veracity(claims, vietnam_day(request.published)) if claims else None
        return None if verdict == "confirmed" and request.kind == Kind.news else verdict

    def _may_claim(self, sentence: str) -> bool:
        """Whether a sentence holds all words of some claim: nearly none does, and the rest need not be looked at closely."""
        words = frozenset(_WORD.findall(normalised(sentence)))
        return any(needed <= words for needed in self._needed)


@cache
def load_claims(config_dir: Path | None = None) -> ClaimChecker:
    """The checker of a configuration folder (None: the one that came with the program)."""
    return ClaimChecker(load_answers(config_dir))
