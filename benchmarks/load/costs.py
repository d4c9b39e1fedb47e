"""Seconds of a processor that each step takes for a document, and what an officer's look costs."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from alerts.overview import list_concerns
from benchmarks.load.documents import make_documents, parts, store
from crawlers.crawl import crawl
from crawlers.samples.proxy import serve
from crawlers.samples.world import make_world
from crawlers.samples.world_site import WorldSite
from crawlers.sources import load_sources
from index.interface import SearchIndex, SearchRequest
from index.search import search
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import SYSTEM
from langnghe.cli.pipeline import raise_concerns
from langnghe.clock import SystemClock, vietnam_day
from langnghe.installation import Installation
from langnghe.record.schema import UrlOutcome
from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.stored import annotate_pending

QUERIES = ("hết thuốc", "rut bhxh mot lan", "chậm đóng", "lương hưu", "thẻ bảo hiểm y tế", "chuyển tuyến", "vssid", "thai sản")
LOOKS = 40


@dataclass
class Costs:
    """Milliseconds of a processor: of each step for one document, of a detection, of an officer's looks."""

    documents: int
    per_document: dict[str, float] = field(default_factory=dict)
    detection: float = 0.0
    looks: dict[str, float] = field(default_factory=dict)
    bytes_per_document: dict[str, float] = field(default_factory=dict)


@contextmanager
def _used(who: int = resource.RUSAGE_SELF) -> Iterator[Callable[[], float]]:
    def now() -> float:
        usage = resource.getrusage(who)
        return usage.ru_utime + usage.ru_stime

    began = now()
    yield lambda: now() - began


def _crawl(folder: Path) -> tuple[float, int]:
    """Seconds of the crawling process, and addresses that it went through."""
    settings, clock = Settings(data_dir=folder), SystemClock()
    installation = Installation(settings, clock)
    sources = {name: source for name, source in load_sources(settings.config_dir).items() if source.sample}
    with serve(WorldSite(make_world(1, vietnam_day(clock.now()))), folder) as proxy:
        settings.crawl = settings.crawl.model_copy(update={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0.0})
        with _used(resource.RUSAGE_CHILDREN) as used:
            crawl(installation.record, settings, sources, clock, installation.privacy, SYSTEM)
            seconds = used()
    with installation.record.reading() as session:
        ended = session.scalar(select(func.count()).select_from(UrlOutcome)) or 0
    installation.record.close()
    return seconds, ended


def _looks(installation: Installation, index: SearchIndex) -> dict[str, float]:
    def of_search(number: int) -> object:
        request = SearchRequest(query=QUERIES[number % len(QUERIES)], facets=number % 2 == 0)
        return search(installation.record, index, SYSTEM, request)

    def of_board(_: int) -> object:
        with installation.record.reading() as session:
            return list_concerns(session, SYSTEM, installation.settings)

    found = {}
    for name, look in (("search", of_search), ("concerns", of_board)):
        took = []
        for number in range(LOOKS):
            began = time.process_time()
            look(number)
            took.append(time.process_time() - began)
        found[name] = statistics.mean(took) * 1000
    return found


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())


def measure_costs(folder: Path, documents: int) -> Costs:
    """Take documents through the whole chain on one machine (SQLite, embedded index), step by step."""
    installation = Installation(Settings(data_dir=folder / "chain"), SystemClock())
    record, costs = installation.record, Costs(documents)
    made = make_documents(documents, installation.clock.now())
    annotator = load_annotator(installation.settings)
    index = open_or_build(record, installation.settings)
    seconds, addresses = _crawl(folder / "crawl")
    costs.per_document["crawl"] = seconds * 1000 / addresses
    with _used() as used:
        for part in parts(made):
            store(installation, part)
        costs.per_document["store"] = used() * 1000 / documents
    with _used() as used:
        annotate_pending(record, annotator, installation.places, progress=False, again=False)
        costs.per_document["annotate"] = used() * 1000 / documents
    with _used() as used:
        drain_outbox(record, index, places=installation.places)
        costs.per_document["index"] = used() * 1000 / documents
    raise_concerns(installation, vietnam_day(installation.clock.now()))  # reads rules and borders
    with _used() as used:
        raise_concerns(installation, vietnam_day(installation.clock.now()))
        costs.detection = used() * 1000
    costs.looks = _looks(installation, index)
    index.close()
    record.close()
    files = {"record": installation.settings.data_dir / "record.sqlite", "index": installation.settings.index_dir}
    costs.bytes_per_document = {name: (path.stat().st_size if path.is_file() else _size(path)) / documents for name, path in files.items()}
    return costs
