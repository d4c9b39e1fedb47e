"""Numbers of a digest: topics of the week against the week before, and the bars of a concern."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.explanation import ChartDay
from alerts.overview import Week
from langnghe.labels import Labels
from langnghe.record.schema import Fact

BARS = 14
BAR_HEIGHT = 30


@dataclass(frozen=True)
class TopicWeek:
    """A topic's distinct stories of the week and the week before."""

    topic: str
    stories: Week
    negative: int


@dataclass(frozen=True)
class Bar:
    """One day of a small chart, as a cell of a table: pixels high, and whether it stands above what is usual."""

    day: date
    count: int
    height: int
    unusual: bool


def _by_topic(session: Session, province: str | None, last: date, sentiment: str | None = None) -> dict[str, int]:
    query = select(Fact.topic, func.count(Fact.story_id.distinct())).where(Fact.day.between(last - timedelta(days=6), last))
    if province is not None:
        query = query.where(Fact.province == province)
    if sentiment is not None:
        query = query.where(Fact.sentiment == sentiment)
    return dict(session.execute(query.group_by(Fact.topic)).all())


def topics_of_week(session: Session, province: str | None, day: date, labels: Labels, most: int = 6) -> list[TopicWeek]:
    """The topics with the most stories in the week that ends with ``day``."""
    now, before = _by_topic(session, province, day), _by_topic(session, province, day - timedelta(days=7))
    negative = _by_topic(session, province, day, "negative")
    topics = [topic.id for topic in labels.topics if topic.id in now]
    ordered = sorted(topics, key=lambda topic: (-now[topic], topic))[:most]
    return [TopicWeek(topic, Week(now[topic], before.get(topic, 0)), negative.get(topic, 0)) for topic in ordered]


def bars(chart: list[ChartDay]) -> list[Bar]:
    """The last days of a concern's chart."""
    shown = chart[-BARS:]
    most = max([day.negative for day in shown] + [4])
    return [Bar(day.day, day.negative, max(round(BAR_HEIGHT * day.negative / most), 1), day.negative > day.high) for day in shown]
