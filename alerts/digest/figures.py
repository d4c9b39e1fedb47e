"""Numbers of a digest: topics of the week against the week before, and its small charts."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.digest.charts import Column, Picture, draw_columns
from alerts.explanation import ChartDay
from alerts.overview import Week
from langnghe.labels import Labels
from langnghe.record.schema import Fact
from langnghe.wording import Wording

CHART_DAYS = 28


@dataclass(frozen=True)
class TopicWeek:
    """A topic's distinct stories of the week and the week before."""

    topic: str
    stories: Week
    negative: int


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


def concern_picture(number: int, chart: list[ChartDay], words: Wording) -> Picture:
    """The last weeks of a concern: a bar a day, with the upper end of what is usual."""
    shown = chart[-CHART_DAYS:]
    columns = [Column(day.negative, day.high) for day in shown]
    peak = max(shown, key=lambda day: (day.negative, day.day))
    told = {"start": f"{shown[0].day:%d/%m}", "end": f"{shown[-1].day:%d/%m}", "most": peak.negative, "on": f"{peak.day:%d/%m}"}
    alt = words("digest.chart", **told, unusual=sum(column.unusual for column in columns))
    return Picture(f"concern-{number}", draw_columns(columns), alt)


def daily_picture(session: Session, province: str | None, last: date, words: Wording) -> Picture:
    """Distinct negative stories of each day of the last weeks."""
    start = last - timedelta(days=CHART_DAYS - 1)
    query = select(Fact.day, func.count(Fact.story_id.distinct())).where(Fact.day.between(start, last), Fact.sentiment == "negative")
    if province is not None:
        query = query.where(Fact.province == province)
    counts = dict(session.execute(query.group_by(Fact.day)).all())
    days = [start + timedelta(days=i) for i in range(CHART_DAYS)]
    peak = max(days, key=lambda day: (counts.get(day, 0), day))
    told = {"start": f"{start:%d/%m}", "end": f"{last:%d/%m}", "most": counts.get(peak, 0), "on": f"{peak:%d/%m}"}
    return Picture("days", draw_columns([Column(counts.get(day, 0)) for day in days]), words("digest.chart_days", **told))
