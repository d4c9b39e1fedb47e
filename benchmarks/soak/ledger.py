"""The ledger of a soak: what an undisturbed installation has of the same sources, against what is there after the faults."""

from dataclasses import dataclass, fields

from elasticsearch import Elasticsearch
from sqlalchemy import func, select

from benchmarks.soak.mails import settle_mails
from benchmarks.soak.matters import Matter, doubled, lost, raised
from index.elasticsearch_mapping import alias
from index.interface import open_index
from langnghe.record.claims import claimed
from langnghe.record.database import Record
from langnghe.record.dead_letters import count_dead_letters
from langnghe.record.outbox import backlog
from langnghe.record.schema import AnnotationRow, DocumentRow, Fact, FrontierUrl, MailRow
from langnghe.settings import Settings
from tests.servers.smtp import Account

Name = tuple[str, str]
"""Source and id of a document."""
Texts = dict[Name, str]
Facts = dict[Name, set[tuple[object, ...]]]
AMOUNTS = ("served", "concerns", "mails", "mails_again")
"""What is counted and need not be 0."""


@dataclass(frozen=True)
class Expected:
    """What an undisturbed installation has."""

    texts: Texts
    facts: Facts
    concerns: list[Matter]


def texts(record: Record) -> Texts:
    """(source, id) → hash of the text, of every document that is not removed."""
    query = select(DocumentRow.source, DocumentRow.ref, DocumentRow.content_hash).where(DocumentRow.deleted.is_(None))
    with record.reading() as session:
        return {(source, ref): hashed for source, ref, hashed in session.execute(query)}


def facts(record: Record) -> Facts:
    """(source, id) → the cells in which a document counts. Its story is left out: that is the number of whichever copy came first."""
    cells = (Fact.day, Fact.province, Fact.province_then, Fact.topic, Fact.sentiment, Fact.intent, Fact.kind, Fact.concern)
    query = select(DocumentRow.source, DocumentRow.ref, *cells).join(Fact, Fact.document_id == DocumentRow.id)
    found: Facts = {}
    with record.reading() as session:
        for source, ref, *cell in session.execute(query):
            found.setdefault((source, ref), set()).add(tuple(cell))
    return found


@dataclass(frozen=True)
class Ledger:
    """What the faults have cost; all but the amounts should be 0."""

    served: int
    lost: int
    doubled: int
    not_served: int
    """Documents that the undisturbed installation has not."""
    altered: int
    not_annotated: int
    annotated_otherwise: int
    """Documents that count for another day, place, topic or stance than in the undisturbed installation."""
    not_searchable: int
    """Documents that the index does not hold as the record has them, or holds although it has not."""
    copies_that_differ: int
    """Partitions whose copies on two nodes do not hold the same number of documents."""
    waiting: int
    given_up: int
    concerns: int
    concerns_lost: int
    concerns_doubled: int
    mails: int
    mails_lost: int
    mails_waiting: int
    mails_doubled: int
    mails_again: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, altered or left behind."""
        return self.served > 0 and not any(getattr(self, field.name) for field in fields(self) if field.name not in AMOUNTS)


def annotated(record: Record) -> int:
    """Documents that have their annotation."""
    query = select(func.count()).select_from(AnnotationRow).join(DocumentRow, DocumentRow.id == AnnotationRow.document_id)
    with record.reading() as session:
        return session.scalar(query.where(DocumentRow.deleted.is_(None), AnnotationRow.version == DocumentRow.version)) or 0


def to_fetch_again(record: Record) -> int:
    """Addresses whose last try failed and which wait for another one."""
    failed = (FrontierUrl.state == "waiting", FrontierUrl.attempts > 0)
    with record.reading() as session:
        return session.scalar(select(func.count()).select_from(FrontierUrl).where(*failed)) or 0


def unsettled(record: Record) -> dict[str, int]:
    """What is still under way, by name; empty where all is at rest."""
    with record.reading() as session:
        left = {
            "to be fetched again": to_fetch_again(record),
            "not annotated": len(texts(record)) - annotated(record),
            "not indexed": backlog(session),
            "handed out": len(claimed(session)),
            "mails": session.scalar(select(func.count()).select_from(MailRow).where(MailRow.state == "waiting")) or 0,
        }
    return {name: count for name, count in left.items() if count}


def _not_searchable(record: Record, settings: Settings) -> int:
    query = select(DocumentRow.id, DocumentRow.revision).where(DocumentRow.deleted.is_(None))
    with record.reading() as session:
        wanted = {row.id: row.revision for row in session.execute(query)}
    index = open_index(settings)
    try:
        index.refresh()
        held, count = index.revisions(list(wanted)), index.count()
    finally:
        index.close()
    missing = [key for key, revision in wanted.items() if held.get(key) != revision]
    return len(missing) + abs(count - len(held))


def _copies_that_differ(settings: Settings) -> int:
    """Every shard is asked on every node that holds it."""
    with Elasticsearch(settings.index.elasticsearch_url.split(",")) as client:
        shards = client.indices.stats(index=alias(settings.index.prefix), metric="docs", level="shards")["indices"]
    counts = {name: [copy["docs"]["count"] for copies in one["shards"].values() for copy in copies] for name, one in shards.items()}
    return sum(len(of_copies) < 2 or len(set(of_copies)) > 1 for of_copies in counts.values())


def settle(record: Record, settings: Settings, expected: Expected, account: Account) -> Ledger:
    """Compare what is there with what an undisturbed installation has."""
    found, told, mails = texts(record), facts(record), settle_mails(record, account)
    for _ in range(2):  # the second time it must raise none anew
        concerns = raised(record, settings)
    with record.reading() as session:
        waiting, given_up = backlog(session), count_dead_letters(session)
        rows = session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.deleted.is_(None))) or 0
    return Ledger(
        served=len(expected.texts),
        lost=len(expected.texts.keys() - found.keys()),
        doubled=rows - len(found),
        not_served=len(found.keys() - expected.texts.keys()),
        altered=sum(found[key] != hashed for key, hashed in expected.texts.items() if key in found),
        not_annotated=len(found) - annotated(record),
        annotated_otherwise=sum(told.get(key) != expected.facts.get(key) for key in expected.texts.keys() & found.keys()),
        not_searchable=_not_searchable(record, settings),
        copies_that_differ=_copies_that_differ(settings),
        waiting=waiting,
        given_up=given_up,
        concerns=len(concerns),
        concerns_lost=lost(expected.concerns, concerns),
        concerns_doubled=doubled(concerns),
        mails=mails.written,
        mails_lost=mails.lost,
        mails_waiting=mails.waiting,
        mails_doubled=mails.doubled,
        mails_again=mails.again,
    )
