"""One run of one source: its frontier, its ledger and the way of its documents into the record."""

import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crawlers.agreement import Watch
from crawlers.dates import Reading
from crawlers.extraction import reading_of
from crawlers.frontier import Discovery, Frontier, Visit, next_look
from crawlers.health_rules import HealthRules
from crawlers.relevance import Terms
from crawlers.sources import Source
from crawlers.structures import Structures
from crawlers.urls import tidy
from langnghe.clock import Clock, start_of_day
from langnghe.documents import Document
from langnghe.privacy import Privacy
from langnghe.record.database import Record
from langnghe.record.documents import Stored, find, store_document, tombstone
from langnghe.record.ledger import Outcome, finish_run, note_outcome, url_hash
from langnghe.record.schema import DocumentRow

log = logging.getLogger(__name__)


NOT_RECORDED = 74
"""Exit status of the crawling process where the record can't be written (EX_IOERR)."""
MOST_PAGES_BACK = 1_000
"""Pages of a list that are read to reach a day of the past."""


def give_up(error: Exception) -> NoReturn:
    """End the process at once: without the record nothing can be accounted for, and what was discovered waits in it.

    A full disk or a lost database does not get better by going on. Nothing is lost by an end without ceremony: it is that of a kill.
    """
    log.error("the record can't be written: %s", " ".join(str(error).split())[:200])
    logging.shutdown()
    os._exit(NOT_RECORDED)


@dataclass
class SourceRun:
    """What a spider needs to do its work, and what it has done so far."""

    source: Source
    run_id: int
    record: Record
    structures: Structures
    terms: Terms
    clock: Clock
    privacy: Privacy
    rules: HealthRules
    since: date | None = None
    """First day of what is to be fetched belatedly; None: what is new."""
    on_progress: Callable[[int, int], None] = lambda _done, _entered: None
    entered: int = 0
    ended: set[str] = field(default_factory=set)
    open: dict[str, Visit] = field(default_factory=dict)
    problem: str | None = None

    def __post_init__(self) -> None:
        self.frontier, self.watch = Frontier(self.source.id, self.run_id), Watch(self.rules)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()

    @property
    def oldest(self) -> datetime:
        """How far back lists are followed."""
        return start_of_day(self.since) if self.since else self.now - timedelta(days=self.source.history_days)

    @property
    def most_pages(self) -> int:
        """How many pages of one list, thread or article's comments are read."""
        return max(self.source.max_pages, MOST_PAGES_BACK) if self.since else self.source.max_pages

    @property
    def reading(self) -> Reading:
        """How the source's dates are read."""
        return reading_of(self.source)

    def begin(self, seeds: Iterable[Discovery]) -> None:
        """Enter what the run begins with."""
        with self.record.session() as session:
            self.frontier.free_dead(session)
            self.frontier.seed(session, seeds, self.now)

    def lease(self, limit: int) -> list[Visit]:
        """Take what is due and has not ended in this run yet."""
        try:
            with self.record.session() as session:
                visits = self.frontier.lease(session, limit, self.now)
                for visit in (each for each in visits if each.url_hash in self.ended):
                    self.frontier.put_off(session, visit, self.now + timedelta(hours=1))
        except OperationalError as error:
            give_up(error)
        fresh = [visit for visit in visits if visit.url_hash not in self.ended]
        self.open.update({visit.url_hash: visit for visit in fresh})
        self.entered += len(fresh)
        self._show()
        return fresh

    def has_due(self) -> bool:
        """Whether anything could be leased."""
        with self.record.reading() as session:
            return self.frontier.has_due(session, self.now)

    def discover(self, session: Session, found: Iterable[Discovery], *, after: int = 0) -> int:
        """Enter what a page leads to; gives how many have changed or were not known at the end of the run ``after``."""
        return self.frontier.discover(session, found, self.now, after=after)

    def store(self, session: Session, document: Document) -> Stored:
        """Store a document with the source's home province."""
        return store_document(session, document, privacy=self.privacy, now=self.now, home_province=self.source.home_province)

    def remove(self, session: Session, ref: str) -> int | None:
        """Remove a document that the source has removed, and what readers said below it; gives its id."""
        row = find(session, self.source.id, ref)
        of_it = (DocumentRow.source == self.source.id, DocumentRow.parent_ref == ref, DocumentRow.kind == "comment")
        below = select(DocumentRow).where(*of_it)
        for each in filter(None, (row, *session.scalars(below))):
            if each.deleted is None:
                tombstone(session, each, self.now)
        return row.id if row is not None else None

    def known(self, session: Session, ref: str) -> DocumentRow | None:
        """A document that is stored and was not removed."""
        row = find(session, self.source.id, ref)
        return row if row is not None and row.deleted is None else None

    def is_removed(self, session: Session, ref: str) -> bool:
        """Whether the source has removed a document that it had."""
        row = find(session, self.source.id, ref)
        return row is not None and row.deleted is not None

    def note(self, session: Session, url: str, outcome: Outcome, reason: str | None = None, document_id: int | None = None) -> None:
        """Enter the outcome of a URL that is not in the frontier: a post, a comment, robots.txt. The first of a run counts."""
        hashed = url_hash(url)
        if hashed not in self.ended:
            self.ended.add(hashed)
            note_outcome(session, self.run_id, url, outcome, self.now, reason=reason, document_id=document_id)

    def end(
        self, session: Session, visit: Visit, outcome: Outcome, reason: str | None = None, document_id: int | None = None,
        agreement: float | None = None,
    ) -> None:  # fmt: skip
        """Enter the outcome of a visit; its frontier entry is brought up to date by the caller in the same session."""
        self.open.pop(visit.url_hash, None)
        self.ended.add(visit.url_hash)
        url = tidy(visit.url)
        note_outcome(session, self.run_id, url, outcome, self.now, reason=reason, document_id=document_id, agreement=agreement)
        self._show()

    def end_off_topic(self, session: Session, visit: Visit, agreement: float | None = None) -> None:
        """Only the hash of the URL is kept."""
        self.frontier.forget(session, visit)
        self.end(session, visit, Outcome.off_topic, agreement=agreement)

    def end_failed(self, session: Session, visit: Visit, reason: str) -> None:
        """A try failed: it waits for another one, or goes to quarantine after the last."""
        quarantined = self.frontier.fail(session, visit, self.now)
        self.end(session, visit, Outcome.quarantined if quarantined else Outcome.failed, reason)

    def put_off(self, session: Session, visit: Visit, wait: timedelta, why: str) -> None:
        """It could not be tried in this run; it waits, which is no outcome."""
        self.open.pop(visit.url_hash, None)
        self.frontier.put_off(session, visit, self.now + wait)
        self.problem = self.problem or why
        self._show()

    def look_again(self, published: datetime | None) -> datetime | None:
        """When an article that appeared then is looked at again."""
        return next_look(published, self.now)

    def close(self) -> None:
        """End the run; what is still open goes back to the frontier."""
        with self.record.session() as session:
            for visit in list(self.open.values()):
                self.put_off(session, visit, timedelta(), "the run was stopped before all was read")
            finish_run(session, self.run_id, self.now, self.problem)

    def _show(self) -> None:
        self.on_progress(self.entered - len(self.open), self.entered)
