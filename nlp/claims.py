"""What the approved answers say of a text's claims: only what they settle on its day, for nothing else is sure."""

import re
from functools import cache
from pathlib import Path

from langnghe.answers import Answers, Verdict, load_answers, normalised
from langnghe.clock import vietnam_day
from langnghe.documents import AnnotationRequest, Kind

_WORD = re.compile(r"[\w/]+")
LONGEST = 5_000
"""Characters of a text that are looked at: a claim stands early or in a short text."""


class ClaimChecker:
    """Finds claims that an approved answer contradicts or confirms."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        says = {says for answer in answers.all for claim in answer.claims for says in claim.says}
        self._needed = [frozenset(_WORD.findall(normalised(pattern))) for pattern in sorted(says)]

    def __call__(self, request: AnnotationRequest) -> Verdict | None:
        """What the law of its day says of a text; without a day it is not judged; news that reports the law claims nothing."""
        if request.published is None:
            return None
        text = "\n".join(part for part in (request.title, request.text[:LONGEST]) if part)
        if not self._may_claim(text):
            return None
        verdict = self._answers.veracity(text, vietnam_day(request.published))
        return None if verdict == "confirmed" and request.kind == Kind.news else verdict

    def _may_claim(self, text: str) -> bool:
        """Whether a text holds all words of some claim: nearly none does, and the rest need not be looked at closely."""
        words = frozenset(_WORD.findall(normalised(text)))
        return any(needed <= words for needed in self._needed)


@cache
def load_claims(config_dir: Path | None = None) -> ClaimChecker:
    """The checker of a configuration folder (None: the one that came with the program)."""
    return ClaimChecker(load_answers(config_dir))
