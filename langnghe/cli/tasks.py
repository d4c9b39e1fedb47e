"""What workers on several machines do, as tasks of Celery: crawl, hand out documents, annotate, index, do what is scheduled.

A task is acknowledged only when it is done, so that one whose worker dies is done by another; all of them may be done twice.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init
from sqlalchemy.exc import InterfaceError, OperationalError

from langnghe.errors import Conflict, LangngheError
from langnghe.installation import Installation, open_installation
from langnghe.record.claims import claim_pending, release
from langnghe.record.dead_letters import bury
from langnghe.record.sharing import shared_now
from langnghe.settings import Settings

log = logging.getLogger(__name__)
HAND_OUT_SECONDS = 2.0
INDEX_SECONDS = 3.0
JOBS_SECONDS = 60.0
SOURCES_SECONDS = 60.0
UNDER_WAY = 20
"""Tasks' worth of documents that are claimed at once: enough for many workers, little to wait for after a crash."""
RETRY_SECONDS = 5.0
"""Before a second try of a task that failed; doubled each time."""


@cache
def installation() -> Installation:
    """The installation as this process works on it."""
    return open_installation()


@cache
def _annotator() -> Any:
    from nlp.annotator import load_annotator

    return load_annotator(installation().settings)


@cache
def _index() -> Any:
    from index.synchronise import open_or_build

    return open_or_build(installation().record, installation().settings)


def _afresh(**_: object) -> None:
    """A forked process opens its own connections."""
    for opened in (installation, _annotator, _index):
        opened.cache_clear()


def hand_out() -> int:
    """Claim documents that wait for their annotation and send them to the workers; gives how many tasks were sent."""
    from index.synchronise import LeaseHeld, lease

    rules, record = installation().settings.workers, installation().record
    length = timedelta(seconds=2 * rules.visibility_seconds)
    try:
        with lease(record, "hand out"), record.session() as session:
            ids = claim_pending(session, _annotator().model, shared_now(session, record.clock), length, rules.batch * UNDER_WAY)
    except LeaseHeld:
        return 0
    parts = [ids[at : at + rules.batch] for at in range(0, len(ids), rules.batch)]
    sent = 0
    try:
        for part in parts:
            app().send_task("annotate", [part])
            sent += 1
    finally:
        if sent < len(parts):  # the queue is away: what nobody was told of need not wait for its claim to run out
            with record.session() as session:
                release(session, ids[sent * rules.batch :])
    return len(parts)


def annotate(task: Task, ids: list[int]) -> int:
    """Annotate documents. A batch that keeps failing is taken apart, so that only what fails alone is put aside.

    A record that is away says nothing about a document: that is no try of it.
    """
    from nlp.stored import annotate_documents

    record = installation().record
    try:
        done = annotate_documents(record, _annotator(), installation().places, ids)
    except (OperationalError, InterfaceError) as error:
        log.warning("the record is away, %d documents are annotated later: %s", len(ids), str(error).splitlines()[0][:200])
        app().send_task("annotate", [ids], countdown=RETRY_SECONDS)
        return 0
    except Exception as error:
        if task.request.retries < installation().settings.workers.attempts - 1:
            raise task.retry(exc=error, countdown=RETRY_SECONDS * 2**task.request.retries) from error
        _give_up(task, ids, error)
        return 0
    with suppress(OperationalError, InterfaceError), record.session() as session:
        release(session, ids)
    return done


def _give_up(task: Task, ids: list[int], error: Exception) -> None:
    if len(ids) > 1:
        for key in ids:
            app().send_task("annotate", [[key]])
        return
    log.error("document %s can't be annotated: %s", ids[0], error)
    record = installation().record
    with record.session() as session:
        bury(session, "annotate", {"documents": ids}, f"{type(error).__name__}: {error}", task.request.retries + 1, record.clock.now())


def follow_index() -> int:
    """Bring the index up to the record; another worker's drain is enough."""
    from index.synchronise import LeaseHeld, drain_outbox

    try:
        taken: int = drain_outbox(installation().record, _index(), places=installation().places, patience=0)
    except LeaseHeld:
        return 0
    return taken


def do_jobs() -> list[str]:
    """Do the jobs of the schedule that have work; one worker at a time. Gives those that failed."""
    from index.synchronise import LeaseHeld, lease

    try:
        with lease(installation().record, "jobs") as extend:
            return _jobs(extend)
    except LeaseHeld:
        return []


def _jobs(extend: Callable[[], None]) -> list[str]:
    from langnghe.cli.jobs import JOBS, run_noted

    failed = []
    for job in JOBS.values():
        if job.name != "annotate" and job.has_work(installation()):
            if run_noted(installation(), job.name, lambda job=job: job.work(installation())):  # type: ignore[misc]
                failed.append(job.name)
            extend()
    return failed


def send_due_sources() -> list[str]:
    """Send the sources whose pause is over to the workers, one task each; gives their names."""
    from langnghe.cli.jobs import live_sources
    from langnghe.cli.schedule import due_sources, load_schedule

    here = installation()
    with here.record.reading() as session:
        due = due_sources(session, live_sources(here), here.clock.now(), load_schedule(here.settings.config_dir).poll)
    for name in due:
        app().send_task("crawl", [name], expires=SOURCES_SECONDS)
    return due


def crawl_source(name: str) -> str | None:
    """Fetch what is new from one source; gives the problem of a crawl that failed. What it had found waits in the frontier."""
    from langnghe.cli.jobs import crawl_sources, live_sources, run_noted

    sources = {key: source for key, source in live_sources(installation()).items() if key == name}
    return run_noted(installation(), "crawl", lambda: crawl_sources(installation(), sources))


def make_app(settings: Settings) -> Celery:
    """The Celery application of an installation.

    Raises:
        LangngheError: no broker is named.
    """
    rules = settings.workers
    if not rules.broker:
        raise LangngheError("workers.broker is not set", "Name a Redis server, such as redis://127.0.0.1:6379/0, or use: langnghe run.")
    made = Celery("langnghe", broker=rules.broker)
    made.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_transport_options={"visibility_timeout": rules.visibility_seconds},
        broker_connection_retry_on_startup=True,
        task_default_queue="langnghe",
        worker_hijack_root_logger=False,
        beat_schedule={
            "hand_out": {"task": "hand_out", "schedule": HAND_OUT_SECONDS, "options": {"expires": HAND_OUT_SECONDS * 5}},
            "follow_index": {"task": "follow_index", "schedule": INDEX_SECONDS, "options": {"expires": INDEX_SECONDS * 5}},
            "send_due_sources": {"task": "send_due_sources", "schedule": SOURCES_SECONDS, "options": {"expires": SOURCES_SECONDS}},
            "do_jobs": {"task": "do_jobs", "schedule": JOBS_SECONDS, "options": {"expires": JOBS_SECONDS}},
        },
    )
    made.task(name="hand_out")(hand_out)
    made.task(name="annotate", bind=True, max_retries=None)(annotate)
    made.task(name="follow_index", autoretry_for=(Conflict,))(follow_index)
    made.task(name="do_jobs")(do_jobs)
    made.task(name="send_due_sources")(send_due_sources)
    # A crawl may take longer than a task is waited for; one whose worker dies is due again by its source's rhythm.
    made.task(name="crawl", acks_late=False)(crawl_source)
    worker_process_init.connect(_afresh)
    return made


@cache
def app() -> Celery:
    """The application of the installation that the environment names."""
    return make_app(installation().settings)
