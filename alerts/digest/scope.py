"""What of an office a digest tells: its days, topics, kinds, severity and saved searches."""

from dataclasses import dataclass
from datetime import date, timedelta

from langnghe.record.schema import Subscription

WEEK = 7


@dataclass(frozen=True)
class Scope:
    """The part of an office's coverage that a subscriber wants; the default is all of it, of yesterday and today."""

    days: int = 1
    """How many days before the morning it reaches back."""
    topics: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    severity: int = 0
    searches: tuple[str, ...] = ()
    language: str | None = None

    @property
    def is_weekly(self) -> bool:
        """Whether it tells of a week."""
        return self.days >= WEEK

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.topics or self.kinds or self.severity)

    def start(self, day: date) -> date:
        """The first day that a digest of the morning of ``day`` tells of."""
        return day - timedelta(days=self.days)

    def wants(self, topic: str, severity: int) -> bool:
        """Whether something with that topic and severity is told."""
        return severity >= self.severity and (not self.topics or topic in self.topics)


def scope_of(subscription: Subscription) -> Scope:
    """What a subscriber wants."""
    return Scope(
        days=WEEK if subscription.frequency == "weekly" else 1,
        topics=frozenset(subscription.topics),
        kinds=frozenset(subscription.kinds),
        severity=subscription.severity,
        searches=tuple(subscription.searches),
        language=subscription.language,
    )
