"""Tasks that failed at every try: kept for a person to look at, never silently gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.errors import WrongCall
from langnghe.record.audit import audit
from langnghe.record.schema import DeadLetter

DISCARDED = "discarded "
"""Stands before the name of a task that a person has given up: it is not done, and nobody is asked about it again."""


def bury(session: Session, task: str, arguments: dict[str, Any], problem: str, attempts: int, now: datetime) -> None:
    """Keep a task that is not tried again by itself."""
    session.add(DeadLetter(task=task, arguments=arguments, problem=problem[:2000], attempts=attempts, at=now))


def dead_letters(session: Session, limit: int = 100, *, discarded: bool = False) -> list[DeadLetter]:
    """The newest that wait for a person, or of those that were discarded."""
    is_discarded = DeadLetter.task.startswith(DISCARDED)
    query = select(DeadLetter).where(is_discarded if discarded else ~is_discarded).order_by(DeadLetter.id.desc())
    return list(session.scalars(query.limit(limit)))


def count_dead_letters(session: Session) -> int:
    """How many wait for a person."""
    return sum(dead_letters_by_task(session).values())


def dead_letters_by_task(session: Session) -> dict[str, int]:
    """How many of each task wait for a person."""
    query = select(DeadLetter.task, func.count()).where(~DeadLetter.task.startswith(DISCARDED)).group_by(DeadLetter.task)
    return dict(session.execute(query).all())


def revive(session: Session, actor: Actor, now: datetime, numbers: Sequence[int] | None = None) -> int:
    """Let what was put aside be tried again: all that waits for a person, or what is named, discarded or not; gives how many tasks.

    Raises:
        NotAllowed: the actor is no administrator.
        WrongCall: there is no dead letter of a number.
    """
    actor.require(Role.administrator, None, "have failed tasks tried again")
    rows = dead_letters(session, limit=10**9) if numbers is None else _named(session, numbers)
    for at in range(0, len(rows), 500):
        session.execute(delete(DeadLetter).where(DeadLetter.id.in_([row.id for row in rows[at : at + 500]])))
    audit(session, actor, "revive", f"{len(rows)} tasks", now, tasks=_told(rows))
    return len(rows)


def discard(session: Session, actor: Actor, now: datetime, numbers: Sequence[int]) -> int:
    """Give tasks up: they are not done and nobody is asked about them again, until somebody revives them; gives how many.

    Raises:
        NotAllowed: the actor is no administrator.
        WrongCall: there is no dead letter of a number.
    """
    actor.require(Role.administrator, None, "discard failed tasks")
    rows = [row for row in _named(session, numbers) if not row.task.startswith(DISCARDED)]
    audit(session, actor, "discard", f"{len(rows)} tasks", now, tasks=_told(rows))
    for row in rows:
        row.task = f"{DISCARDED}{row.task}"
    return len(rows)


def _named(session: Session, numbers: Sequence[int]) -> list[DeadLetter]:
    rows = [session.get(DeadLetter, number) for number in dict.fromkeys(numbers)]
    if missing := [number for number, row in zip(dict.fromkeys(numbers), rows, strict=True) if row is None]:
        raise WrongCall(f"there is no dead letter {missing[0]}", "See their numbers with: langnghe dead-letters list.")
    return [row for row in rows if row is not None]


def _told(rows: Sequence[DeadLetter], most: int = 20) -> list[dict[str, Any]]:
    """What the audit trail keeps of them: they may be gone afterwards."""
    return [{"task": row.task, "arguments": row.arguments, "problem": row.problem[:200]} for row in rows[:most]]


def given_up(session: Session, task: str, name: str) -> set[int]:
    """Numbers that stand under ``name`` in the arguments of a task's dead letters, discarded ones too."""
    rows = session.scalars(select(DeadLetter).where(DeadLetter.task.in_((task, f"{DISCARDED}{task}"))))
    return {int(number) for row in rows for number in row.arguments.get(name, [])}
