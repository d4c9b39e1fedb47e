"""What was like this before, and what was answered then; which approved answers fit; how sure the system is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from math import sqrt
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.answers import FittingAnswer, fitting_answers
from alerts.cases.workflow import load_workflow
from alerts.explanation import Explanation
from langnghe.actor import Actor
from langnghe.answers import normalised
from langnghe.record.schema import Case, CasePaper, Concern
from langnghe.settings import Settings
from langnghe.stories import syllables

_COMPARED = 200
"""Earlier concerns on its topics that a concern is compared with, the latest first."""
_SAME_TOPIC, _SAME_PLACE = 0.3, 0.15
"""What the same topic and a shared province are worth beside likeness in words (0 to 1)."""
_LEAST = 0.35

Level = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class AnswerGiven:
    """An answer that left in an earlier case."""

    case_id: int
    office: str
    kind: str
    subject: str
    text: str
    channel: str | None
    sent: datetime | None
    answer_id: str | None


@dataclass(frozen=True)
class PastConcern:
    """An earlier concern, how like it is (0 to 1), and what the actor's office (the national desk: any office) answered then."""

    concern: Concern
    likeness: float
    answers: list[AnswerGiven]


@dataclass(frozen=True)
class Confidence:
    """How far a concern's numbers carry; ``doubts`` are keys of the wording ``confidence.<doubt>``."""

    level: Level
    doubts: list[str]


def said_in(concern: Concern) -> str:
    """What a concern's stories say, as far as its explanation holds it."""
    told = Explanation.model_validate(concern.explanation)
    parts = [
        *(sentence.text for sentence in told.summary),
        *(story.title for story in told.stories),
        *(phrase.text for phrase in told.phrases),
    ]
    return ". ".join(parts)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    dot = sum(number * other[word] for word, number in one.items())
    lengths = sqrt(sum(number**2 for number in one.values()) * sum(number**2 for number in other.values()))
    return dot / lengths if lengths else 0.0


def _pairs(concern: Concern) -> Counter[str]:
    words = syllables(normalised(said_in(concern)))
    return Counter(f"{one} {other}" for one, other in pairwise(words))


def _likeness(concern: Concern, other: Concern, words: Counter[str]) -> float:
    worth = _SAME_TOPIC * (concern.topic == other.topic) + _SAME_PLACE * bool(set(concern.provinces) & set(other.provinces))
    return worth + (1 - _SAME_TOPIC - _SAME_PLACE) * _cosine(words, _pairs(other))


def _answers_given(session: Session, actor: Actor, concern_id: int, settings: Settings) -> list[AnswerGiven]:
    kinds = [kind.id for kind in load_workflow(settings.config_dir).papers if kind.step == "answer"]
    query = select(CasePaper, Case.office).join(Case, Case.id == CasePaper.case_id)
    query = query.where(Case.concern_id == concern_id, CasePaper.state == "sent", CasePaper.kind.in_(kinds))
    if not actor.is_national:
        query = query.where(Case.office == actor.office)
    return [
        AnswerGiven(paper.case_id, office, paper.kind, paper.subject, paper.text, paper.channel, paper.sent, paper.answer_id)
        for paper, office in session.execute(query.order_by(CasePaper.sent, CasePaper.id))
    ]


def past_concerns(session: Session, actor: Actor, concern: Concern, settings: Settings, most: int = 5) -> list[PastConcern]:
    """Earlier concerns like this one, the likest first; one that was answered stands before one that is as like and was not."""
    topics = [concern.topic, *concern.explanation.get("related_topics", [])]
    query = select(Concern).where(Concern.topic.in_(topics), Concern.id != concern.id, Concern.opened <= concern.opened)
    words, found = _pairs(concern), []
    for other in session.scalars(query.order_by(Concern.opened.desc(), Concern.id.desc()).limit(_COMPARED)):
        likeness = _likeness(concern, other, words)
        if likeness >= _LEAST:
            found.append(PastConcern(other, round(likeness, 3), _answers_given(session, actor, other.id, settings)))
    return sorted(found, key=lambda past: (-past.likeness, not past.answers, -past.concern.id))[:most]


def answers_for(concern: Concern, day: date, settings: Settings, most: int = 3) -> list[FittingAnswer]:
    """Approved answers that hold on ``day`` and fit what a concern's stories say."""
    topics = [concern.topic, *concern.explanation.get("related_topics", [])]
    return fitting_answers(said_in(concern), day, topics=topics, most=most, config_dir=settings.config_dir)


def confidence_of(explanation: Explanation) -> Confidence:
    """How far the numbers carry: each doubt lowers it by a step, a concern on two of them is low."""
    doubts = []
    if explanation.learning_days is not None:
        doubts.append("learning")
    if explanation.observed < max(5.0, 1.5 * explanation.high):
        doubts.append("near")
    if explanation.sources < 2:
        doubts.append("one_source")
    if explanation.drives:
        doubts.append("drive")
    return Confidence("high" if not doubts else "medium" if len(doubts) == 1 else "low", doubts)
