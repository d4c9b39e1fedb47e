"""The jobs of the schedule: what each does, and when it has something to do. All of them may be repeated at any moment."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, vietnam_day
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.record.jobs import finish_job, start_job, state_of
from langnghe.record.outbox import backlog
from langnghe.record.reannotation import has_new, has_several_models
from langnghe.record.schema import AnnotationRow, MailRow

if TYPE_CHECKING:
    from crawlers.sources import Source

AGAIN = timedelta(minutes=10)
"""A job whose work can't be seen from the record alone (another model, a corrected rule) looks by itself so often."""
AGAIN_SECONDS = 300.0
"""How long a run of the job annotates anew what another model has annotated; the next run goes on from there."""


@dataclass(frozen=True)
class Job:
    """A job: its work, and whether it has any now."""

    name: str
    work: Callable[[Installation], object]
    has_work: Callable[[Installation], bool]


def live_sources(installation: Installation) -> "dict[str, Source]":
    """The sources that are crawled on schedule.

    Raises:
        ConfigurationError: naming file and line of a source that is wrong.
    """
    from crawlers.sources import load_sources

    sources = load_sources(installation.settings.config_dir)
    return {name: source for name, source in sources.items() if source.enabled is True and not source.sample}


def crawl_sources(installation: Installation, sources: "Mapping[str, Source]") -> object:
    """Fetch what is new from some sources."""
    from crawlers.crawl import crawl

    return crawl(installation.record, installation.settings, sources, installation.clock, installation.privacy, SYSTEM)


def _last_good(installation: Installation, name: str) -> datetime | None:
    with installation.record.reading() as session:
        return state_of(session, name).succeeded


def _long_ago(installation: Installation, name: str, pause: timedelta = AGAIN) -> bool:
    last = _last_good(installation, name)
    return last is None or installation.clock.now() - last >= pause


def _unseen(installation: Installation) -> bool:
    """Whether a document waits for its annotation, the index for a change, or a re-annotation is half done."""
    with installation.record.reading() as session:
        return backlog(session) > 0 or has_new(session) or has_several_models(session)


def _annotate(installation: Installation) -> object:
    from langnghe.cli.pipeline import annotate_and_index
    from langnghe.cli.reannotation import UnderWay, annotate_again

    done = annotate_and_index(installation)
    with suppress(UnderWay):
        annotate_again(installation, seconds=AGAIN_SECONDS)
    return done


def _detect(installation: Installation) -> object:
    from langnghe.cli.pipeline import raise_concerns

    return raise_concerns(installation, vietnam_day(installation.clock.now()))


def _annotated_since_detection(installation: Installation) -> bool:
    last = _last_good(installation, "detect")
    with installation.record.reading() as session:
        newest = session.scalar(select(func.max(AnnotationRow.annotated)))
    return newest is not None and (last is None or newest >= last or vietnam_day(last) != vietnam_day(installation.clock.now()))


def _mail(installation: Installation) -> object:
    from langnghe.cli.pipeline import send_mails

    return send_mails(installation)


def _has_mail(installation: Installation) -> bool:
    """Whether a mail is due, or a detection has ended since mails were last sent."""
    now = installation.clock.now()
    waiting = select(MailRow.id).where(MailRow.state == "waiting", MailRow.next_attempt <= now).limit(1)
    with installation.record.reading() as session:
        if session.scalar(waiting) is not None:
            return True
        detected, told = state_of(session, "detect").finished, state_of(session, "mail").succeeded
    return (detected is not None and (told is None or told < detected)) or _long_ago(installation, "mail")


def _digest(installation: Installation) -> object:
    from langnghe.cli.pipeline import write_digests

    return write_digests(installation, vietnam_day(installation.clock.now()))


def _is_due(installation: Installation, name: str, at: time) -> bool:
    """Whether the hour of a daily job has come and it has not ended well since."""
    now = installation.clock.now().astimezone(VIETNAM)
    hour = datetime.combine(now.date(), at, VIETNAM)
    last = _last_good(installation, name)
    return now >= hour and (last is None or last < hour)


def _backup(installation: Installation) -> object:
    from langnghe.cli.backup import nightly_backup

    return nightly_backup(installation)


def _retention(installation: Installation) -> object:
    from langnghe.cli.pipeline import keep_to_retention

    return keep_to_retention(installation)


def _after_backup(installation: Installation) -> time:
    at = installation.settings.backup.at
    return time((at.hour + 1) % 24, at.minute)


JOBS = {
    job.name: job
    for job in (
        Job("annotate", _annotate, lambda installation: _unseen(installation) or _long_ago(installation, "annotate")),
        Job("detect", _detect, _annotated_since_detection),
        Job("digest", _digest, lambda installation: _is_due(installation, "digest", installation.settings.mail.digest_at)),
        Job("mail", _mail, _has_mail),
        Job("backup", _backup, lambda installation: _is_due(installation, "backup", installation.settings.backup.at)),
        Job("retention", _retention, lambda installation: _is_due(installation, "retention", _after_backup(installation))),
    )
}
"""In the order in which one round does them; crawling comes first and is given its sources."""


def run_noted(installation: Installation, name: str, work: Callable[[], object]) -> str | None:
    """Do a job and note in the record how it ended; gives the problem of one that failed."""
    record, clock = installation.record, installation.clock
    with record.session() as session:
        run_id = start_job(session, name, clock.now())
    problem: str | None = None
    try:
        work()
    except LangngheError as error:
        problem = str(error)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise
    except BaseException as error:  # told to stop
        problem = f"stopped: {type(error).__name__}"
        raise
    finally:
        with record.session() as session:
            finish_job(session, run_id, clock.now(), problem)
    return problem
