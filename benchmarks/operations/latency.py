"""From publication to index to alert on the recorded sources, polled every ten minutes: ``python -m benchmarks.operations.latency``.

``python -m benchmarks.operations.latency 2026-11-25T14:00 2026-11-25T19:00`` measures another part of the four months of sample sources:
that afternoon a planted concern opens.

The sample sources are served as they stood at each moment of a day; the jobs of the schedule do their real work with their real
durations, one after the other, while the clock moves on by what they took. Between them it jumps to the next minute.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from sqlalchemy import func, select

from alerts.digest.subscriptions import subscribe
from alerts.digest.urgent import tell_at_once
from crawlers.crawl import crawl
from crawlers.samples.changes import Changes
from crawlers.samples.proxy import serve
from crawlers.samples.site import Response
from crawlers.samples.world import make_world
from crawlers.sources import Source, load_sources
from langnghe.actor import NATIONAL, SYSTEM
from langnghe.cli.pipeline import annotate_and_index, raise_concerns
from langnghe.cli.schedule import PollRules, due_sources
from langnghe.clock import VIETNAM, FixedClock, vietnam_day
from langnghe.installation import Installation
from langnghe.record.schema import AnnotationRow, Concern, DocumentRow
from langnghe.settings import Settings

DAY0 = date(2026, 11, 26)
FIRST, LAST = hour(6), hour(20)
POLL = PollRules(fastest_minutes=10, slowest_minutes=10, patience=0, processes=1)
TARGET = 15.0
"""Minutes that the project allows itself."""


class MovingSite:
    """The sample sources as they stand when they are asked."""

    def __init__(self, changes: Changes, clock: FixedClock) -> None:
        self._changes, self._clock, self._at = changes, clock, changes.at(clock.now())

    @property
    def hosts(self) -> frozenset[str]:
        """Names of the hosts."""
        return self._at.site.hosts

    def move(self) -> None:
        """To the present moment."""
        self._at = self._changes.at(self._clock.now())

    def answer(self, host: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """The answer of the present moment."""
        return self._at.site.answer(host, path, query, headers)


@dataclass
class Day:
    """A day of the schedule in which the clock moves on by what the work takes."""

    installation: Installation
    site: MovingSite
    sources: dict[str, Source]
    searchable: dict[int, datetime] = field(default_factory=dict)
    told: dict[int, datetime] = field(default_factory=dict)
    """When a piece first stood in a concern's explanation, and so in the line of whichever mail tells it."""
    opened: dict[int, tuple[datetime, list[int]]] = field(default_factory=dict)
    """When a concern was found, and by which pieces."""
    seconds: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def timed(self, job: str) -> Iterator[None]:
        """The clock moves on by what the job takes."""
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        self.seconds.setdefault(job, []).append(took)
        clock(self.installation).advance(seconds=took)

    def look(self) -> None:
        """What one look of the schedule does."""
        record, now = self.installation.record, self.installation.clock.now()
        with record.reading() as session:
            due = due_sources(session, self.sources, now, POLL)
        if due:
            self.site.move()
            with self.timed("crawl"):
                crawl(
                    record, self.installation.settings, [self.sources[name] for name in due], self.installation.clock,
                    self.installation.privacy, SYSTEM,
                )  # fmt: skip
        with record.reading() as session:
            known = set(session.scalars(select(AnnotationRow.document_id)))
            waiting = set(session.scalars(select(DocumentRow.id).where(DocumentRow.deleted.is_(None)))) - known
        if waiting:
            with self.timed("annotate and index"):
                annotate_and_index(self.installation)
            self.searchable |= dict.fromkeys(waiting, self.installation.clock.now())
            with self.timed("detect"):
                raise_concerns(self.installation, vietnam_day(self.installation.clock.now()))
            with self.timed("mail"):
                tell_at_once(record, self.installation.settings)
            self._note_concerns()

    def _note_concerns(self) -> None:
        now = self.installation.clock.now()
        with self.installation.record.reading() as session:
            pieces = {concern.id: concern.explanation["document_ids"] for concern in session.scalars(select(Concern))}
        for ids in pieces.values():
            self.told |= dict.fromkeys(set(ids) - set(self.told), now)
        self.opened |= {concern: (now, ids) for concern, ids in pieces.items() if concern not in self.opened}


