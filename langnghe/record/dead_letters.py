"""Tasks that failed at every try: kept for a person to look at, never silently gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.record.audit import audit
from langnghe.record.schema import DeadLetter


def bury(session: Session, task: str, arguments: dict[str, Any], problem: str, attempts: int, now: datetime) -> None:
    """Keep a task that is not tried again by itself."""
    session.add(DeadLetter(task=task, arguments=arguments, problem=problem[:2000], attempts=attempts, at=now))


def dead_letters(session: Session, limit: int = 100) -> list[DeadLetter]:
    """The newest ones."""
    return list(session.scalars(select(DeadLetter).order_by(DeadLetter.id.desc()).limit(limit)))


def count_dead_letters(session: Session) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(DeadLetter)) or 0


def revive(session: Session, actor: Actor, now: datetime) -> int:
    """Let everything that was put aside be tried again; gives how many tasks.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    actor.require(Role.administrator, None, "have failed tasks tried again")
    count = count_dead_letters(session)
    session.execute(delete(DeadLetter))
    audit(session, actor, "revive", f"{count} tasks", now)
    return count


def given_up(session: Session, task: str, name: str) -> set[int]:
    """Numbers that stand under ``name`` in the arguments of a task's dead letters."""
    rows = session.scalars(select(DeadLetter).where(DeadLetter.task == task))
    return {int(number) for row in rows for number in row.arguments.get(name, [])}
