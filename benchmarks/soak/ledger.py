"""The ledger of a soak: what an undisturbed installation has of the same sources, against what is there after the faults."""

from dataclasses import dataclass, fields

from sqlalchemy import func, select

from index.interface import open_index
from langnghe.actor import SYSTEM
from langnghe.record.claims import claimed
from langnghe.record.database import Record
from langnghe.record.dead_letters import count_dead_letters
from langnghe.record.outbox import backlog
from langnghe.record.schema import AnnotationRow, Concern, DocumentRow
from langnghe.settings import Settings

Texts = dict[tuple[str, str], str]


def texts(record: Record) -> Texts:
    """(source, id) → hash of the text, of every document that is not removed."""
    query = select(DocumentRow.source, DocumentRow.ref, DocumentRow.content_hash).where(DocumentRow.deleted.is_(None))
    with record.reading() as session:
        return {(source, ref): hashed for source, ref, hashed in session.execute(query)}


@dataclass(frozen=True)
class Ledger:
    """What the faults have cost; all but ``served`` and ``concerns`` should be 0."""

    served: int
    lost: int
    doubled: int
    altered: int
    not_annotated: int
    not_searchable: int
    waiting: int
    given_up: int
    concerns: int
    concerns_doubled: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, altered or left behind."""
        return self.served > 0 and not any(getattr(self, field.name) for field in fields(self) if field.name not in ("served", "concerns"))


def annotated(record: Record) -> int:
    """Documents that have their annotation."""
    query = select(func.count()).select_from(AnnotationRow).join(DocumentRow, DocumentRow.id == AnnotationRow.document_id)
    with record.reading() as session:
        return session.scalar(query.where(DocumentRow.deleted.is_(None), AnnotationRow.version == DocumentRow.version)) or 0


def is_at_rest(record: Record) -> bool:
    """Whether every document is annotated and the index has taken up all."""
    with record.reading() as session:
        return annotated(record) == len(texts(record)) and backlog(session) == 0 and not claimed(session)


def _concerns(record: Record, settings: Settings) -> tuple[int, int]:
    """Concerns after two detections of the same day, and those that stand twice."""
    from alerts.concerns import raise_concerns
    from langnghe.clock import vietnam_day

    for _ in range(2):
        raise_concerns(record, vietnam_day(record.clock.now()), settings, SYSTEM)
    with record.reading() as session:
        keys = [tuple(key) for key in session.execute(select(Concern.topic, Concern.province).where(Concern.state == "open"))]
    return len(keys), len(keys) - len(set(keys))


def settle(record: Record, settings: Settings, expected: Texts) -> Ledger:
    """Compare what is there with what an undisturbed installation has."""
    found = texts(record)
    index = open_index(settings)
    try:
        searchable = index.count()
    finally:
        index.close()
    concerns, doubled = _concerns(record, settings)
    with record.reading() as session:
        waiting, given_up = backlog(session), count_dead_letters(session)
        rows = session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.deleted.is_(None))) or 0
    return Ledger(
        served=len(expected),
        lost=len(expected.keys() - found.keys()),
        doubled=rows - len(found) + len(found.keys() - expected.keys()),
        altered=sum(found[key] != hashed for key, hashed in expected.items() if key in found),
        not_annotated=len(found) - annotated(record),
        not_searchable=abs(len(found) - searchable),
        waiting=waiting,
        given_up=given_up,
        concerns=concerns,
        concerns_doubled=doubled,
    )
