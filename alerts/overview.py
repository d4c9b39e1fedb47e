"""What an actor needs to see first: concerns by rank, cases due, silent sources, numbers against last week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session

from alerts.answers import FittingAnswer
from alerts.cases import CaseView, list_cases
from alerts.concern_actions import concerns_office, find_concern
from alerts.concern_events import history
from alerts.explanation import Explanation
from alerts.feedback import taught, traits_of
from alerts.past import Confidence, PastConcern, answers_for, confidence_of, past_concerns
from alerts.rules import load_rules
from alerts.sources import SilentSource, silent_sources
from langnghe.actor import Actor, Role
from langnghe.clock import vietnam_day
from langnghe.labels import Labels, load_labels
from langnghe.places import NOWHERE, Places, load_places
from langnghe.record.database import Record
from langnghe.record.overrides import read_overrides
from langnghe.record.schema import Case, Concern, ConcernEvent, Fact
from langnghe.settings import Settings
from langnghe.wording import Wording, load_wording

ON_BOARD = ("open", "cooling")


@dataclass(frozen=True)
class ConcernLine:
    """A concern as a list shows it."""

    concern: Concern
    explanation: Explanation
    title: str
    why: str
    """One sentence: what was counted against what is usual, and where."""
    case_ids: list[int]

    @property
    def id(self) -> int:
        """The concern's id."""
        return self.concern.id


@dataclass(frozen=True)
class Week:
    """Counts of seven days and of the seven before."""

    now: int
    before: int

    @property
    def change(self) -> float | None:
        """Relative change (0.5: half more), None where there was nothing before."""
        return (self.now - self.before) / self.before if self.before else None


@dataclass(frozen=True)
class Overview:
    """The first page of an office."""

    day: date
    at: datetime
    concerns: list[ConcernLine]
    cases_due: list[CaseView]
    silent: list[SilentSource]
    stories: Week
    negative: Week
    complaints: Week
    questions: Week


@dataclass(frozen=True)
class ConcernDetail:
    """All of a concern that the actor may see."""

    line: ConcernLine
    events: list[ConcernEvent]
    cases: list[CaseView]
    similar: list[Concern]
    """Earlier concerns on the same topic, the latest first."""
    past: list[PastConcern] = field(default_factory=list)
    """Earlier concerns like it, and what was answered then."""
    answers: list[FittingAnswer] = field(default_factory=list)
    """Approved answers that hold today and fit."""
    confidence: Confidence = field(default_factory=lambda: Confidence("high", []))
    ranking: dict[str, float] = field(default_factory=dict)
    """What each reason adds to its rank, officers' earlier decisions (``feedback``) included."""


def concern_title(concern: Concern, labels: Labels, places: Places, words: Wording) -> str:
    """``Thuốc và vật tư BHYT · Nghệ An``."""
    topic = labels.topic_name(concern.topic, words.language)
    return f"{topic} · {where_of(concern, places, words)}"


def where_of(concern: Concern, places: Places, words: Wording) -> str:
    """Where a concern is, in words: its provinces, at most three by name."""
    names = [places.name(code) for code in concern.provinces]
    if not names:
        return words("alerts.nationwide")
    shown = ", ".join(names[:3])
    more = words("alerts.and_more", n=len(names) - 3) if len(names) > 3 else ""
    return words("alerts.nationwide_strongest", where=shown + more) if concern.explanation.get("national") else shown + more


def why_of(explanation: Explanation, words: Wording) -> str:
    """One sentence that says why it is here."""
    usual = words.number(explanation.expected, 1 if explanation.expected < 10 else 0)
    usual = words("alerts.hardly_any") if explanation.expected < 0.1 else usual
    low, high = words.number(max(round(explanation.low), 0)), words.number(round(explanation.high))
    counted = {"observed": explanation.observed, "days": explanation.window_days, "sources": explanation.sources}
    said = words("alerts.why", usual=usual, low=low, high=high, **counted)
    if explanation.complaints:
        said += words("alerts.why_complaints", complaints=explanation.complaints)
    return said + words("alerts.why_since", since=f"{explanation.since:%d/%m}")


def without_private(explanation: Explanation, actor: Actor) -> Explanation:
    """The explanation without texts of other offices' own imports; the counts stay."""
    return explanation.model_copy(
        update={
            "stories": [story for story in explanation.stories if actor.may(Role.viewer, story.office)],
            "summary": [sentence for sentence in explanation.summary if actor.may(Role.viewer, sentence.office)],
        }
    )


