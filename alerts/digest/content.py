"""What a digest says: gathered once, so that the HTML and the plain text tell the same."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.cases import CaseView, list_cases
from alerts.concern_events import history
from alerts.digest.charts import Picture
from alerts.digest.drives import DriveLine, drives_of
from alerts.digest.figures import TopicWeek, concern_picture, daily_picture, topics_of_week
from alerts.digest.saved import SavedLine, ask, office_searches, saved_lines
from alerts.digest.scope import Scope
from alerts.digest.stories import StoryLine, stories_of_day
from alerts.links import concern_link
from alerts.overview import ConcernLine, Week, list_concerns, week_counts
from alerts.rules import AlertRules, load_rules
from alerts.sources import SilentSource, silent_sources
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import VIETNAM, start_of_day
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import ConcernEvent
from langnghe.settings import Settings
from langnghe.wording import load_wording

_GROWN = ("updated", "spread", "escalated", "reopened")


@dataclass(frozen=True)
class DigestConcern:
    """A concern with what happened to it since the last digest: new, grown, steady, cooling or closed."""

    line: ConcernLine
    status: str
    link: str
    picture: Picture


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
    drives: list[DriveLine]
    saved: list[SavedLine]
    silent: list[SilentSource]
    weeks: list[TopicWeek]
    picture: Picture
    documents: int
    stories: int
    sources: int
    negative: Week
    complaints: Week
    questions: Week
    open_concerns: int
    scope: Scope

    @property
    def pictures(self) -> list[Picture]:
        """All pictures, as the mail carries them."""
        return [*(concern.picture for concern in self.concerns if concern.status != "closed"), self.picture]

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
        return not (self.concerns or self.cases or urgent or any(line.total for line in self.saved))


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


def digest_concern(session: Session, line: ConcernLine, settings: Settings, start: date) -> DigestConcern:
    """A concern as mails show it, with what happened to it since ``start``."""
    link = concern_link(settings.mail.dashboard_url, line.id)
    words = load_wording(settings.language, settings.config_dir)
    return DigestConcern(line, _status(session, line, start), link, concern_picture(line.id, line.explanation.chart, words))


def _concerns(session: Session, actor: Actor, settings: Settings, start: date, most: int, scope: Scope) -> list[DigestConcern]:
    on_board = list_concerns(session, actor, settings)
    since = start_of_day(start)
    closed = [line for line in list_concerns(session, actor, settings, states=("closed",)) if line.concern.updated >= since]
    closed = [line for line in closed if history(session, line.id)[-1].event != "merged"]
    shown = [[line for line in lines if scope.wants(line.concern.topic, line.concern.severity)][:most] for lines in (on_board, closed)]
    return [digest_concern(session, line, settings, start) for lines in shown for line in lines]


def _by_topic(lines: list[StoryLine]) -> list[TopicStories]:
    topics: dict[str, list[StoryLine]] = {}
    for line in lines:
        topics.setdefault(line.topic, []).append(line)
    return [TopicStories(topic, stories) for topic, stories in topics.items()]


def _due(session: Session, actor: Actor, at: datetime, rules: AlertRules) -> list[CaseView]:
    cases = [view for view in list_cases(session, actor, at) if view.hours_left is not None]
    return [view for view in cases if view.hours_left is not None and view.hours_left <= rules.cases.warn_hours][: rules.digest.cases]


EVERYTHING = Scope()


def gather(record: Record, settings: Settings, office: str, day: date, scope: Scope = EVERYTHING) -> Digest:
    """Gather the digest of an office (a province of today, or ``national``) for the morning of ``day``.

    It tells of the days that ``scope`` reaches back, and of the day itself up to the cut-off.
    """
    settings = settings.model_copy(update={"language": scope.language or settings.language})
    rules, labels, places = load_rules(settings.config_dir), load_labels(settings.config_dir), load_places(settings.config_dir)
    actor, cut_off, start = Actor("digest", Role.viewer, office), cut_off_of(record, day), scope.start(day)
    province = None if office == NATIONAL else office
    parents = {label.id: str(label.parent) for label in labels.subtopics}
    with record.reading() as session:
        counted = week_counts(session, day, province)
        lines = stories_of_day(session, actor, province, start, day, cut_off, places=places, parents=parents, scope=scope)
        return Digest(
            office=office,
            office_name=office_name(office, settings),
            day=day,
            start=start,
            cut_off=cut_off,
            concerns=_concerns(session, actor, settings, start, rules.digest.concerns, scope),
            topics=_by_topic(lines[: rules.digest.stories]),
            cases=_due(session, actor, cut_off, rules),
            drives=drives_of(session, settings, office, day),
            saved=[
                *office_searches(record, settings, actor, cut_off - timedelta(days=scope.days)),
                *saved_lines(settings, office, scope, day, ask(record, settings, [(office, scope)], day)),
            ],
            silent=silent_sources(session, cut_off, rules.overview.silent_hours),
            weeks=[week for week in topics_of_week(session, province, day, labels) if scope.wants(week.topic, scope.severity)],
            picture=daily_picture(session, province, day, load_wording(settings.language, settings.config_dir)),
            documents=sum(line.copies for line in lines),
            stories=len(lines),
            sources=len({outlet for line in lines for outlet in line.outlets}),
            negative=counted["negative"],
            complaints=counted["complaints"],
            questions=counted["questions"],
            open_concerns=len(list_concerns(session, actor, settings)),
            scope=scope,
        )
