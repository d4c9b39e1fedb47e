"""Retention: texts go when their time is over, counts and labels stay. What is gone is gone from the index too, and does not come back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from langnghe.actor import Actor, Role
from langnghe.config_files import default_config_dir, load
from langnghe.documents import Kind
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.outbox import enter
from langnghe.record.schema import (
    AnnotationRow,
    AuditEntry,
    Concern,
    CrawlRun,
    DocumentRow,
    DocumentVersion,
    LoginSession,
    StoryBand,
    StoryRow,
)

BATCH = 500
"""Documents whose texts go in one transaction: writers wait for no longer than that takes."""


class RetentionRules(BaseModel):
    """All of ``config/retention.yaml``, in days; None: for good."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: dict[Kind, int | None]
    versions: int | None = Field(ge=1)
    concerns: int | None = Field(ge=1)
    mails: int = Field(ge=1)
    outcomes: int | None = Field(ge=30)
    audit: int | None = Field(ge=365)
    sessions: int = Field(ge=1)
    key: int = Field(ge=30)

    @property
    def posts(self) -> int | None:
        """Days that texts of people, not of the press, are kept at the longest; None: for good."""
        days = [days for kind, days in self.texts.items() if kind is not Kind.news]
        return None if None in days else max(filter(None, days))

    @model_validator(mode="after")
    def _every_kind(self) -> "RetentionRules":
        missing = set(Kind) - set(self.texts)
        if missing or any(days is not None and days < 1 for days in self.texts.values()):
            raise ValueError(f"texts needs at least a day, or null, for each kind; missing: {', '.join(sorted(missing)) or 'none'}")
        return self


@cache
def load_retention(config_dir: Path | None = None) -> RetentionRules:
    """The rules of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "retention.yaml", RetentionRules)


@dataclass
class Kept:
    """What a round of retention removed, by what it was."""

    removed: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, count: int) -> None:
        """Count what was removed."""
        if count:
            self.removed[what] = self.removed.get(what, 0) + count


LABELS = frozenset(
    {"relevant", "relevance", "topics", "sentiment", "intent", "concern", "subtopics", "responsible", "audience", "veracity", "formal"}
    | {"inherited_provinces", "model"}
)
"""Parts of an annotation that quote nothing."""


def without_quotes(payload: dict[str, Any]) -> dict[str, Any]:
    """An annotation without words of its text: labels, scores and provinces stay, evidence goes."""
    places = [{**place, "evidence": "", "start": 0, "end": 0} for place in payload.get("provinces", [])]
    return {name: value for name, value in payload.items() if name in LABELS} | {"provinces": places}


def remove_texts(session: Session, rows: Sequence[DocumentRow], now: datetime, *, keep_counts: bool = True) -> None:
    """Take the texts of documents away for good: out of the record, its versions, its evidence, and by the outbox out of the index."""
    ids = [row.id for row in rows]
    for table in (DocumentVersion, StoryBand):
        session.execute(delete(table).where(table.document_id.in_(ids)))
    for annotation in session.scalars(select(AnnotationRow).where(AnnotationRow.document_id.in_(ids))):
        if keep_counts:
            annotation.payload = without_quotes(annotation.payload)
        else:
            session.delete(annotation)
    session.execute(update(StoryRow).where(StoryRow.id.in_([row.story_id for row in rows])).values(title=None))
    for row in rows:
        row.text, row.title, row.lead, row.context, row.author_hash, row.signature, row.section = "", None, None, None, None, None, None
        row.content_hash, row.deleted, row.erased, row.revision = "", row.deleted or now, now, row.revision + 1
        enter(session, row, now)


def _texts(record: Record, kind: Kind, before: datetime) -> int:
    """Remove the texts of one kind that were first seen before a moment, batch by batch; gives how many."""
    removed = 0
    query = select(DocumentRow).where(DocumentRow.kind == kind.value, DocumentRow.first_seen < before, DocumentRow.erased.is_(None))
    while True:
        with record.session() as session:
            rows = list(session.scalars(query.order_by(DocumentRow.id).limit(BATCH)))
            remove_texts(session, rows, record.clock.now())
        removed += len(rows)
        if len(rows) < BATCH:
            return removed


def _versions(session: Session, before: datetime) -> int:
    """Remove earlier versions of texts that still stand."""
    current = select(DocumentRow.version).where(DocumentRow.id == DocumentVersion.document_id).scalar_subquery()
    old = delete(DocumentVersion).where(DocumentVersion.fetched < before, DocumentVersion.version < current)
    return int(session.execute(old.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


QUOTING = ("summary", "stories", "phrases")
"""Parts of a concern's explanation that quote what people wrote."""


def _quotations(session: Session, before: datetime) -> int:
    """Take quotations out of concerns that were closed long ago; their numbers stay."""
    closed = select(Concern).where(Concern.state.in_(("closed", "dismissed")), Concern.last_alarm < before.date())
    quoting = [concern for concern in session.scalars(closed) if any(concern.explanation.get(part) for part in QUOTING)]
    for concern in quoting:
        concern.explanation = {**concern.explanation, **{part: [] for part in QUOTING}}
    return len(quoting)


def keep_to_rules(record: Record, rules: RetentionRules, actor: Actor) -> Kept:
    """Remove all whose time is over; run again it changes nothing.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    actor.require(Role.administrator, None, "apply the retention rules")
    now, kept = record.clock.now(), Kept()
    for kind, days in rules.texts.items():
        if days is not None:
            kept.add(f"texts of {kind.value}", _texts(record, kind, now - timedelta(days=days)))
    with record.session() as session:
        if rules.versions is not None:
            kept.add("earlier versions", _versions(session, now - timedelta(days=rules.versions)))
        if rules.concerns is not None:
            kept.add("quotations in concerns", _quotations(session, now - timedelta(days=rules.concerns)))
        if rules.outcomes is not None:
            old = delete(CrawlRun).where(CrawlRun.started < now - timedelta(days=rules.outcomes))
            kept.add("runs of crawls", int(session.execute(old).rowcount))  # type: ignore[attr-defined]
        if rules.audit is not None:
            entries = delete(AuditEntry).where(AuditEntry.at < now - timedelta(days=rules.audit))
            kept.add("audit entries", int(session.execute(entries).rowcount))  # type: ignore[attr-defined]
        ended = delete(LoginSession).where(LoginSession.ends < now - timedelta(days=rules.sessions))
        kept.add("ended sessions", int(session.execute(ended).rowcount))  # type: ignore[attr-defined]
        if kept.removed:
            audit(session, actor, "retention", "record", now, **kept.removed)
    return kept
