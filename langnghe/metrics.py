"""Prometheus metrics: counted from the record when they are asked for, so that they are true whichever process does the work."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from langnghe import __version__
from langnghe.installation import Installation
from langnghe.record.jobs import last_beat, states
from langnghe.record.ledger import Outcome
from langnghe.record.schema import (
    AnnotationRow,
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
}
"""All metrics: what each says, and its labels."""
Sample = tuple[tuple[str, ...], float]


def _counts(session: Session, column: object, table: type) -> list[Sample]:
    query = select(column, func.count()).select_from(table).group_by(column)  # type: ignore[call-overload]
    return [((str(value),), float(count)) for value, count in session.execute(query)]


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _coverage(session: Session, now: datetime) -> dict[str, list[Sample]]:
    stale = func.coalesce(AnnotationRow.version, 0) != DocumentRow.version
    unannotated = select(func.count()).select_from(DocumentRow).outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id)
    backlog, oldest = session.execute(select(func.count(), func.min(OutboxEntry.entered))).one()
    return {
        "langnghe_documents": _counts(session, DocumentRow.kind, DocumentRow),
        "langnghe_documents_unannotated": [((), float(session.scalar(unannotated.where(DocumentRow.deleted.is_(None), stale)) or 0))],
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


def _sources(session: Session, now: datetime) -> dict[str, list[Sample]]:
    new = UrlOutcome.outcome.in_((Outcome.stored, Outcome.updated))
    runs = select(CrawlRun.source, func.max(CrawlRun.started)).group_by(CrawlRun.source)
    news = select(CrawlRun.source, func.max(UrlOutcome.at)).join(UrlOutcome, UrlOutcome.run_id == CrawlRun.id).where(new)
    ended = select(UrlOutcome.outcome, func.count()).where(UrlOutcome.at >= now - timedelta(days=1)).group_by(UrlOutcome.outcome)
    last_new = dict(session.execute(news.group_by(CrawlRun.source)).all())
    last_run = dict(session.execute(runs).all())
    return {
        "langnghe_source_last_run_timestamp_seconds": [((name,), _stamp(at)) for name, at in last_run.items()],
        "langnghe_source_last_new_timestamp_seconds": [((name,), _stamp(last_new.get(name))) for name in last_run],
        "langnghe_source_outcomes_day": [((outcome,), float(count)) for outcome, count in session.execute(ended)],
    }


class RecordMetrics(Collector):
    """All metrics of an installation."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def _samples(self) -> dict[str, list[Sample]]:
        now = self._installation.clock.now()
        with self._installation.record.reading() as session:
            samples = {**_coverage(session, now), **_work(session, now), **_schedule(session), **_sources(session, now)}
        samples["langnghe_info"] = [((__version__,), 1.0)]
        samples["langnghe_disk_free_bytes"] = [((), float(shutil.disk_usage(self._installation.settings.data_dir).free))]
        return samples

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
