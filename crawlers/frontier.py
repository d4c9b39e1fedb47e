"""The frontier: every discovered URL stands in the record before anything is done to it, so that a killed crawl loses none."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from crawlers.urls import tidy
from langnghe.record.ledger import url_hash
from langnghe.record.schema import FrontierUrl

LEASE = timedelta(minutes=15)
"""How long a URL belongs to the crawler that took it; then another one may take it."""
RETRY = timedelta(hours=1)
ATTEMPTS = 10
"""Ten tries an hour apart, then quarantine: never loss (Media Cloud's policy)."""
PRIORITY = {"feed": 30, "sitemap": 25, "listing": 20, "comments": 15, "thread": 10, "article": 10}
REVISITS = ((timedelta(days=2), timedelta(hours=6)), (timedelta(days=7), timedelta(hours=22)), (timedelta(days=14), timedelta(days=3)))
"""(age, interval): a young article is looked at again for edits and new comments. A daily crawl finds due what waits for 22 hours."""


_TABLE = cast("Table", FrontierUrl.__table__)


@dataclass(frozen=True)
class Discovery:
    """A URL that a page leads to. ``mark`` changes when what stands there has changed: it is visited again."""

    url: str
    role: str
    hint: dict[str, Any] = field(default_factory=dict)
    mark: str | None = None


@dataclass(frozen=True)
class Visit:
    """A URL that was taken from the frontier to be fetched."""

    url_hash: str
    url: str
    role: str
    attempts: int
    etag: str | None
    last_modified: str | None
    hint: dict[str, Any]


def holder_name() -> str:
    """Who holds a lease: machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_dead(holder: str | None) -> bool:
    """Whether a holder is a process of this machine that has ended."""
    machine, _, process = (holder or "").rpartition(":")
    if machine != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def next_look(published: datetime | None, now: datetime) -> datetime | None:
    """When an article of that age is looked at again; None: never."""
    age = now - (published or now)
    return next((now + interval for limit, interval in REVISITS if age < limit), None)


def _is_at_rest(row: FrontierUrl, now: datetime) -> bool:
    """Whether it was visited and is not due now."""
    later = row.state == "waiting" and not row.attempts and row.next_visit is not None and row.next_visit > now
    return row.state == "done" or later


class Frontier:
    """The frontier of one source, as one crawler in one run sees it."""

    def __init__(self, source: str, run_id: int | None = None) -> None:
        self.source, self.run_id, self.holder = source, run_id, holder_name()

    def discover(self, session: Session, found: Iterable[Discovery], now: datetime, *, after: int = 0) -> int:
        """Enter URLs that are not known yet, wake those whose mark has changed; gives how many are new.

        New is also what a run after the run ``after`` has discovered already, as the feed of a section whose pages are being read.
        """
        by_hash = {url_hash(tidy(each.url)): each for each in found}
        if not by_hash:
            return 0
        known = {row.url_hash: row for row in session.scalars(select(FrontierUrl).where(FrontierUrl.url_hash.in_(by_hash)))}
        fresh = [hashed for hashed in by_hash if hashed not in known]
        self._enter(session, [self._row(hashed, by_hash[hashed], now) for hashed in fresh])
        new = [row for hashed, row in known.items() if self._wake(row, by_hash[hashed], now) or (row.found_in or 0) > after]
        return len(fresh) + len(new)

    @staticmethod
    def _enter(session: Session, rows: list[dict[str, Any]]) -> None:
        """Enter rows; one that another crawler has entered in the meantime stays as it is."""
        if rows:
            on_postgresql = session.get_bind().dialect.name == "postgresql"
            insert: Any = postgresql_insert if on_postgresql else sqlite_insert
            session.execute(insert(FrontierUrl).on_conflict_do_nothing(), rows)

    def _row(self, hashed: str, found: Discovery, now: datetime) -> dict[str, Any]:
        hint = {**found.hint, "mark": found.mark} if found.mark else found.hint
        return {
            "url_hash": hashed, "source": self.source, "url": tidy(found.url), "role": found.role, "priority": PRIORITY[found.role],
            "state": "waiting", "discovered": now, "next_visit": now, "hint": hint, "found_in": self.run_id, "attempts": 0,
        }  # fmt: skip

    def _wake(self, row: FrontierUrl, found: Discovery, now: datetime) -> bool:
        """A row to be visited again: what stands there has changed, or it was forgotten as off topic and turns out to be on it."""
        hint = row.hint or {}
        learnt = bool(found.hint.get("on_topic")) and not hint.get("on_topic")
        if row.source == self.source and row.state == "waiting" and learnt:
            row.hint = {**hint, "on_topic": True}
        changed = bool(found.mark) and hint.get("mark") != found.mark
        if row.source != self.source or not _is_at_rest(row, now) or not (changed or (learnt and not row.url)):
            return False
        marked = {"mark": found.mark} if found.mark else {}
        row.state, row.next_visit, row.hint, row.url = "waiting", now, {**hint, **found.hint, **marked}, tidy(found.url)
        return True

    def seed(self, session: Session, seeds: Iterable[Discovery], now: datetime) -> None:
        """Enter the source's feeds and lists, due in every run."""
        seeds = list(seeds)
        self.discover(session, seeds, now)
        session.flush()
        for each in seeds:
            row = session.get_one(FrontierUrl, url_hash(tidy(each.url)))
            row.hint = {**(row.hint or {}), **each.hint}  # the source file may have changed
            if row.state != "leased":
                row.state, row.next_visit = "waiting", now

    def free_dead(self, session: Session) -> None:
        """Give back what crawlers of this machine held when they died."""
        held = select(FrontierUrl).where(FrontierUrl.source == self.source, FrontierUrl.state == "leased")
        for row in session.scalars(held):
            if _is_dead(row.holder):
                row.state, row.holder, row.leased_until = "waiting", None, None

    def lease(self, session: Session, limit: int, now: datetime) -> list[Visit]:
        """Take up to ``limit`` URLs that are due; nobody else gets them before the lease ends."""
        expired = and_(FrontierUrl.state == "leased", FrontierUrl.leased_until < now)
        due = and_(FrontierUrl.state == "waiting", FrontierUrl.next_visit <= now)
        query = select(FrontierUrl).where(FrontierUrl.source == self.source, or_(due, expired))
        query = query.order_by(FrontierUrl.priority.desc(), FrontierUrl.discovered, FrontierUrl.url_hash).limit(limit)
        rows = list(session.scalars(query.with_for_update(skip_locked=True)))
        for row in rows:
            row.state, row.holder, row.leased_until = "leased", self.holder, now + LEASE
        return [Visit(r.url_hash, r.url, r.role, r.attempts, r.etag, r.last_modified, r.hint or {}) for r in rows]

    def has_due(self, session: Session, now: datetime) -> bool:
        """Whether anything could be leased."""
        due = or_(
            and_(FrontierUrl.state == "waiting", FrontierUrl.next_visit <= now),
            and_(FrontierUrl.state == "leased", FrontierUrl.leased_until < now),
        )
        return session.scalar(select(FrontierUrl.url_hash).where(FrontierUrl.source == self.source, due).limit(1)) is not None

    def finish(
        self, session: Session, visit: Visit, *, next_visit: datetime | None = None, hint: dict[str, Any] | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> None:  # fmt: skip
        """What was fetched is done, until ``next_visit`` if there is one. What a leased row's hint holds, nobody else changes."""
        values: dict[str, Any] = {
            "state": "waiting" if next_visit else "done", "next_visit": next_visit, "holder": None, "leased_until": None, "attempts": 0,
            "hint": {**visit.hint, **(hint or {})},
        }  # fmt: skip
        if headers:
            values |= {name: headers.get(name) for name in ("etag", "last_modified")}
        session.execute(_TABLE.update().where(_TABLE.c.url_hash == visit.url_hash), values)

    def forget(self, session: Session, visit: Visit) -> None:
        """Off topic: nothing but the hash stays, by which it is known again, and the mark by which a change is."""
        self.finish(session, visit)
        row = session.get_one(FrontierUrl, visit.url_hash, populate_existing=True)
        mark = visit.hint.get("mark")
        row.url, row.hint, row.etag, row.last_modified = "", ({"mark": mark} if mark else None), None, None

    def put_off(self, session: Session, visit: Visit, until: datetime) -> None:
        """It could not be tried; it waits."""
        row = session.get_one(FrontierUrl, visit.url_hash)
        row.state, row.next_visit, row.holder, row.leased_until = "waiting", until, None, None

    def fail(self, session: Session, visit: Visit, now: datetime) -> bool:
        """A try failed: another one later, or quarantine after the last; gives whether it is quarantined."""
        row = session.get_one(FrontierUrl, visit.url_hash)
        row.attempts, row.holder, row.leased_until = row.attempts + 1, None, None
        quarantined = row.attempts >= ATTEMPTS
        row.state, row.next_visit = ("quarantined", None) if quarantined else ("waiting", now + RETRY)
        return quarantined