def _line(session: Session, concern: Concern, actor: Actor, settings: Settings) -> ConcernLine:
    words = load_wording(settings.language, settings.config_dir)
    labels, places = load_labels(settings.config_dir), load_places(settings.config_dir)
    explanation = without_private(Explanation.model_validate(concern.explanation), actor)
    cases = select(Case.id).where(Case.concern_id == concern.id).order_by(Case.id)
    if not actor.is_national:
        cases = cases.where(Case.office == actor.office)
    title = concern_title(concern, labels, places, words)
    return ConcernLine(concern, explanation, title, why_of(explanation, words), list(session.scalars(cases)))


def list_concerns(
    session: Session, actor: Actor, settings: Settings, *, states: tuple[str, ...] = ON_BOARD, limit: int | None = None
) -> list[ConcernLine]:
    """Concerns of the actor's office (all for the national desk) in ``states``: highest rank first, as officers' decisions move it."""
    actor.require(Role.viewer, None, "read concerns")
    found = session.scalars(select(Concern).where(Concern.state.in_(states)).order_by(Concern.rank.desc(), Concern.id))
    mine = [concern for concern in found if actor.is_national or concerns_office(concern, actor.office)]
    lessons = taught(session, load_rules(settings.config_dir).concerns.feedback)
    mine.sort(key=lambda concern: (-concern.rank - lessons.shift(traits_of(concern)), concern.id))
    return [_line(session, concern, actor, settings) for concern in mine[:limit]]


def concern_detail(session: Session, actor: Actor, concern_id: int, settings: Settings, now: datetime) -> ConcernDetail:
    """All of a concern.

    Raises:
        LangngheError: there is none with that id.
    """
    actor.require(Role.viewer, None, "read a concern")
    concern = find_concern(session, concern_id)
    earlier = select(Concern).where(Concern.topic == concern.topic, Concern.id != concern.id, Concern.opened <= concern.opened)
    cases = list_cases(session, actor, now, unfinished=False, concern_id=concern_id)
    similar = list(session.scalars(earlier.order_by(Concern.opened.desc(), Concern.id.desc()).limit(5)))
    line = _line(session, concern, actor, settings)
    lessons = taught(session, load_rules(settings.config_dir).concerns.feedback)
    return ConcernDetail(
        line=line,
        events=history(session, concern_id),
        cases=cases,
        similar=similar,
        past=past_concerns(session, actor, concern, settings),
        answers=answers_for(concern, vietnam_day(now), settings),
        confidence=confidence_of(line.explanation),
        ranking=line.explanation.ranking | {"feedback": lessons.shift(traits_of(concern))},
    )


def week_counts(session: Session, day: date, province: str | None) -> dict[str, Week]:
    """Distinct stories of the week that ends with ``day`` and of the week before, in a province (None: anywhere), by what is counted."""
    what = {
        "stories": true(),
        "negative": Fact.sentiment == "negative",
        "complaints": Fact.intent == "complaint",
        "questions": Fact.intent == "question",
    }

    def count(last: date) -> Sequence[int]:
        counted = [func.count(case((condition, Fact.story_id)).distinct()) for condition in what.values()]
        query = select(*counted).where(Fact.day.between(last - timedelta(days=6), last))
        if province not in (None, NOWHERE):
            query = query.where(Fact.province == province)
        return session.execute(query).one()

    return {name: Week(now, before) for name, now, before in zip(what, count(day), count(day - timedelta(days=7)), strict=True)}


def overview(
    record: Record, actor: Actor, settings: Settings, day: date | None = None, weeks: Mapping[str, Week] | None = None
) -> Overview:
    """The first page of the actor's office on ``day`` (None: today).

    ``weeks``: what :func:`week_counts` has counted shortly before, which takes longer than all the rest.
    """
    rules, now = load_rules(settings.config_dir), record.clock.now()
    day = day or vietnam_day(now)
    with record.reading() as session:
        cases, changed = list_cases(session, actor, now), read_overrides(session)
        warn_hours, silent_hours = changed.warn_hours or rules.cases.warn_hours, changed.silent_hours or rules.overview.silent_hours
        due = [view for view in cases if view.hours_left is not None and view.hours_left <= warn_hours]
        return Overview(
            day=day,
            at=now,
            concerns=list_concerns(session, actor, settings, limit=rules.overview.concerns),
            cases_due=due,
            silent=silent_sources(session, now, silent_hours),
            **(weeks or week_counts(session, day, None if actor.is_national else actor.office)),
        )
