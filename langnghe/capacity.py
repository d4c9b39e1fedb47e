"""Whether room, time and patience last: figures of the machine and of what waits, and from where somebody has to be told."""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe.config_files import default_config_dir, load
from langnghe.installation import Installation
from langnghe.record.annotations import is_new
from langnghe.record.dead_letters import dead_letters_by_task
from langnghe.record.ledger import Outcome
from langnghe.record.schema import Claim, CrawlRun, DocumentRow, MailRow, OutboxEntry, UrlOutcome

QUEUE = "langnghe"
"""Name of the workers' queue."""
QUEUE_SECONDS = 2.0
MEMORY = Path("/proc/meminfo")
DAY = timedelta(days=1)


class CapacityRules(BaseModel):
    """All of ``config/capacity.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disk_free_gb: float = Field(ge=0)
    memory_available_mb: float = Field(ge=0)
    index_minutes: float = Field(gt=0)
    annotation_minutes: float = Field(gt=0)
    queue_tasks: int = Field(ge=1)
    mail_minutes: float = Field(gt=0)
    mails_failed: int = Field(ge=1)
    dead_letters: int = Field(ge=1)
    silent_hours: float = Field(gt=0)
    silent_share: float = Field(gt=0, le=1)


@cache
def load_capacity(config_dir: Path | None = None) -> CapacityRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "capacity.yaml", CapacityRules)


@dataclass(frozen=True)
class Capacity:
    """The figures. None: not known here."""

    disk_free: int | None
    memory_available: int | None
    index_wait: float
    """Seconds that the oldest change has waited for the index."""
    annotation_wait: float
    """Seconds that the oldest document has waited for its first annotation."""
    claimed: int
    """Documents that workers have now."""
    queue: int | None
    mail_wait: float
    mails_failed: int
    dead_letters: dict[str, int]
    last_new: dict[str, datetime | None]
    """When each source last brought something new."""

    def silent(self, now: datetime, hours: float) -> list[str]:
        """Sources that have brought nothing for so long."""
        since = now - timedelta(hours=hours)
        return sorted(source for source, at in self.last_new.items() if at is None or at < since)


def memory_available() -> int | None:
    """Bytes that programs may still take without swapping; None where the system does not say."""
    with suppress(OSError):
        if found := re.search(r"^MemAvailable:\s+(\d+) kB$", MEMORY.read_text(encoding="ascii"), re.MULTILINE):
            return int(found.group(1)) * 1024
    return None


def queue_length(broker: str | None) -> int | None:
    """Tasks that wait in the workers' queue; None: there are no workers, or the queue does not answer."""
    if not broker:
        return None
    try:
        from redis import Redis
        from redis.exceptions import RedisError
    except ImportError:
        return None
    with (
        suppress(RedisError, ValueError),
        Redis.from_url(broker, socket_timeout=QUEUE_SECONDS, socket_connect_timeout=QUEUE_SECONDS) as redis,
    ):
        return int(redis.llen(QUEUE))
    return None


def _disk_free(installation: Installation) -> int | None:
    with suppress(OSError):
        return shutil.disk_usage(installation.settings.data_dir).free
    return None


def _age(now: datetime, oldest: datetime | None) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def last_new_of(session: Session) -> dict[str, datetime | None]:
    """When each source that was ever crawled last brought something new."""
    new = UrlOutcome.outcome.in_((Outcome.stored, Outcome.updated))
    news = select(CrawlRun.source, func.max(UrlOutcome.at)).join(UrlOutcome, UrlOutcome.run_id == CrawlRun.id).where(new)
    last = dict(session.execute(news.group_by(CrawlRun.source)).all())
    return {source: last.get(source) for source in session.scalars(select(CrawlRun.source).distinct())}