def clock(installation: Installation) -> FixedClock:
    """The clock that stands still until it is moved."""
    assert isinstance(installation.clock, FixedClock)  # noqa: S101 - made below
    return installation.clock


def _minutes(values: list[timedelta]) -> dict[str, float]:
    minutes = sorted(value.total_seconds() / 60 for value in values)
    ninety = minutes[int(len(minutes) * 0.95) - 1] if len(minutes) > 1 else minutes[0]
    figures = {"n": len(minutes), "median": statistics.median(minutes), "p95": ninety, "most": minutes[-1]}
    return {name: round(figure, 1) for name, figure in figures.items()}


def _openings(day: Day, before: set[int]) -> dict[str, timedelta]:
    """Of each concern found in the day: from the publication of the last piece that it needed to the line that tells it."""
    found = {}
    with day.installation.record.reading() as session:
        for key, (at, ids) in day.opened.items():
            if key not in before:
                concern = session.get_one(Concern, key)
                newest = session.scalar(select(func.max(DocumentRow.published)).where(DocumentRow.id.in_(ids)))
                found[f"{concern.topic} {concern.province} at {at.astimezone(VIETNAM):%H:%M}"] = at - newest if newest else timedelta()
    return found


def measure(folder: Path, begin: datetime, end: datetime, tell: Callable[[str], object]) -> dict[str, object]:
    """Run the schedule between two moments and measure."""
    moving = FixedClock(begin)
    changes = Changes(make_world(1, DAY0))
    site = MovingSite(changes, moving)
    with serve(site, folder) as proxy:
        settings = Settings(data_dir=folder)
        settings.crawl = settings.crawl.model_copy(update={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0.0})
        day = Day(Installation(settings, moving), site, {name: s for name, s in load_sources(settings.config_dir).items() if s.sample})
        subscribe(day.installation.record, settings, SYSTEM, "truc@bhxh.example", NATIONAL, frequency="never", at_once=True)
        day.look()  # what the sources showed before the day
        before = set(day.searchable)
        known = set(day.opened)
        moving.moment = begin
        day.seconds.clear()
        while moving.moment < end:
            day.look()
            moving.moment = (moving.moment + timedelta(minutes=1)).replace(second=0, microsecond=0)
            tell(f"{moving.moment:%H:%M} {len(day.searchable)} documents")
        with day.installation.record.reading() as session:
            rows = session.scalars(select(DocumentRow).where(DocumentRow.id.in_(set(day.searchable) - before)))
            published = {row.id: row.published for row in rows if row.published >= begin}
        waits = [day.searchable[key] - moment for key, moment in published.items()]
        in_line = [day.told[key] - moment for key, moment in published.items() if key in day.told]
        openings = _openings(day, known)
        day.installation.record.close()
    return {
        "publication to index, minutes": _minutes(waits),
        "publication to the line of its concern, minutes": _minutes(in_line) if in_line else None,
        "publication to a concern found, minutes": {name: round(wait.total_seconds() / 60, 1) for name, wait in openings.items()},
        "seconds of a job, median and most": {
            job: [round(statistics.median(took), 1), round(max(took), 1)] for job, took in day.seconds.items()
        },
        "within the target": max([*waits, *in_line, *openings.values()]) <= timedelta(minutes=TARGET),
    }


def main() -> None:
    """Measure in a fresh folder and print the figures."""
    begin, end = (datetime.combine(DAY0 - timedelta(days=1), at, VIETNAM) for at in (FIRST, LAST))
    if len(sys.argv) == 3:
        begin, end = (datetime.fromisoformat(text).replace(tzinfo=VIETNAM) for text in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="langnghe-latency-") as folder:
        figures = measure(Path(folder), begin, end, lambda said: print(said, end="\r", file=sys.stderr, flush=True))
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
