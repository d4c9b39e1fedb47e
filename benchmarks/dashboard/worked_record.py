"""What a record of coverage alone lacks for measuring the dashboard: concerns with their explanations, cases, and a year of crawls."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from alerts.cases import open_case
from alerts.concerns import raise_concerns
from benchmarks.search.corpus import LAST_DAY, SOURCES, Writer, store
from index.interface import open_index
from index.synchronise import drain_outbox
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, Concern, CrawlRun, DocumentRow, Fact, OutboxEntry, UrlOutcome
from langnghe.settings import Settings

BURSTS = (("34-40", "hi_drug_supply"), ("34-01", "si_one_time_withdrawal"), ("34-79", "evasion_late_payment"), ("34-68", "hi_card_digital"))
BURST_DAYS, BURST_STORIES = 3, 40
RUNS_OF_SOURCE, OUTCOMES_OF_RUN = 40, 400
"""60 sources × 40 runs × 400 URLs: about as many outcomes as the documents of a large record took."""
OUTCOMES = ("stored", "stored", "unchanged", "unchanged", "unchanged", "duplicate", "off_topic", "failed")
OFFICER = Actor("Nguyễn Thị Lan", Role.officer, NATIONAL)


def _burst(record: Record) -> list[int]:
    """Store negative stories that some provinces never had so many of; gives their keys."""
    with record.reading() as session:
        last = session.scalar(select(func.max(DocumentRow.id))) or 0
    writer, keys = Writer(29), []
    for province, topic in BURSTS:
        for i in range(BURST_DAYS * BURST_STORIES):
            last += 1
            made = writer.rows(last, LAST_DAY + timedelta(1) - timedelta(i % BURST_DAYS))
            _label(made, province, topic)
            store(record, [made])
            keys.append(last)
    return keys


def _label(made: dict[type, list[dict[str, Any]]], province: str, topic: str) -> None:
    labels = {"sentiment": "negative", "intent": "complaint", "concern": 1}
    annotation = made[AnnotationRow][0]
    annotation |= labels
    annotation["payload"] |= {
        "topics": [{"id": topic, "score": 0.95}],
        "subtopics": [],
        "sentiment": {"label": "negative", "score": 0.92},
        "intent": {"label": "complaint", "score": 0.8},
        "provinces": [{"name": province, "code": province, "evidence": "", "start": 0, "end": 0}],
        "concern": 1,
    }
    made[AnnotationRow][0] = annotation
    made[Fact][:] = [made[Fact][0] | labels | {"topic": topic, "province": province, "province_then": province}]


def _crawls(now: datetime) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Runs of every source with the outcomes of their URLs."""
    for source in range(SOURCES):
        runs, outcomes = [], []
        for run in range(RUNS_OF_SOURCE):
            key = source * RUNS_OF_SOURCE + run + 1
            # One source in ten has been silent for some days.
            at = now - timedelta(hours=9 * (RUNS_OF_SOURCE - run), days=5 * (source % 10 == 0))
            runs.append({"id": key, "source": f"nguon-{source}", "started": at, "finished": at + timedelta(minutes=4)})
            outcomes += [_outcome(key, number, at) for number in range(OUTCOMES_OF_RUN)]
        yield runs, outcomes


def _outcome(run: int, number: int, at: datetime) -> dict[str, Any]:
    outcome = OUTCOMES[number % len(OUTCOMES)]
    name = hashlib.sha256(f"{run}-{number}".encode()).hexdigest()
    reason = "404" if outcome == "failed" else None
    return {"run_id": run, "url_hash": name, "url": f"https://nguon.example/{name}", "outcome": outcome, "reason": reason, "at": at}


def add_work(record: Record, settings: Settings) -> None:
    """Give a filled record concerns, cases and crawls, and its index the documents of the concerns."""
    for runs, outcomes in _crawls(record.clock.now()):
        with record.session() as session:
            session.execute(insert(CrawlRun), runs)
            session.execute(insert(UrlOutcome), outcomes)
    keys = _burst(record)
    with record.session() as session:
        now = record.clock.now()
        session.execute(insert(OutboxEntry), [{"document_id": key, "revision": 1, "entered": now} for key in keys])
    index = open_index(settings)
    drain_outbox(record, index)
    index.close()
    raise_concerns(record, LAST_DAY + timedelta(1), settings, SYSTEM)
    with record.reading() as session:
        concerns = list(session.scalars(select(Concern.id).order_by(Concern.rank.desc()).limit(8)))
    for concern in concerns:
        open_case(record, OFFICER, concern, settings)
