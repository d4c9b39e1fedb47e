"""What a digest says: gathered once, so that the HTML and the plain text tell the same."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases import CaseView, list_cases
from alerts.concern_events import history
from alerts.digest.figures import Bar, TopicWeek, bars, topics_of_week
from alerts.digest.stories import StoryLine, stories_of_day
from alerts.links import concern_link
from alerts.overview import ConcernLine, Week, list_concerns, week_counts
from alerts.rules import DigestRules, load_rules
from alerts.sources import SilentSource, silent_sources
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import VIETNAM, start_of_day
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import ConcernEvent
from langnghe.settings import Settings

_GROWN = ("updated", "spread", "escalated", "reopened")


@dataclass(frozen=True)
class DigestConcern:
    """A concern with what happened to it since the last digest: new, grown, steady, cooling or closed."""

    line: ConcernLine
    status: str
    link: str
    bars: list[Bar]


@dataclass(frozen=True)
class TopicStories:
    """A topic's stories under its heading."""

    topic: str
    stories: list[StoryLine]


@dataclass(frozen=True)
class Digest:
    """One office's digest of one day."""

    office: str
    office_name: str
    day: date
    start: date
    cut_off: datetime
    concerns: list[DigestConcern]
    topics: list[TopicStories]
    cases: list[CaseView]
    silent: list[SilentSource]
    weeks: list[TopicWeek]
    documents: int
    stories: int
    sources: int
    negative: Week
    complaints: Week
    questions: Week
    open_concerns: int

    @property
    def province(self) -> str | None:
        """The office's province; None for the national desk."""
        return None if self.office == NATIONAL else self.office

    def with_status(self, status: str) -> int:
        """How many concerns have a status."""
        return sum(concern.status == status for concern in self.concerns)

    @property
    def overdue(self) -> int:
        """How many cases are overdue."""
        return sum(view.overdue for view in self.cases)

    @property
    def quiet(self) -> bool:
        """Whether nothing asks for an officer."""
        urgent = any(story.severity == 2 or story.sentiment == "negative" for topic in self.topics for story in topic.stories)
        return not (self.concerns or self.cases or urgent)


def office_name(office: str, settings: Settings) -> str:
    """``BHXH tỉnh Nghệ An``; the national desk is ``BHXH Việt Nam``."""
    return "BHXH Việt Nam" if office == NATIONAL else load_places(settings.config_dir).province(office).bhxh_name


def cut_off_of(record: Record, day: date) -> datetime:
    """Until when a digest counts: now, or the end of the day where that is over."""
    end = datetime.combine(day, time(23, 59, 59), VIETNAM)
    return min(record.clock.now().astimezone(VIETNAM), end)


def _status(session: Session, line: ConcernLine, start: date) -> str:
    if line.concern.state in ("closed", "cooling"):
        return str(line.concern.state)
    if line.concern.opened >= start:
        return "new"
    events = select(ConcernEvent).where(ConcernEvent.concern_id == line.id, ConcernEvent.event.in_(_GROWN))
    recent = [event for event in session.scalars(events) if event.detail.get("day", "") >= start.isoformat()]
    grown = any(event.event != "updated" or event.detail.get("observed", 0) > event.detail.get("before", 0) for event in recent)
    return "grown" if grown else "steady"


def _concerns(session: Session, actor: Actor, settings: Settings, start: date, rules: DigestRules) -> list[DigestConcern]:
    on_board = list_concerns(session, actor, settings)
    since = start_of_day(start)
    closed = [line for line in list_concerns(session, actor, settings, states=("closed",)) if line.concern.updated >= since]
    closed = [line for line in closed if history(session, line.id)[-1].event != "merged"]
    shown = []
    for line in on_board[: rules.concerns] + closed[: rules.concerns]:
        link = concern_link(settings.mail.dashboard_url, line.id)
        shown.append(DigestConcern(line, _status(session, line, start), link, bars(line.explanation.chart)))
    return shown


def _by_topic(lines: list[StoryLine]) -> list[TopicStories]:
    topics: dict[str, list[StoryLine]] = {}
    for line in lines:
        topics.setdefault(line.topic, []).append(line)
    return [TopicStories(topic, stories) for topic, stories in topics.items()]


def gather(record: Record, settings: Settings, office: str, day: date) -> Digest:
    """Gather the digest of an office (a province of today, or ``national``) for the morning of ``day``.

    It tells of the day before and of the day itself up to the cut-off.
    """
    rules, labels, places = load_rules(settings.config_dir), load_labels(settings.config_dir), load_places(settings.config_dir)
    actor, cut_off, start = Actor("digest", Role.viewer, office), cut_off_of(record, day), day - timedelta(days=1)
    province = None if office == NATIONAL else office
    parents = {label.id: str(label.parent) for label in labels.subtopics}
    with record.reading() as session:
        lines = stories_of_day(session, actor, province, start, day, cut_off, places=places, parents=parents)
        cases = [view for view in list_cases(session, actor, cut_off) if view.hours_left is not None]
        due = [view for view in cases if view.hours_left is not None and view.hours_left <= rules.cases.warn_hours]
        return Digest(
            office=office,
            office_name=office_name(office, settings),
            day=day,
            start=start,
            cut_off=cut_off,
            concerns=_concerns(session, actor, settings, start, rules.digest),
            topics=_by_topic(lines[: rules.digest.stories]),
            cases=due[: rules.digest.cases],
            silent=silent_sources(session, cut_off, rules.overview.silent_hours),
            weeks=topics_of_week(session, province, day, labels),
            documents=sum(line.copies for line in lines),
            stories=len(lines),
            sources=len({outlet for line in lines for outlet in line.outlets}),
            negative=week_counts(session, day, province, sentiment="negative"),
            complaints=week_counts(session, day, province, intent="complaint"),
            questions=week_counts(session, day, province, intent="question"),
            open_concerns=len(list_concerns(session, actor, settings)),
        )
