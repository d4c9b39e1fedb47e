"""Rounds of crawls, each with what it left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import certifi
from sqlalchemy import select

from crawlers.crawl import balance, crawl
from crawlers.sources import Source
from crawlers.urls import host_of
from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, Clock
from langnghe.privacy import Privacy
from langnghe.record.database import Record, open_record
from langnghe.record.ledger import totals, url_hash
from langnghe.record.schema import CrawlRun, DocumentRow, FrontierUrl, UrlOutcome
from langnghe.settings import Settings
from tests.crawlers.local_site import Site, serve

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)


@dataclass
class Round:
    """How one source's run ended, and how the record stood then."""

    run_id: int
    counts: dict[str, int]
    ended: dict[str, tuple[str, str | None]]
    """Hash of a URL → outcome and reason."""
    documents: dict[str, DocumentRow]
    frontier: dict[str, FrontierUrl]
    requests: list[tuple[str, dict[str, str]]]
    problem: str | None

    def outcome(self, url: str) -> str | None:
        return self.ended.get(url_hash(url), (None, None))[0]

    def reason(self, url: str) -> str:
        return self.ended[url_hash(url)][1] or ""

    def row(self, url: str) -> FrontierUrl:
        return self.frontier[url_hash(url)]

    def asked(self, url: str) -> int:
        return sum(asked == url for asked, _ in self.requests)


@dataclass
class Crawling:
    """An installation and the site that it crawls."""

    record: Record
    settings: Settings
    clock: Clock
    privacy: Privacy
    site: Site
    rounds: list[dict[str, Round]] = field(default_factory=list)
    hosts_asked: set[str] = field(default_factory=set)

    def round(self, *sources: Source, since: date | None = None) -> dict[str, Round]:
        """Crawl the sources once; every URL of every run so far must be accounted for."""
        self.site.requests.clear()
        runs = crawl(self.record, self.settings, list(sources), self.clock, self.privacy, SYSTEM, since)
        self.hosts_asked |= {host_of(url) for url, _ in self.site.requests}
        self.rounds.append({source.id: self._seen(source, run_id) for source, run_id in zip(sources, runs, strict=True)})
        with self.record.reading() as session:
            for run_id in session.scalars(select(CrawlRun.id)):
                account = balance(session, run_id)
                assert account.adds_up, account
        return self.rounds[-1]

    def _seen(self, source: Source, run_id: int) -> Round:
        with self.record.reading() as session:
            ended = session.scalars(select(UrlOutcome).where(UrlOutcome.run_id == run_id))
            rows = session.scalars(select(FrontierUrl).where(FrontierUrl.source == source.id))
            documents = session.scalars(select(DocumentRow).where(DocumentRow.source == source.id))
            requests = [(url, headers) for url, headers in self.site.requests if source.owns(url)]
            return Round(
                run_id, totals(session, [run_id]).get(source.id, {}), {row.url_hash: (row.outcome, row.reason) for row in ended},
                {row.url or row.ref: row for row in documents}, {row.url_hash: row for row in rows}, requests,
                session.get_one(CrawlRun, run_id).problem,
            )  # fmt: skip


def on_site(settings: Settings, site: Site) -> Settings:
    """Settings that reach a site as recorded sources are reached."""
    changed = {"proxy": site.url, "ca_file": certifi.where(), "min_delay": 0.0, "timeout": 30.0}
    return settings.model_copy(update={"crawl": settings.crawl.model_copy(update=changed)})


@contextmanager
def crawling(folder: Path, clock: Clock, privacy: Privacy) -> Iterator[Crawling]:
    """A fresh installation in ``folder`` and an empty site."""
    with serve() as site:
        settings = on_site(Settings(data_dir=folder), site)
        record = open_record(settings, clock)
        yield Crawling(record, settings, clock, privacy, site)
        record.close()
