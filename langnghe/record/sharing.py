"""What processes on several machines need to share a record: one at a time, one time of day, and who of them still lives."""

import os
import secrets
import socket
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.clock import Clock, as_utc

_PROC = Path("/proc")


def alone(session: Session, name: str) -> None:
    """Wait until no other transaction does the same thing; it is this one's until it ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def shared_now(session: Session, clock: Clock) -> datetime:
    """The time by which leases end: of PostgreSQL's machine, since those of the others may be wrong; else of the installation."""
    if session.get_bind().dialect.name == "postgresql":
        return as_utc(session.execute(select(func.clock_timestamp())).scalar_one())
    return clock.now()


@cache
def _place() -> str:
    """What tells where process numbers count: this start of this machine, and the container. Empty where that is not known."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()[:8]
        return f"{boot}.{(_PROC / 'self/ns/pid').readlink().name.strip('pid:[]')}"
    except OSError:
        return ""


def _started(process: int) -> str | None:
    """When a process of this place began, in ticks; None: it has ended."""
    try:
        state, *numbers = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else numbers[18]


def this_process() -> str:
    """A name for this process that no other has, by which another one can tell whether it lives."""
    process = os.getpid()
    return f"{socket.gethostname()[:60]}:{_place()}:{process}:{_started(process)}:{secrets.token_hex(4)}"


def has_died(holder: str) -> bool:
    """Whether a name is that of a process of this very place which has ended; False where that can't be told."""
    _, place, process, started, *_ = [*holder.split(":"), "", "", "", ""]
    return bool(place) and place == _place() and process.isdigit() and _started(int(process)) != started
