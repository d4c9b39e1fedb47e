"""Checks of ``langnghe doctor`` on this machine: versions, configuration, disk, clock, keys, record, schedule, backups."""

import shutil
import sqlite3
import stat
import sys
from datetime import UTC, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from langnghe import __version__
from langnghe.clock import VIETNAM, SystemClock, iso
from langnghe.errors import LangngheError
from langnghe.installation import Installation

LEAST_FREE = 2 * 10**9
"""Bytes that must be free: a SQLite record under load and an index being rebuilt need room beside themselves."""
SHOWN = ("sqlalchemy", "scrapy", "tantivy", "streamlit")
MOST_DRIFT = timedelta(seconds=30)
OLD_BACKUP = timedelta(days=2)
EXAMPLE = "langnghe.example"


def versions(_: Installation) -> str:
    """Which program this is, and on what it stands."""
    libraries = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    if sqlite3.sqlite_version_info < (3, 35):
        raise LangngheError(f"SQLite {sqlite3.sqlite_version} is too old", "Use a Python with SQLite 3.35 or later, or PostgreSQL.")
    return f"langnghe {__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {libraries}"


def configuration(installation: Installation) -> str:
    """Whether every file of config/ can be read."""
    from alerts.cases.workflow import load_workflow
    from alerts.digest.rules import load_mail_rules
    from alerts.neighbours import load_borders
    from alerts.policy_calendar import load_calendar
    from alerts.rules import load_drives, load_rules
    from crawlers.sources import load_sources
    from langnghe.answers import load_answers
    from langnghe.capacity import load_capacity
    from langnghe.cli.schedule import load_schedule
    from langnghe.retention import load_retention
    from langnghe.wording import LANGUAGES, load_wording

    folder = installation.settings.config_dir
    sources = load_sources(folder)
    ours = (load_rules, load_drives, load_workflow, load_answers, load_calendar, load_borders)
    for load in (*ours, load_mail_rules, load_schedule, load_retention, load_capacity):
        load(folder)
    for language in LANGUAGES:
        load_wording(language, folder)
    return f"{len(installation.labels.topics)} topics, {len(installation.places.of_34)} provinces, {len(sources)} sources"


def crawling(installation: Installation) -> str:
    """Whether what crawls live sources says who it is."""
    from langnghe.cli.jobs import live_sources

    live = live_sources(installation)
    if live and EXAMPLE in installation.settings.crawl.user_agent:
        raise LangngheError(
            f"{len(live)} sources are crawled in the name of {EXAMPLE}",
            "Set crawl.user_agent to one with your office's address and contact.",
        )
    return f"{len(live)} sources are crawled on schedule"


def disk(installation: Installation) -> str:
    """Whether there is room, and the folder can be written."""
    folder = installation.settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise LangngheError(f"{folder} can't be written: {error.strerror}", "Give this user the right to, or move data_dir.") from None
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise LangngheError(f"only {free / 1e9:.1f} GB free in {folder}", "Free some room or move data_dir.")
    return f"{free / 1e9:.0f} GB free in {folder}"


def clock(installation: Installation) -> str:
    """Whether time zones are known, and this machine's clock agrees with the database's and what was stored last."""
    from sqlalchemy import func, select

    from langnghe.record.schema import DocumentRow

    try:
        ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        raise LangngheError("the time zone Asia/Ho_Chi_Minh is not known here", "Install the system's tzdata.") from None
    now = SystemClock().now()
    with installation.record.reading() as session:
        newest = session.scalar(select(func.max(DocumentRow.fetched)))
        if installation.record.engine.dialect.name == "postgresql":
            drift = session.scalar(select(func.clock_timestamp())) - now  # type: ignore[operator]
            if abs(drift) > MOST_DRIFT:
                seconds = abs(drift).total_seconds()
                raise LangngheError(
                    f"this machine's clock and the database's differ by {seconds:.0f} s", "Let both follow the same NTP server."
                )
    if newest is not None and not installation.settings.now and newest > now + MOST_DRIFT:
        raise LangngheError(f"the record holds a page fetched at {iso(newest)}, which is still to come", "Set this machine's clock right.")
    return f"{now.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y} in Vietnam, {now.astimezone(UTC):%H:%M:%S} UTC"


def keys(installation: Installation) -> str:
    """Whether the keys that hash authors are there and nobody else reads them."""
    from langnghe.author_keys import NAME, earlier_keys

    privacy = installation.privacy  # makes the key, or says that it is broken
    folder = installation.settings.data_dir
    for path in [folder / NAME, *earlier_keys(folder)]:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise LangngheError(f"others can read {path}", f"Run: chmod 600 {path}.")
    return f"the key that hashes authors, and {len(privacy.earlier)} earlier ones"


