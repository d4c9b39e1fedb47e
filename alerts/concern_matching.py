"""Which concern a day's alarms continue, and what one run of detection works on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.concern_events import append
from alerts.detection.interface import Scores
from alerts.grouping import Group
from alerts.neighbours import load_borders, touch
from alerts.panel import Panel
from alerts.rules import AlertRules
from langnghe.actor import Actor
from langnghe.places import Places
from langnghe.record.database import Record
from langnghe.record.schema import Concern
from langnghe.settings import Settings


@dataclass
class Detected:
    """What a day's detection did, as ids of concerns."""

    day: date
    alarms: int = 0
    opened: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    cooled: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        names = ("opened", "updated", "reopened", "cooled", "closed")
        return {"alarms": self.alarms} | {name: len(getattr(self, name)) for name in names}


@dataclass
class Board:
    """What one run of detection works on."""

    session: Session
    record: Record
    day: date
    actor: Actor
    rules: AlertRules
    places: Places
    panel: Panel
    scores: Scores
    settings: Settings
    done: Detected

    def note(self, concern: Concern, event: str, **detail: Any) -> None:
        """Enter an event of a concern."""
        append(self.session, concern, event, self.actor, self.record.clock.now(), day=self.day.isoformat(), **detail)


def _distance(board: Board, concern: Concern, group: Group) -> tuple[int, bool, int] | None:
    """How well a concern is continued by a group, the smallest best; None: not at all."""
    here = bool(set(concern.provinces) & set(group.provinces)) or (concern.province == group.province)
    near = here or touch(concern.provinces, group.provinces, load_borders(board.settings.config_dir))
    wide = group.national or bool(concern.explanation.get("national")) or len(group.provinces) >= board.rules.concerns.widespread
    known, told = set(concern.explanation["story_ids"]), set(group.told.conversations)
    same = len(known & told) >= board.rules.concerns.shared * min(len(known), len(told)) > 0
    if concern.topic == group.topic and (near or wide or same):
        return 0 if here else 1, concern.state == "closed", concern.id
    # A day that is gone through again: what the concern has taken in since, also under the topic that it then had, is its own.
    again = concern.last_alarm > board.day and group.topic in concern.explanation.get("related_topics", [])
    return (2, concern.state == "closed", concern.id) if here and (same or again) else None


def _match(board: Board, group: Group) -> Concern | None:
    """The concern that a group continues: the same or a related topic, alarmed within the joining days."""
    fitting = [(distance, concern) for concern in _recent(board) if (distance := _distance(board, concern, group)) is not None]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _recent(board: Board) -> Iterable[Concern]:
    since = board.day - timedelta(days=board.rules.concerns.join_days)
    return board.session.scalars(select(Concern).where(Concern.last_alarm >= since, Concern.opened <= board.day).order_by(Concern.id))


def _widen(board: Board, group: Group) -> None:
    """Where a topic has alarmed in many provinces within the joining days, one by one, it is one concern of all of them."""
    running = [one for one in _recent(board) if one.topic == group.topic and one.state in ("open", "cooling")]
    provinces = list(dict.fromkeys(code for one in running for code in one.provinces))
    if len({*provinces, *group.provinces}) >= board.rules.concerns.widespread:
        group.reach(provinces)


def placed(board: Board, groups: list[Group]) -> list[tuple[Concern | None, Group]]:
    """Each group with the concern that it continues; what continues the same concern is one group."""
    placed: list[tuple[Concern | None, Group]] = []
    continued: dict[int, Group] = {}
    for group in groups:
        _widen(board, group)
        concern = _match(board, group)
        if concern is not None and concern.id in continued:
            first = continued[concern.id]
            first.absorb(group)
            first.reach(group.provinces)
            continue
        if concern is not None:
            continued[concern.id] = group
        placed.append((concern, group))
    return placed
