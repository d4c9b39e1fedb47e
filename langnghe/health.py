"""Whether the system does its work: what an outside watcher asks every minute."""

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from langnghe.capacity import alarms, load_capacity, read_capacity
from langnghe.clock import iso
from langnghe.installation import Installation
from langnghe.record.jobs import last_beat, states
from langnghe.record.schema import OutboxEntry

BEAT = timedelta(minutes=2)
"""The schedule says every few seconds that it lives."""
FAILURES = 3
"""Failures of a job in a row from which the system is not well."""
BACKLOG = timedelta(minutes=30)
"""How long a change may wait for the index."""
LEAST_FREE = 500_000_000
"""Bytes; below that a record soon can't be written."""


@dataclass
class Health:
    """What is well and what is not."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What runs short (``config/capacity.yaml``); it is still well."""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether nothing asks for an administrator."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """For the endpoint; it names no person and no text."""
        return {"status": "well" if self.well else "unwell", "problems": self.problems, "warnings": self.warnings, **self.detail}


def _jobs(installation: Installation, health: Health) -> None:
    now = installation.clock.now()
    with installation.record.reading() as session:
        beat = last_beat(session)
        jobs = states(session)
        oldest = session.scalar(select(func.min(OutboxEntry.entered)))
        rules = load_capacity(installation.settings.config_dir)
        health.warnings += [alarm.problem for alarm in alarms(read_capacity(session, installation), rules, now)]
    health.detail["schedule"] = iso(beat)
    if beat is not None and now - beat > BEAT:
        health.problems.append(f"the schedule has not been heard of since {iso(beat)}")
    health.detail["jobs"] = {job.name: {"succeeded": iso(job.succeeded), "failures": job.failures} for job in jobs}
    health.problems += [f"the job {job.name} has failed {job.failures} times in a row" for job in jobs if job.failures >= FAILURES]
    if oldest is not None and now - oldest > BACKLOG:
        health.problems.append(f"changes wait for the index since {iso(oldest)}")


def examine_health(installation: Installation) -> Health:
    """Look at the record, the schedule, the jobs, the backlog and the disk; takes milliseconds."""
    health = Health()
    try:
        _jobs(installation, health)
    except SQLAlchemyError as error:
        health.problems.append(f"the record does not answer: {type(error).__name__}")
    try:
        free = shutil.disk_usage(installation.settings.data_dir).free
    except OSError as error:
        health.problems.append(f"the data folder can't be read: {error.strerror}")
    else:
        health.detail["disk_free_bytes"] = free
        if free < LEAST_FREE:
            health.problems.append(f"only {free // 10**6} MB are free")
    return health
