"""What an answer changed: stories and their stance before and after it, beside the same topic elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from alerts.cases.store import find_case
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.places import NOWHERE
from langnghe.record.schema import Case, Concern, Fact


@dataclass(frozen=True)
class Stances:
    """Distinct stories of some days: all, by stance, and complaints."""

    days: int
    stories: int
    negative: int
    positive: int
    complaints: int

    @property
    def negative_share(self) -> float | None:
        """Part of the stories that are negative; None: there are none."""
        return self.negative / self.stories if self.stories else None

    @property
    def negative_a_day(self) -> float:
        """Negative stories a day."""
        return self.negative / self.days if self.days else 0.0


@dataclass(frozen=True)
class Effect:
    """Whole days before the day of the first answer and after it; ``elsewhere`` is the same topic where the concern was not.

    A fall that happened elsewhere too says nothing of the answer. Neither side counts the day of the answer itself.
    """

    answered: date
    before: Stances
    after: Stances
    elsewhere_before: Stances | None
    """None: the concern was nationwide, there is no elsewhere."""
    elsewhere_after: Stances | None
    complete: bool
    """Whether all days after it are over."""

    @property
    def change(self) -> float | None:
        """Relative change of negative stories a day (-0.5: half as many); None: there were none before, or no day is over."""
        if not self.before.negative or not self.after.days:
            return None
        return self.after.negative_a_day / self.before.negative_a_day - 1


def _stances(session: Session, where: list[ColumnElement[bool]], first: date, last: date) -> Stances:
    if last < first:
        return Stances(0, 0, 0, 0, 0)

    def stories(*more: ColumnElement[bool]) -> int:
        query = select(func.count(Fact.story_id.distinct())).where(*where, *more, Fact.day.between(first, last))
        return session.scalar(query) or 0

    return Stances(
        days=(last - first).days + 1,
        stories=stories(),
        negative=stories(Fact.sentiment == "negative"),
        positive=stories(Fact.sentiment == "positive"),
        complaints=stories(Fact.intent == "complaint"),
    )


def provinces_of(session: Session, case: Case) -> list[str]:
    """Provinces that a case is about; none: the whole country."""
    concern = session.get(Concern, case.concern_id) if case.concern_id is not None else None
    if case.office == case.province or concern is None:
        return [] if case.province == NOWHERE else [case.province]
    return [] if concern.explanation.get("national") else list(concern.provinces)


def effect_of(session: Session, actor: Actor, case_id: int, now: datetime, days: int) -> Effect | None:
    """The effect of a case's first answer over ``days`` whole days on each side; None: nothing was answered."""
    case = find_case(session, case_id)
    actor.require(Role.viewer, case.office, f"read the case {case_id}")
    if case.first_response is None:
        return None
    answered = vietnam_day(case.first_response)
    before = (answered - timedelta(days=days), answered - timedelta(days=1))
    over = vietnam_day(now) - timedelta(days=1)
    after = (answered + timedelta(days=1), min(answered + timedelta(days=days), over))
    provinces = provinces_of(session, case)
    topic: list[ColumnElement[bool]] = [Fact.topic == case.topic]
    here = [*topic, Fact.province.in_(provinces)] if provinces else topic
    elsewhere = [*topic, Fact.province.not_in(provinces)] if provinces else None
    return Effect(
        answered=answered,
        before=_stances(session, here, *before),
        after=_stances(session, here, *after),
        elsewhere_before=_stances(session, elsewhere, *before) if elsewhere else None,
        elsewhere_after=_stances(session, elsewhere, *after) if elsewhere else None,
        complete=over >= answered + timedelta(days=days),
    )
