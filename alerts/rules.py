"""The rules of ``config/alerts.yaml`` and the known drives of ``config/drives.yaml``."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from langnghe.config_files import default_config_dir, load


class Part(BaseModel):
    """A group of rules; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DetectionRules(Part):
    """What is watched and when a cluster is worth an officer."""

    detector: Literal["bayes", "ewma"]
    history_days: int = Field(ge=28)
    least_stories: int = Field(ge=1)
    least_conversations: int = Field(ge=1)
    least_complaints_rare: int = Field(ge=0)
    learning_days: int = Field(ge=0)
    thresholds: dict[str, dict[float, float]]
    """Of each detector: false alarms a day for the whole country → score."""

    @property
    def shipped(self) -> dict[float, float]:
        """The thresholds of the chosen detector."""
        return self.thresholds[self.detector]

    @model_validator(mode="after")
    def _falling(self) -> "DetectionRules":
        for name in ("bayes", "ewma"):
            table = self.thresholds.get(name, {})
            scores = [table[budget] for budget in sorted(table)]
            if len(scores) < 2 or scores != sorted(scores, reverse=True) or min(table) <= 0:
                raise ValueError(f"thresholds.{name} needs at least two budgets above 0 whose scores fall")
        return self


class RankWeights(Part):
    """Weights of the board order."""

    score: float
    excess: float
    speed: float
    reach: float
    provinces: float
    severity: float
    novelty: float


class FeedbackRules(Part):
    """What officers' decisions are worth, and how much they move the next concerns."""

    worth: dict[str, float]
    """Of ``case_opened`` and of every reason of a dismissal: 0, nobody needed it, to 1, it needed an officer."""
    usual: float = Field(gt=0, lt=1)
    prior: float = Field(gt=0)
    weight: float = Field(ge=0)
    most: float = Field(ge=0)

    @model_validator(mode="after")
    def _shares(self) -> "FeedbackRules":
        if any(not 0 <= worth <= 1 for worth in self.worth.values()):
            raise ValueError("worth lies between 0 and 1")
        return self


class ConcernRules(Part):
    """The life of a concern."""

    join_days: int = Field(ge=1)
    shared: float = Field(gt=0, le=1)
    general: list[str] = []
    cool_days: int = Field(ge=1)
    close_days: int = Field(ge=1)
    reopen_rise: float = Field(gt=0)
    dismissed_days: int = Field(ge=1)
    severe_share: float = Field(gt=0, le=1)
    widespread: int = Field(ge=2)
    rank: RankWeights
    feedback: FeedbackRules


class ExplanationRules(Part):
    """How much of a concern is shown."""

    window_days: int = Field(ge=1, le=28)
    chart_days: int = Field(ge=14)
    phrases: int = Field(ge=0)
    stories: int = Field(ge=3)
    excerpt: int = Field(ge=50, le=300)


class PressRule(Part):
    """The clock of the press rules: until when a matter of high impact needs its first information."""

    basis: str
    severity: int = Field(ge=0, le=2)
    """From which severity it applies; an officer may also say so of any case."""
    first_hours: float = Field(gt=0)


class CaseRules(Part):
    """When a case is due, by severity (0, 1, 2), and how long whoever a case was transferred to has for an answer."""

    due_hours: dict[int, float]
    warn_hours: float = Field(gt=0)
    press: PressRule
    reply_hours: float = Field(gt=0)
    effect_days: int = Field(ge=1, le=28)

    @model_validator(mode="after")
    def _every_severity(self) -> "CaseRules":
        if set(self.due_hours) != {0, 1, 2}:
            raise ValueError("due_hours needs the severities 0, 1 and 2")
        return self


class OverviewRules(Part):
    """What the first page shows."""

    silent_hours: float = Field(gt=0)
    concerns: int = Field(ge=1)


class DigestRules(Part):
    """How much a mail holds."""

    stories: int = Field(ge=1, le=10)
    concerns: int = Field(ge=1)
    cases: int = Field(ge=1)


class AlertRules(Part):
    """All of ``config/alerts.yaml``."""

    detection: DetectionRules
    concerns: ConcernRules
    explanation: ExplanationRules
    cases: CaseRules
    overview: OverviewRules
    digest: DigestRules


class Drive(Part):
    """A communication drive known beforehand; it explains an echo and never silences an alarm."""

    name: str
    start: date
    end: date
    topics: list[str] = []
    provinces: list[str] = []
    key: str = ""
    """Under what activities and donations name it; ``row:ID`` for one that an office planned."""
    plan: str | None = None
    """Number of the plan that orders it."""
    forms: list[str] = []
    office: str | None = None
    """Office that planned it; None: of ``config/drives.yaml``."""

    @model_validator(mode="after")
    def _in_order(self) -> "Drive":
        if self.end < self.start:
            raise ValueError(f"the drive ends ({self.end}) before it starts ({self.start})")
        return self

    def touches(self, topic: str, provinces: list[str], start: date, end: date) -> bool:
        """Whether the drive may echo in ``topic`` and ``provinces`` (ids; empty: anywhere) between two days."""
        somewhere = not self.provinces or not provinces or bool(set(self.provinces) & set(provinces))
        return self.start <= end and self.end >= start and (not self.topics or topic in self.topics) and somewhere


class Form(Part):
    """A form in which a drive reaches people."""

    id: str
    vi: str
    en: str


class Drives(Part):
    """All known drives, and the forms that they take."""

    forms: list[Form] = []
    columns: dict[str, list[str]] = {}
    """Field of an imported table → headings that mean it."""
    drives: list[Drive] = []

    @model_validator(mode="after")
    def _known_forms(self) -> "Drives":
        known, keys = {form.id for form in self.forms}, [drive.key for drive in self.drives if drive.key]
        for drive in self.drives:
            if unknown := set(drive.forms) - known:
                raise ValueError(f"{drive.name}: there is no form {', '.join(sorted(unknown))}")
        if len(set(keys)) < len(keys):
            raise ValueError("two drives have the same key")
        return self


@cache
def load_rules(config_dir: Path | None = None) -> AlertRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "alerts.yaml", AlertRules)


@cache
def load_drives(config_dir: Path | None = None) -> list[Drive]:
    """The known drives; a folder without the file knows none."""
    return drives_file(config_dir).drives


@cache
def drives_file(config_dir: Path | None = None) -> Drives:
    """All of ``config/drives.yaml``; a folder without the file knows none."""
    path = (config_dir or default_config_dir()) / "drives.yaml"
    return load(path, Drives) if path.exists() else Drives()
