"""The history of a concern: what happened to it, when and by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from langnghe.actor import Actor
from langnghe.record.schema import Concern, ConcernEvent


def append(session: Session, concern: Concern, event: str, actor: Actor, now: datetime, **detail: Any) -> None:
    """Enter an event; ``detail`` holds at least ``day``."""
    session.add(ConcernEvent(concern_id=concern.id, at=now, actor=actor.name, event=event, detail=detail))


def last_event(session: Session, concern: Concern, event: str) -> ConcernEvent | None:
    """The latest event of a kind."""
    query = select(ConcernEvent).where(ConcernEvent.concern_id == concern.id, ConcernEvent.event == event)
    return session.scalar(query.order_by(ConcernEvent.id.desc()).limit(1))


def history(session: Session, concern_id: int) -> list[ConcernEvent]:
    """All events of a concern, the first first."""
    return list(session.scalars(select(ConcernEvent).where(ConcernEvent.concern_id == concern_id).order_by(ConcernEvent.id)))
