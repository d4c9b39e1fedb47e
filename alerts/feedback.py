"""What officers decided about concerns teaches the order of the next ones.

Every decision (a case opened, a dismissal with its reason) is worth something between 0, "nobody needed this", and 1, "this needed us"
(``config/alerts.yaml``, ``concerns.feedback``). A concern shares traits with earlier ones: its topic, its topic in its province, the kind
of source and the source that carry most of it. The mean worth of each trait's decisions, shrunk towards the mean of all, moves the
concern up or down. Nothing is learned about authors.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.rules import FeedbackRules
from langnghe.record.schema import Concern, ConcernEvent

_LATEST = 2_000
"""Decisions that are learned from, the latest: what officers thought years ago says little of today."""


@dataclass(frozen=True)
class Decision:
    """What an officer decided about a concern: its traits and what it was worth."""

    concern_id: int
    traits: tuple[str, ...]
    worth: float
    rank: float


def _leading(concern: Concern, what: str) -> str:
    counted: dict[str, int] = defaultdict(int)
    for carrier in concern.explanation.get("carriers", []):
        counted[carrier[what]] += carrier["documents"]
    return max(sorted(counted), key=lambda name: counted[name], default="")


def traits_of(concern: Concern) -> tuple[str, ...]:
    """What a concern has in common with others."""
    return (
        f"topic:{concern.topic}",
        f"place:{concern.topic}:{concern.province}",
        f"kind:{_leading(concern, 'kind')}",
        f"source:{_leading(concern, 'source')}",
    )


def noted(concern: Concern) -> dict[str, object]:
    """What the event of a decision keeps, so that learning reads events alone: the concern's traits and rank as they were then."""
    return {"traits": list(traits_of(concern)), "rank": concern.rank}


def decisions(session: Session, rules: FeedbackRules) -> list[Decision]:
    """The last decision about each concern, in the order in which they were made."""
    query = select(ConcernEvent.concern_id, ConcernEvent.event, ConcernEvent.detail)
    query = query.where(ConcernEvent.event.in_(("dismissed", "case_opened"))).order_by(ConcernEvent.id.desc()).limit(_LATEST)
    made: dict[int, Decision] = {}
    for concern_id, event, detail in session.execute(query):
        name = "case_opened" if event == "case_opened" else str(detail.get("reason"))
        if "traits" in detail and concern_id not in made:
            made[concern_id] = Decision(concern_id, tuple(detail["traits"]), rules.worth.get(name, rules.usual), detail["rank"])
    return list(reversed(made.values()))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


@dataclass
class Taught:
    """What decisions have taught so far."""

    rules: FeedbackRules
    _sum: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _number: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def learn(self, decision: Decision) -> None:
        """Take a decision in."""
        for trait in ("all", *decision.traits):
            self._sum[trait] += decision.worth
            self._number[trait] += 1

    def shift(self, traits: Iterable[str]) -> float:
        """How far a concern with these traits moves; 0 without decisions on any of them."""
        prior = self.rules.prior
        usual = (self._sum["all"] + prior * self.rules.usual) / (self._number["all"] + prior)
        moved = [
            _logit((self._sum[trait] + prior * usual) / (self._number[trait] + prior)) - _logit(usual)
            for trait in traits
            if trait in self._number
        ]
        mean = sum(moved) / len(moved) if moved else 0.0
        return round(max(-self.rules.most, min(self.rules.most, self.rules.weight * mean)), 4)


def taught(session: Session, rules: FeedbackRules) -> Taught:
    """What all decisions of the record have taught."""
    lessons = Taught(rules)
    for decision in decisions(session, rules):
        lessons.learn(decision)
    return lessons


@dataclass(frozen=True)
class Measured:
    """Of how many pairs of a concern that needed officers and one that did not the former ranks higher; None without such pairs."""

    decisions: int
    untaught: float | None
    """By the rank alone."""
    taught: float | None
    """By the rank and what the decisions before it had taught."""


def _ordered(ranked: Sequence[tuple[float, float]]) -> float | None:
    """Part of the pairs of different worth that (worth, rank) orders rightly; ties count half (the area under the ROC curve)."""
    pairs = [(one, other) for one in ranked for other in ranked if one[0] > other[0]]
    right = sum(1.0 if one[1] > other[1] else 0.5 if one[1] == other[1] else 0.0 for one, other in pairs)
    return round(right / len(pairs), 4) if pairs else None


def measure_feedback(session: Session, rules: FeedbackRules) -> Measured:
    """Whether feedback helps: each decision is predicted from those before it alone."""
    lessons, untaught, ranked = Taught(rules), [], []
    for decision in decisions(session, rules):
        untaught.append((decision.worth, decision.rank))
        ranked.append((decision.worth, decision.rank + lessons.shift(decision.traits)))
        lessons.learn(decision)
    return Measured(len(ranked), _ordered(untaught), _ordered(ranked))
