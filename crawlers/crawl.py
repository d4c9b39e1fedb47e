"""Crawling as a service: the sources' runs begin and end here; the fetching itself is done by a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crawlers.health_rules import load_health_rules
from crawlers.sources import Source, load_terms
from crawlers.structures import load_structures
from crawlers.worker import ClockState, Job
from langnghe.actor import Actor, Role
from langnghe.clock import Clock
from langnghe.errors import Unavailable
from langnghe.privacy import Privacy
from langnghe.progress import progress_bar
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.ledger import finish_run, start_run
from langnghe.record.schema import CrawlRun, FrontierUrl, UrlOutcome
from langnghe.settings import Settings

LOG = "crawl.log"
"""What the crawling process logs, in ``data_dir``."""
ENDING_SECONDS = 2.0
"""How long the crawling process may take to end each time that it is told to; three times are well within what our own may take."""


def _begin(record: Record, sources: list[Source], clock: Clock, actor: Actor) -> dict[str, int]:
    with record.session() as session:
        audit(session, actor, "crawl", f"{len(sources)} sources", clock.now(), sources=[source.id for source in sources])
        return {source.id: start_run(session, source.id, clock.now()) for source in sources}


def crawler_environment() -> dict[str, str]:
    """This process's environment, without the settings in it: the job carries those that count."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}


@contextmanager
def _worker(job: Job, log: Path) -> Iterator[IO[bytes]]:
    """The crawling process, its messages to be read; when they end, so has it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stderr, subprocess.Popen(
        [sys.executable, "-m", "crawlers.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=crawler_environment(),
        cwd=Path(__file__).resolve().parent.parent,
    ) as process:  # fmt: skip
        assert process.stdin  # noqa: S101 - both were asked for
        assert process.stdout  # noqa: S101
        with suppress(BrokenPipeError):  # it ended before it read the job: its status tells
            process.stdin.write(job.model_dump_json().encode())
            process.stdin.close()
        try:
            yield process.stdout
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise Unavailable(
            f"the crawling process ended with status {process.returncode}: {_last_line(log)}",
            f"See {log}; what it had found waits in the frontier, start the crawl again.",
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the crawling process: what it was at waits in the frontier.

    Asked once, Scrapy waits for the answers that are under way, asked twice it does not; two signals at one moment (ours, and one to the
    whole group) may reach it as one.
    """
    for ask in (process.terminate, process.terminate, process.kill):
        ask()
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDING_SECONDS)
            return


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"


def _show(messages: Iterable[bytes]) -> None:
    shown = 0
    with progress_bar("Crawling", unit="URLs") as advance:
        for message in messages:
            counts = json.loads(message)
            advance(counts["done"] - shown, total=counts["entered"])
            shown = counts["done"]


def crawl(
    record: Record, settings: Settings, sources: Mapping[str, Source] | Iterable[Source], clock: Clock, privacy: Privacy, actor: Actor,
    since: date | None = None,
) -> list[int]:  # fmt: skip
    """Crawl sources until nothing of them is due; gives the ids of their runs, whose outcomes the ledger counts.

    Args:
        record: where documents, frontier and outcomes are kept.
        settings: among them how to fetch (``settings.crawl``).
        sources: the sources, or a mapping to them.
        clock: what the time is for all that is stored; the crawling process takes it over.
        privacy: masks texts and hashes authors.
        actor: who asks for it; needs to be an administrator.
        since: first day of what is to be fetched belatedly, from archives and the later pages of lists; None: what is new.

    Raises:
        NotAllowed: the actor may not.
        Unavailable: the crawling process broke off; what it had found waits in the frontier.
    """
    actor.require(Role.administrator, None, "crawl")
    chosen = list(sources.values() if isinstance(sources, Mapping) else sources)
    if not chosen:
        return []
    load_structures(settings.config_dir)  # what is wrong there is said before anything begins
    rules = load_health_rules(settings.config_dir)
    runs = _begin(record, chosen, clock, actor)
    kept = settings.model_dump(mode="json", exclude={"mail", "index", "dashboard"})
    job = Job(
        settings=kept, sources=chosen, runs=runs, terms=load_terms(settings.config_dir), rules=rules, clock=ClockState.of(clock),
        since=since, key=privacy.key.hex(), earlier_keys=[key.hex() for key in privacy.earlier],
    )  # fmt: skip
    try:
        with _worker(job, settings.data_dir / LOG) as messages:
            _show(messages)
    except Unavailable as error:
        with record.session() as session:
            for run_id in unfinished(session, runs.values()):
                finish_run(session, run_id, clock.now(), error.problem)
        raise
    return list(runs.values())


def unfinished(session: Session, run_ids: Iterable[int]) -> list[int]:
    """Those of the runs that have not ended."""
    return list(session.scalars(select(CrawlRun.id).where(CrawlRun.id.in_(list(run_ids)), CrawlRun.finished.is_(None))))


@dataclass(frozen=True)
class Balance:
    """Whether a run accounts for every URL: ``entered = ended + waiting``, and none is ``lost``."""

    source: str
    entered: int
    ended: int
    waiting: int
    lost: int

    @property
    def adds_up(self) -> bool:
        """Whether every URL has an outcome or waits."""
        return self.lost == 0 and self.entered == self.ended + self.waiting


def balance(session: Session, run_id: int) -> Balance:
    """The account of a run: URLs that it found or visited, how many ended, how many wait for a visit."""
    run = session.get_one(CrawlRun, run_id)
    ended = _ended(session, UrlOutcome.run_id == run_id)
    later = _ended(session, CrawlRun.source == run.source, UrlOutcome.run_id > run_id)
    is_last = session.scalar(select(func.max(CrawlRun.id)).where(CrawlRun.source == run.source)) == run_id
    states = {"waiting"} if run.finished and is_last else {"waiting", "leased"}  # once it has finished, the last run holds nothing
    query = select(FrontierUrl).where(FrontierUrl.source == run.source, func.coalesce(FrontierUrl.found_in, 0) <= run_id)
    rows = list(session.scalars(query))
    held = {row.url_hash for row in rows if row.state == "leased"} if is_last else set()
    found = {row.url_hash for row in rows if row.found_in == run_id} | held
    due = {row.url_hash for row in rows if row.state in states} | (found & later)
    entered = ended | found | due
    return Balance(run.source, len(entered), len(ended), len(due - ended), len(entered - ended - due))


def _ended(session: Session, *conditions: ColumnElement[bool]) -> set[str]:
    query = select(UrlOutcome.url_hash).join(CrawlRun, CrawlRun.id == UrlOutcome.run_id).where(*conditions)
    return set(session.scalars(query))
