"""Prometheus metrics: counted from the record when they are asked for, so that they are true whichever process does the work."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe import __version__
from langnghe.capacity import Capacity, load_capacity, read_capacity
from langnghe.installation import Installation
from langnghe.record.jobs import last_beat, states
from langnghe.record.reannotation import count_by_model, count_new
from langnghe.record.schema import (
    Case,
    Concern,
    CrawlRun,
    DocumentRow,
    MailRow,
    OutboxEntry,
    Subscription,
    UrlOutcome,
)

METRICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "langnghe_info": ("Version of the program; always 1.", ("version",)),
    "langnghe_documents": ("Documents that the record holds.", ("kind",)),
    "langnghe_documents_unannotated": ("Documents that wait for their annotation.", ()),
    "langnghe_index_backlog": ("Changes that the search index does not hold yet.", ()),
    "langnghe_index_backlog_oldest_seconds": ("How long the oldest of them has waited.", ()),
    "langnghe_concerns": ("Concerns.", ("state",)),
    "langnghe_cases": ("Cases.", ("state",)),
    "langnghe_cases_overdue": ("Cases that are not closed and past their deadline.", ()),
    "langnghe_mails": ("Mails of the outbox.", ("state",)),
    "langnghe_subscriptions": ("Subscriptions.", ("state",)),
    "langnghe_job_last_success_timestamp_seconds": ("When a job of the schedule last began a run that ended well.", ("job",)),
    "langnghe_job_failures": ("Failures of a job in a row.", ("job",)),
    "langnghe_job_last_duration_seconds": ("How long the last run of a job took.", ("job",)),
    "langnghe_schedule_heartbeat_timestamp_seconds": ("When the schedule last said that it lives; 0: it was stopped.", ()),
    "langnghe_source_last_run_timestamp_seconds": ("When a source was last crawled.", ("source",)),
    "langnghe_source_last_new_timestamp_seconds": ("When a source last brought something new; 0: never.", ("source",)),
    "langnghe_source_outcomes_day": ("How the URLs of the last 24 hours ended.", ("outcome",)),
    "langnghe_disk_free_bytes": ("Free room where the data folder is.", ()),
    "langnghe_memory_available_bytes": ("Memory that programs of this machine may still take.", ()),
    "langnghe_annotations": ("Annotations by the model that made them.", ("model",)),
    "langnghe_annotation_wait_oldest_seconds": ("How long the oldest document has waited for its first annotation.", ()),
    "langnghe_documents_claimed": ("Documents that workers have now.", ()),
    "langnghe_queue_tasks": ("Tasks that wait in the workers' queue; missing without workers.", ()),
    "langnghe_dead_letters": ("Tasks that failed at every try and wait for a person.", ("task",)),
    "langnghe_mail_wait_oldest_seconds": ("How long the oldest mail has waited.", ()),
    "langnghe_mails_failed_day": ("Mails given up within the last 24 hours.", ()),
    "langnghe_sources_silent": ("Sources that have brought nothing new for silent_hours of config/capacity.yaml.", ()),
    "langnghe_sources": ("Sources that were ever crawled.", ()),
}
"""All metrics: what each says, and its labels."""
Sample = tuple[tuple[str, ...], float]


def _counts(session: Session, column: object, table: type) -> list[Sample]:
    query = select(column, func.count()).select_from(table).group_by(column)  # type: ignore[call-overload]
    return [((str(value),), float(count)) for value, count in session.execute(query)]


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _coverage(session: Session, now: datetime) -> dict[str, list[Sample]]:
    backlog, oldest = session.execute(select(func.count(), func.min(OutboxEntry.entered))).one()
    return {
        "langnghe_documents": _counts(session, DocumentRow.kind, DocumentRow),
        "langnghe_documents_unannotated": [((), float(count_new(session)))],
        "langnghe_index_backlog": [((), float(backlog))],
        "langnghe_index_backlog_oldest_seconds": [((), (now - oldest).total_seconds() if oldest else 0.0)],
    }


def _work(session: Session, now: datetime) -> dict[str, list[Sample]]:
    overdue = select(func.count()).select_from(Case).where(Case.closed.is_(None), Case.due < now)
    return {
        "langnghe_concerns": _counts(session, Concern.state, Concern),
        "langnghe_cases": _counts(session, Case.state, Case),
        "langnghe_cases_overdue": [((), float(session.scalar(overdue) or 0))],
        "langnghe_mails": _counts(session, MailRow.state, MailRow),
        "langnghe_subscriptions": _counts(session, Subscription.state, Subscription),
    }


def _schedule(session: Session) -> dict[str, list[Sample]]:
    jobs = states(session)
    ended = [(job.name, job.last) for job in jobs if job.last and job.last.finished]
    durations: list[Sample] = [((name,), (run.finished - run.started).total_seconds()) for name, run in ended if run.finished]
    return {
        "langnghe_job_last_success_timestamp_seconds": [((job.name,), _stamp(job.succeeded)) for job in jobs],
        "langnghe_job_failures": [((job.name,), float(job.failures)) for job in jobs],
        "langnghe_job_last_duration_seconds": durations,
        "langnghe_schedule_heartbeat_timestamp_seconds": [((), _stamp(last_beat(session)))],
    }


def _sources(session: Session, now: datetime, last_new: dict[str, datetime | None]) -> dict[str, list[Sample]]:
    runs = select(CrawlRun.source, func.max(CrawlRun.started)).group_by(CrawlRun.source)
    ended = select(UrlOutcome.outcome, func.count()).where(UrlOutcome.at >= now - timedelta(days=1)).group_by(UrlOutcome.outcome)
    return {
        "langnghe_source_last_run_timestamp_seconds": [((name,), _stamp(at)) for name, at in session.execute(runs)],
        "langnghe_source_last_new_timestamp_seconds": [((name,), _stamp(at)) for name, at in last_new.items()],
        "langnghe_source_outcomes_day": [((outcome,), float(count)) for outcome, count in session.execute(ended)],
    }


def _known(value: float | None) -> list[Sample]:
    return [] if value is None else [((), float(value))]


def _capacity(capacity: Capacity, silent: int) -> dict[str, list[Sample]]:
    return {
        "langnghe_disk_free_bytes": _known(capacity.disk_free),
        "langnghe_memory_available_bytes": _known(capacity.memory_available),
        "langnghe_annotation_wait_oldest_seconds": _known(capacity.annotation_wait),
        "langnghe_documents_claimed": _known(capacity.claimed),
        "langnghe_queue_tasks": _known(capacity.queue),
        "langnghe_dead_letters": [((task,), float(count)) for task, count in (capacity.dead_letters or {"annotate": 0}).items()],
        "langnghe_mail_wait_oldest_seconds": _known(capacity.mail_wait),
        "langnghe_mails_failed_day": _known(capacity.mails_failed),
        "langnghe_sources_silent": _known(silent),
        "langnghe_sources": _known(len(capacity.last_new)),
    }


class RecordMetrics(Collector):
    """All metrics of an installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def _samples(self) -> dict[str, list[Sample]]:
        now = self._installation.clock.now()
        silent_hours = load_capacity(self._installation.settings.config_dir).silent_hours
        with self._installation.record.reading() as session:
            capacity = read_capacity(session, self._installation)
            samples = {**_coverage(session, now), **_work(session, now), **_schedule(session), **_sources(session, now, capacity.last_new)}
            samples["langnghe_annotations"] = [((model,), float(count)) for model, count in count_by_model(session).items()]
        samples["langnghe_info"] = [((__version__,), 1.0)]
        return samples | _capacity(capacity, len(capacity.silent(now, silent_hours)))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        samples = self._samples()
        for name, (text, labels) in METRICS.items():
            family = GaugeMetricFamily(name, text, labels=labels)
            for values, number in samples[name]:
                family.add_metric(values, number)
            yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Names without counting, for the registry."""
        return [GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in METRICS.items()]


def make_registry(installation: Installation) -> CollectorRegistry:
    """A registry that counts an installation."""
    registry = CollectorRegistry()
    registry.register(RecordMetrics(installation))
    return registry
