"""What a periodic report says, as data: gathered once, kept, and made into files as often as wanted."""

from datetime import date, datetime

from pydantic import BaseModel

from alerts.reports.counting import Figure


class TopicRow(BaseModel):
    """A topic's documents of the period, by stance and intent."""

    topic: str
    name: str
    all: Figure
    negative: Figure
    complaints: Figure
    questions: Figure


class ProvinceRow(BaseModel):
    """A province's documents of the period."""

    code: str
    name: str
    all: Figure
    negative: Figure
    complaints: Figure
    questions: Figure


class DayRow(BaseModel):
    """A day's documents and distinct negative stories."""

    day: date
    all: int
    negative: int
    complaints: int
    link: str


class StoryRow(BaseModel):
    """A story as a report lists it: title, at most 300 characters, outlets, address."""

    story_id: int
    day: date
    title: str
    excerpt: str
    outlets: list[str]
    documents: int
    sentiment: str
    intent: str
    topic: str
    veracity: str | None
    url: str | None
    link: str


class ConcernRow(BaseModel):
    """A concern of the period: what it is, what was counted, how it stands."""

    id: int
    title: str
    state: str
    opened: date
    why: str
    said: list[str]
    link: str
    cases: list[int]
    answers: list[str]
    """Approved answers that fit: text and basis."""


class CaseRow(BaseModel):
    """A case as a report lists it."""

    id: int
    title: str
    state: str
    officer: str | None
    opened: datetime
    due: datetime
    first_response: datetime | None
    outcome: str | None
    overdue: bool
    link: str


class CaseNumbers(BaseModel):
    """Figures of cases for the head of the office."""

    opened: int
    closed: int
    unfinished: int
    overdue: int
    unanswered: int
    in_time: int
    late: int
    formal: int
    first_response_hours: float | None


class DriveNumbers(BaseModel):
    """A drive of the period, what was entered of it, and its echo."""

    name: str
    plan: str | None
    start: date
    end: date
    activities: int
    cost: int
    reach: int
    new_voluntary: int
    new_household: int
    echo: float | None
    """Stories a day against the days before and against provinces without it (1: as usual); None: can't be said."""


class Report(BaseModel):
    """A periodic report."""

    kind: str
    office: str
    office_name: str
    place: str
    first: date
    last: date
    edition: int
    cut_off: datetime
    overview: list[Figure]
    stories: int
    sources: int
    kinds: list[Figure]
    stances: list[Figure]
    intents: list[Figure]
    topics: list[TopicRow]
    provinces: list[ProvinceRow]
    days: list[DayRow]
    concerns: list[ConcernRow]
    negative_stories: list[StoryRow]
    rumours: list[StoryRow]
    asked: list[StoryRow]
    case_numbers: CaseNumbers
    cases: list[CaseRow]
    drives: list[DriveNumbers]
    donations: dict[str, int]
    coming: list[str]
    proposals: list[str]
    """What the figures suggest; the office's own recommendations are added in Word."""

    def figures(self) -> list[Figure]:
        """Every figure with a search behind it."""
        tables: list[TopicRow | ProvinceRow] = [*self.topics, *self.provinces]
        rows = [figure for row in tables for figure in (row.all, row.negative, row.complaints, row.questions)]
        return [*self.overview, *self.kinds, *self.stances, *self.intents, *rows]