def read_capacity(session: Session, installation: Installation) -> Capacity:
    """Look at the machine, the record and the queue."""
    now = installation.clock.now()
    first = select(func.min(DocumentRow.fetched))
    failed = select(func.count()).select_from(MailRow).where(MailRow.state == "failed", MailRow.updated >= now - DAY)
    return Capacity(
        disk_free=_disk_free(installation),
        memory_available=memory_available(),
        index_wait=_age(now, session.scalar(select(func.min(OutboxEntry.entered)))),
        annotation_wait=_age(now, session.scalar(first.where(is_new()))),
        claimed=session.scalar(select(func.count()).select_from(Claim)) or 0,
        queue=queue_length(installation.settings.workers.broker),
        mail_wait=_age(now, session.scalar(select(func.min(MailRow.entered)).where(MailRow.state == "waiting"))),
        mails_failed=session.scalar(failed) or 0,
        dead_letters=dead_letters_by_task(session),
        last_new=last_new_of(session),
    )


@dataclass(frozen=True)
class Alarm:
    """Something that runs short, and what to do."""

    name: str
    problem: str
    remedy: str


def _disk(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    short = now.disk_free is not None and now.disk_free < rules.disk_free_gb * 1e9
    return f"only {(now.disk_free or 0) / 1e9:.1f} GB are free in the data folder" if short else ""


def _memory(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    short = now.memory_available is not None and now.memory_available < rules.memory_available_mb * 1e6
    return f"only {(now.memory_available or 0) / 1e6:.0f} MB of memory are available" if short else ""


def _index(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    late = now.index_wait > rules.index_minutes * 60
    return f"a change has waited for the index for {now.index_wait / 60:.0f} minutes" if late else ""


def _annotation(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    late = now.annotation_wait > rules.annotation_minutes * 60
    return f"a document has waited for its annotation for {now.annotation_wait / 60:.0f} minutes" if late else ""


def _queue(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    return f"{now.queue} tasks wait for workers" if now.queue is not None and now.queue > rules.queue_tasks else ""


def _mails(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    return f"a mail has waited for {now.mail_wait / 60:.0f} minutes" if now.mail_wait > rules.mail_minutes * 60 else ""


def _mails_failed(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    return f"{now.mails_failed} mails were given up within a day" if now.mails_failed >= rules.mails_failed else ""


def _dead(now: Capacity, rules: CapacityRules, _: datetime) -> str:
    count = sum(now.dead_letters.values())
    return f"{count} tasks have failed at every try" if count >= rules.dead_letters else ""


def _silent(now: Capacity, rules: CapacityRules, at: datetime) -> str:
    silent = now.silent(at, rules.silent_hours)
    if not silent or len(silent) < rules.silent_share * len(now.last_new):
        return ""
    return f"{len(silent)} of {len(now.last_new)} sources have brought nothing new for {rules.silent_hours:g} hours"


CHECKS: dict[str, tuple[Callable[[Capacity, CapacityRules, datetime], str], str]] = {
    "disk": (_disk, "Free some room, or move data_dir to a larger disk."),
    "memory": (_memory, "Stop what else runs here, lower nlp.processes, or give the machine more memory."),
    "index": (_index, "See whether the index answers and 'langnghe run' or a worker lives; it catches up by itself."),
    "annotation": (_annotation, "Start another worker, or see in the log why none annotates."),
    "queue": (_queue, "Start more workers: langnghe worker."),
    "mails": (_mails, "See whether the mail server answers."),
    "mails failed": (_mails_failed, "Check mail.host; 'langnghe digest --day DAY --to ADDRESS' sends again."),
    "dead letters": (_dead, "Look at them with 'langnghe dead-letters list', mend it, then 'langnghe dead-letters revive --all'."),
    "sources": (_silent, "See 'langnghe sources health', and this machine's way to the net."),
}
"""Each alarm: what it says where something runs short, and what to do."""


def alarms(capacity: Capacity, rules: CapacityRules, now: datetime) -> list[Alarm]:
    """What runs short."""
    found = ((name, check(capacity, rules, now), remedy) for name, (check, remedy) in CHECKS.items())
    return [Alarm(name, problem, remedy) for name, problem, remedy in found if problem]
