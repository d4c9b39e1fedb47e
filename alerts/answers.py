"""Approved answers that fit a concern or a question: about its topic, alike in words, and right on the day."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from langnghe.answers import Answer, load_answers, normalised
from langnghe.labels import Labels, load_labels
from langnghe.stories import syllables

_SAME, _PARENT = 1.0, 0.6
"""What an answer about the subtopic asked for, and one about its topic (or the other way round), is worth."""
_WORDS = 1.5
"""What likeness in words is worth beside the topic: within a topic, words decide."""
_LEAST = 0.05
"""Likeness in words below which an answer about the topic answers something else."""

_Vector = dict[str, float]


@dataclass(frozen=True)
class FittingAnswer:
    """An approved answer with how well it fits (higher is better) and how alike its words are (0 to 1)."""

    answer: Answer
    score: float
    likeness: float

    @property
    def expires(self) -> date | None:
        """The last day on which it holds."""
        return self.answer.valid_until


def _units(text: str) -> Counter[str]:
    words = syllables(normalised(text))
    return Counter([*words, *(f"{one} {other}" for one, other in pairwise(words))])


class _Library:
    """The answers as vectors of syllables and their pairs, rare ones weighing more."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        counted = {answer.id: _units(" ".join([*answer.questions, answer.text])) for answer in answers}
        holds = Counter(unit for found in counted.values() for unit in found)
        self._weight = {unit: math.log((1 + len(answers)) / number) for unit, number in holds.items()}
        self._vectors = {answer_id: self._vector(found) for answer_id, found in counted.items()}

    def _vector(self, counts: Counter[str]) -> _Vector:
        vector = {unit: (1 + math.log(number)) * self._weight.get(unit, 0.0) for unit, number in counts.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {unit: value / length for unit, value in vector.items()}

    def likeness(self, text: str) -> dict[str, float]:
        """Cosine of a text with every answer."""
        asked = self._vector(_units(text))
        return {
            answer_id: sum(value * vector.get(unit, 0.0) for unit, value in asked.items()) for answer_id, vector in self._vectors.items()
        }


@cache
def _library(config_dir: Path | None) -> _Library:
    return _Library(load_answers(config_dir).all)


def _about(answer: Answer, topics: Iterable[str], labels: Labels) -> float:
    """How well an answer's topic fits the topics asked for; 0: not at all."""
    own = {answer.topic, labels.by_id[answer.topic].parent or answer.topic}
    worth = 0.0
    for topic in topics:
        if answer.topic == topic:
            return _SAME
        if topic in own or (topic in labels.by_id and labels.by_id[topic].parent in own):
            worth = _PARENT
    return worth


def fitting_answers(
    text: str, day: date, *, topics: Sequence[str] = (), most: int = 3, config_dir: Path | None = None
) -> list[FittingAnswer]:
    """Approved answers that hold on ``day`` and fit a text, the best first.

    Args:
        text: a question, or what a concern's stories say.
        day: the day on which the answer is to be given.
        topics: topics and subtopics that it is about; none: all, by words alone.
        most: how many.
        config_dir: the configuration folder.
    """
    labels, likeness = load_labels(config_dir), _library(config_dir).likeness(text)
    found = []
    for answer in load_answers(config_dir).on(day):
        about = _about(answer, topics, labels) if topics else _SAME
        if about and likeness[answer.id] >= _LEAST:
            found.append(FittingAnswer(answer, round(about + _WORDS * likeness[answer.id], 4), round(likeness[answer.id], 4)))
    return sorted(found, key=lambda fitting: (-fitting.score, fitting.answer.id))[:most]