def record(installation: Installation) -> str:
    """Whether the record answers, and what it holds."""
    from sqlalchemy import func, select

    from langnghe.record.outbox import backlog
    from langnghe.record.schema import AnnotationRow, DocumentRow

    with installation.record.reading() as session:
        documents = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
        annotated = session.scalar(select(func.count()).select_from(AnnotationRow)) or 0
        gone = session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.deleted.is_not(None))) or 0
        waiting = max(documents - gone - annotated, 0)
        return f"{documents} documents, {waiting} await annotation, {backlog(session)} changes wait for the index"


def model(installation: Installation) -> str:
    """Whether what annotates can be loaded."""
    from nlp.annotator import load_annotator

    return load_annotator(installation.settings).model


def outbox(installation: Installation) -> str:
    """Whether mails wait for long or were given up, and who is suspended."""
    from sqlalchemy import func, select

    from langnghe.record.schema import MailRow, Subscription

    day_ago = installation.clock.now() - timedelta(days=1)
    failed = select(func.count()).select_from(MailRow).where(MailRow.state == "failed", MailRow.updated >= day_ago)
    waiting = select(func.count()).select_from(MailRow).where(MailRow.state == "waiting")
    suspended = select(Subscription.recipient).where(Subscription.state == "suspended").order_by(Subscription.recipient)
    with installation.record.reading() as session:
        names, lost, open_mails = list(session.scalars(suspended)), session.scalar(failed), session.scalar(waiting)
    if names:
        raise LangngheError(
            f"mailboxes refuse mails and are suspended: {', '.join(names)}", "Check them, then 'langnghe subscriptions resume ADDRESS'."
        )
    if lost:
        raise LangngheError(
            f"{lost} mails of the last day could not be delivered", "Check mail.host; 'langnghe digest --day DAY --to ADDRESS' sends again."
        )
    return f"{open_mails} mails wait"


def capacity(installation: Installation) -> str:
    """Whether room, time and patience last, by ``config/capacity.yaml``; counts tasks that failed at every try."""
    from langnghe.capacity import alarms, load_capacity, read_capacity

    with installation.record.reading() as session:
        now = read_capacity(session, installation)
    found = alarms(now, load_capacity(installation.settings.config_dir), installation.clock.now())
    if found:
        raise LangngheError("; ".join(alarm.problem for alarm in found), " ".join(dict.fromkeys(alarm.remedy for alarm in found)))
    queue = "no queue" if now.queue is None else f"{now.queue} tasks in the queue"
    return f"{sum(now.dead_letters.values())} dead letters, {queue}, nothing waits for long"


def schedule(installation: Installation) -> str:
    """Whether the schedule lives and none of its jobs keeps failing."""
    from langnghe.health import BEAT
    from langnghe.record.jobs import last_beat, states

    with installation.record.reading() as session:
        beat, jobs = last_beat(session), states(session)
    failing = [f"{job.name} ({job.failures} times, {job.last.problem if job.last else ''})" for job in jobs if job.failures]
    if failing:
        raise LangngheError(f"jobs fail: {'; '.join(failing)}", "Mend what they name; they are tried again by themselves.")
    if beat is None:
        return "not running ('langnghe run' starts it)"
    if installation.clock.now() - beat > BEAT:
        raise LangngheError(
            f"the schedule has not been heard of since {iso(beat)}", "Start 'langnghe run' again; its log says why it ended."
        )
    return f"alive, {len(jobs)} jobs have run"


def backups(installation: Installation) -> str:
    """Whether the last backup is young, where the schedule makes them."""
    from langnghe.backup import list_backups
    from langnghe.record.jobs import state_of

    with installation.record.reading() as session:
        last = state_of(session, "backup").succeeded
    found = list_backups(installation.settings.backup_dir)
    if last is None:
        return f"{len(found)} in {installation.settings.backup_dir}; the schedule has made none yet"
    if installation.clock.now() - last > OLD_BACKUP:
        raise LangngheError(f"the last backup is of {iso(last)}", "See why the job fails, or run 'langnghe backup'.")
    if not found:
        raise LangngheError(
            f"{installation.settings.backup_dir} holds no backup any more", "Run 'langnghe backup', and see who removes them."
        )
    return f"{len(found)} in {installation.settings.backup_dir}, the last of {iso(last)}"
