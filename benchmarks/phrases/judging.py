"""Judged concerns (``concerns.yaml``) and the phrases that are shown of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from alerts.rules import load_rules
from langnghe.config_files import load
from langnghe.folding import fold
from langnghe.phrases import characteristic_phrases
from langnghe.places import load_places
from nlp.labelled import Labelled, load_labelled

ROUNDS = 24
"""Files of labelled texts that are read, so that new ones move no figure."""
BACKGROUND = 100
"""Texts on the same topic that a concern is held against, as coverage of the weeks before."""
_BEGINNING = 1200


class Concern(BaseModel):
    """A concern made of labelled texts, and what is characteristic of it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    part: Literal["dev", "held"]
    topic: str
    texts: list[str]
    telling: list[str]

    def tells(self, phrase: str) -> bool:
        """Whether a phrase has something in it that is characteristic."""
        return any(f" {fold(term)} " in f" {fold(phrase)} " for term in self.telling)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    concerns: list[Concern]


@dataclass(frozen=True)
class Judged:
    """What is shown of a concern."""

    name: str
    part: str
    shown: list[tuple[str, bool]]

    @property
    def telling(self) -> int:
        """How many of the phrases tell something."""
        return sum(tells for _, tells in self.shown)


def judged_concerns() -> list[Concern]:
    """All judged concerns."""
    return load(Path(__file__).parent / "concerns.yaml", _File).concerns


@cache
def _rows() -> dict[str, Labelled]:
    return {row.id: row for row in load_labelled() if row.relevant and int(row.id.partition("-")[0].removeprefix("w")) <= ROUNDS}


def _text(row: Labelled) -> str:
    return f"{row.title or row.context or ''}. {row.text[:_BEGINNING]}"


def _background(concern: Concern) -> list[str]:
    told = {_rows()[number].story for number in concern.texts}
    others = [row for row in _rows().values() if concern.topic in row.topics and row.story not in told]
    return [_text(row) for row in sorted(others, key=lambda row: sha256(row.id.encode()).hexdigest())[:BACKGROUND]]


def judge(concern: Concern) -> Judged:
    """The phrases of a concern, as its page shows them."""
    texts, most = [_text(_rows()[number]) for number in concern.texts], load_rules().explanation.phrases
    found = characteristic_phrases(texts, _background(concern), most, names=load_places().names)
    return Judged(concern.name, concern.part, [(phrase.text, concern.tells(phrase.text)) for phrase in found])


def share(judged: Sequence[Judged]) -> float:
    """Part of all phrases shown that tell something."""
    return sum(one.telling for one in judged) / max(sum(len(one.shown) for one in judged), 1)
