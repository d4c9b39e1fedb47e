"""The approved answers of ``config/answers/``: what the law says, from when until when, and what claims it contradicts or confirms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from langnghe.config_files import default_config_dir, load
from langnghe.errors import ConfigurationError, LangngheError
from langnghe.folding import fold
from langnghe.labels import load_labels

_SHORT = [
    ("bao hiem xa hoi", "bhxh"),
    ("bao hiem y te", "bhyt"),
    ("bao hiem that nghiep", "bhtn"),
    ("nguoi lao dong", "nld"),
    ("1 lan", "mot lan"),
    ("muoi lam nam", "15 nam"),
    ("hai muoi nam", "20 nam"),
]
"""What is written in several ways in claims, folded, and the way that patterns use."""
_GAP = 6
"""Words that ``*`` in a pattern may stand for at most."""
_DATES = ((re.compile(r"\bngay (?=\d)"), ""), (re.compile(r"\b0(?=\d[/-])|(?<=[/-])0(?=\d[/-])"), ""), (re.compile(r"(?<=\d)-(?=\d)"), "/"))
_SENTENCE = re.compile(r"[^.!?…;\n]+[.!?…;\n]*")

Verdict = Literal["contradicted", "confirmed"]


class Part(BaseModel):
    """A part of a file; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Claim(Part):
    """What people say that the answer settles; ``*`` in a pattern stands for up to six words, marks and capitals do not matter."""

    verdict: Verdict
    says: list[str] = Field(min_length=1)
    unless: list[str] = []
    """Words in the same sentence with which it says something else."""

    @cached_property
    def patterns(self) -> list[re.Pattern[str]]:
        """The patterns, compiled."""
        return [_compiled(says) for says in self.says]

    @cached_property
    def excused(self) -> list[str]:
        """``unless``, normalised."""
        return [normalised(words) for words in self.unless]


class Answer(Part):
    """One approved answer."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    topic: str
    """A topic or subtopic."""
    questions: list[str] = Field(min_length=1)
    """Ways to ask it."""
    text: str = Field(min_length=40)
    basis: str = Field(min_length=10)
    """The articles of law."""
    valid_from: date
    valid_until: date | None = None
    """The last day on which it holds; None: until the law changes."""
    claims: list[Claim] = []
    settled_from: date | None = None
    """Since when its claims are settled: a law is known from its passing, before it is in force. None: ``valid_from``."""

    @field_validator("text", "basis", mode="before")
    @classmethod
    def _one_line(cls, text: object) -> object:
        return " ".join(text.split()) if isinstance(text, str) else text

    @model_validator(mode="after")
    def _in_order(self) -> "Answer":
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError(f"the answer {self.id} ends ({self.valid_until}) before it begins ({self.valid_from})")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the answer is right on ``day``."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def settles_on(self, day: date) -> bool:
        """Whether its claims are settled on ``day``."""
        return (self.settled_from or self.valid_from) <= day and (self.valid_until is None or day <= self.valid_until)


class _File(Part):
    """One file: answers, and the words with which a sentence does not claim what it says."""

    answers: list[Answer] = []
    hedges: list[str] = []


@dataclass(frozen=True)
class ClaimFound:
    """A claim in a text, at its code points, with what the answer says of it."""

    answer: Answer
    verdict: Verdict
    start: int
    end: int


def normalised(text: str) -> str:
    """Folded, with one spelling of what has several; offsets do not carry over."""
    folded = re.sub(r"\s+", " ", fold(text))
    for long, short in _SHORT:
        folded = folded.replace(long, short)
    for form, plain in _DATES:
        folded = form.sub(plain, folded)
    return folded.strip()


def _compiled(says: str) -> re.Pattern[str]:
    words = [rf"(?:\S+ ){{0,{_GAP}}}?" if word == "*" else re.escape(word) + " " for word in normalised(says).split()]
    return re.compile(rf"(?<![\w]){''.join(words)[:-1]}(?![\w])" if words[-1:] != [" "] else "(?!)")


class Answers:
    """All approved answers of a configuration folder."""

    def __init__(self, answers: list[Answer], hedges: list[str]) -> None:
        self.all = answers
        self.by_id = {answer.id: answer for answer in answers}
        self._hedges = [normalised(hedge) for hedge in hedges]

    def find(self, answer_id: str) -> Answer:
        """The answer with an id.

        Raises:
            LangngheError: there is none.
        """
        if answer_id not in self.by_id:
            raise LangngheError(f"there is no approved answer {answer_id!r}", "Choose one of config/answers/.")
        return self.by_id[answer_id]

    def on(self, day: date) -> list[Answer]:
        """The answers that hold on a day."""
        return [answer for answer in self.all if answer.holds_on(day)]

    def about(self, topic: str, day: date) -> list[Answer]:
        """The answers to a topic or subtopic that hold on a day."""
        return [answer for answer in self.on(day) if answer.topic == topic]

    def claims_in(self, text: str, day: date) -> list[ClaimFound]:
        """Claims of a text that an answer contradicts or confirms on ``day``; a question or a doubt claims nothing."""
        return [found for sentence in _SENTENCE.finditer(text) for found in self._claims_of(sentence, day)]

    def _claims_of(self, sentence: re.Match[str], day: date) -> Iterator[ClaimFound]:
        said = normalised(sentence.group().strip(" .!…;\n"))
        if said.endswith("?") or any(hedge in said for hedge in self._hedges):
            return
        for answer in self.all:
            for claim in answer.claims if answer.settles_on(day) else []:
                if any(pattern.search(said) for pattern in claim.patterns) and not any(words in said for words in claim.excused):
                    yield ClaimFound(answer, claim.verdict, sentence.start(), sentence.end())

    def veracity(self, text: str, day: date) -> Verdict | None:
        """What the law says of a text's claims on a day: one that is contradicted outweighs all; None: nothing is settled."""
        verdicts = {found.verdict for found in self.claims_in(text, day)}
        return "contradicted" if "contradicted" in verdicts else "confirmed" if verdicts else None


@cache
def load_answers(config_dir: Path | None = None) -> Answers:
    """The approved answers of a configuration folder (None: the one that came with the program); a folder without any has none.

    Raises:
        ConfigurationError: a file is wrong, an id stands twice, or a topic is unknown.
    """
    folder, labels = (config_dir or default_config_dir()) / "answers", load_labels(config_dir)
    answers: dict[str, Answer] = {}
    hedges: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        file = load(path, _File)
        hedges += file.hedges
        for answer in file.answers:
            if answer.id in answers:
                raise ConfigurationError(f"{path}: the answer {answer.id} stands twice", "Give every answer an id of its own.")
            if answer.topic not in labels.by_id:
                raise ConfigurationError(f"{path}: {answer.id}: there is no topic {answer.topic!r}", "Use one of taxonomy/labels.yaml.")
            answers[answer.id] = answer
    return Answers(list(answers.values()), hedges)
