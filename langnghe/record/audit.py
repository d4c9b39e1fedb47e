"""The audit trail: who did what, when, to what."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from langnghe.actor import Actor
from langnghe.record.schema import AuditEntry


def audit(session: Session, actor: Actor, action: str, target: str, now: datetime, **detail: Any) -> None:
    """Enter an action; it is committed or rolled back together with what it describes."""
    session.add(AuditEntry(at=now, actor=actor.name, role=actor.role, office=actor.office, action=action, target=target, detail=detail))
