"""What is planted, from ``plan.yaml``: groups with their provinces and days, and addresses that lead nowhere."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import load

Answer = Literal["wall", "soft_404", "gone", "missing", "advertorial"]


class Group(BaseModel):
    """One planted story.

    ``concern`` grows from its onset to day 0, a ``drive`` fills its planned days evenly, ``copies`` are one text in every newspaper
    on one day, ``noise`` goes on all the time.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["concern", "drive", "copies", "noise"]
    topic: str | None = None
    onset: tuple[int, int] = (0, 0)
    """First and last day before day 0 on which it may begin."""
    days: int = 0
    """How long it lasts; 0: until day 0."""
    pool: list[str] = []
    """Names of the provinces of today that it may happen in; without those whose unmarked name is a common word (cao bang, dien bien)."""
    provinces: int = 0
    late: list[str] = []
    """Keys of texts that only make sense when it has gone on for a while."""
    burst: float = Field(0, ge=0, le=1)
    burst_days: int = 0


class DeadEnd(BaseModel):
    """An address that a list names and that gives no article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Answer
    section: str
    title: str


class Plan(BaseModel):
    """All that is planted."""

    model_config = ConfigDict(extra="forbid")

    groups: dict[str, Group]
    dead_ends: list[DeadEnd]


@cache
def load_plan() -> Plan:
    """The plan of the demo."""
    return load(Path(__file__).with_name("plan.yaml"), Plan)
