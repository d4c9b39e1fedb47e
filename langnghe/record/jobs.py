"""Runs of jobs: what was tried when, how it ended, and how often in a row it has failed."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from langnghe.record.schema import JobRun, State


def machine() -> str:
    """The machine's name, as leases and runs of jobs give it."""
    return socket.gethostname()[:100]


HEARTBEAT = "run"
"""The state row in which the schedule says that it lives."""


@dataclass(frozen=True)
class JobState:
    """How a job stands."""

    name: str
    last: JobRun | None
    succeeded: datetime | None
    """When its last good run began."""
    finished: datetime | None
    """When that run ended."""
    failures: int
    """How often in a row it has failed since."""


def start_job(session: Session, name: str, now: datetime) -> int:
    """Enter a run that begins now; gives its id."""
    attempt = state_of(session, name).failures + 1
    run = JobRun(name=name, started=now, state="running", attempt=attempt, holder=f"{machine()}:{os.getpid()}")
    session.add(run)
    session.flush()
    return run.id


def finish_job(session: Session, run_id: int, now: datetime, problem: str | None = None) -> None:
    """Enter how a run ended; what has ended stays as it was."""
    run = session.get_one(JobRun, run_id)
    if run.state == "running":
        run.finished, run.problem, run.state = now, problem, "failed" if problem else "done"


def note_lost(session: Session, now: datetime, problem: str, process: int | None = None) -> int:
    """What runs by the record on this machine (by one process of it) and has ended, has failed: none is silently gone."""
    holder = JobRun.holder.like(f"{machine()}:%") if process is None else JobRun.holder == f"{machine()}:{process}"
    lost = update(JobRun).where(JobRun.state == "running", holder).values(state="failed", finished=now, problem=problem)
    return int(session.execute(lost).rowcount)  # type: ignore[attr-defined]


def state_of(session: Session, name: str) -> JobState:
    """How a job stands."""
    mine = select(JobRun).where(JobRun.name == name)
    last = session.scalar(mine.order_by(JobRun.id.desc()).limit(1))
    good = session.scalar(mine.where(JobRun.state == "done").order_by(JobRun.id.desc()).limit(1))
    failed = (JobRun.name == name, JobRun.state == "failed", JobRun.id > (good.id if good else 0))
    failures = session.scalar(select(func.count()).select_from(JobRun).where(*failed)) or 0
    return JobState(name, last, good.started if good else None, good.finished if good else None, failures)


def states(session: Session) -> list[JobState]:
    """How all jobs stand that ever ran."""
    return [state_of(session, name) for name in session.scalars(select(JobRun.name).distinct().order_by(JobRun.name))]


def forget_jobs(session: Session, now: datetime, days: int) -> int:
    """Remove runs of longer ago, but for the last good one of each job."""
    kept = select(func.max(JobRun.id)).where(JobRun.state == "done").group_by(JobRun.name)
    old = delete(JobRun).where(JobRun.started < now - timedelta(days=days), JobRun.id.not_in(kept))
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def beat(session: Session, now: datetime, **detail: object) -> None:
    """Say that the schedule lives."""
    session.merge(State(name=HEARTBEAT, value={"at": now.isoformat(), **detail}))


def last_beat(session: Session) -> datetime | None:
    """When the schedule last said that it lives; None: never, or it ended cleanly."""
    row = session.get(State, HEARTBEAT)
    return datetime.fromisoformat(row.value["at"]) if row is not None and not row.value.get("ended") else None
