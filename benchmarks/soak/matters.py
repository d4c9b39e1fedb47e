"""What an installation's concerns are about, compared with another's.

A concern takes up what joins it as documents come in: provinces to which it spreads, a topic that outgrows its own. So an installation that
looks every few seconds has other rows in the end than one that looks once, from the same facts. What has to be the same is what they tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select

from alerts.concerns import raise_concerns
from langnghe.actor import SYSTEM
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import Concern
from langnghe.settings import Settings


@dataclass(frozen=True)
class Matter:
    """What an open concern is about."""

    topic: str
    related: frozenset[str]
    provinces: frozenset[str]
    """Where it is strong; none: nowhere in particular."""

    def tells_of(self, other: "Matter") -> bool:
        """Whether who reads this one is told of the other, wherever that is strong."""
        return other.topic in {self.topic, *self.related} and other.provinces <= self.provinces


def raised(record: Record, settings: Settings) -> list[Matter]:
    """The open concerns after a detection of today."""
    raise_concerns(record, vietnam_day(record.clock.now()), settings, SYSTEM)
    with record.reading() as session:
        return [_matter(concern) for concern in session.scalars(select(Concern).where(Concern.state == "open"))]


def _matter(concern: Concern) -> Matter:
    return Matter(concern.topic, frozenset(concern.explanation["related_topics"]), frozenset(concern.provinces))


def lost(expected: Sequence[Matter], found: Sequence[Matter]) -> int:
    """Matters of which no open concern tells."""
    return sum(not any(one.tells_of(matter) for one in found) for matter in expected)


def doubled(found: Sequence[Matter]) -> int:
    """Pairs of open concerns on one topic of which the one says all that the other says."""
    return sum(a.topic == b.topic and (a.tells_of(b) or b.tells_of(a)) for a, b in combinations(found, 2))
