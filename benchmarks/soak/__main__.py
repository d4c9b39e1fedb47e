"""``python -m benchmarks.soak``: crawlers and workers on recorded sources while one thing after another fails; prints the ledger."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from benchmarks.soak.engines import Engines, running_engines
from benchmarks.soak.ledger import Ledger, Texts, is_at_rest, settle, texts
from benchmarks.soak.programs import Program
from crawlers.crawl import crawl
from crawlers.samples.proxy import Proxy, serve
from crawlers.samples.world import make_world
from crawlers.samples.world_site import WorldSite
from crawlers.sources import load_sources
from langnghe.actor import SYSTEM
from langnghe.clock import FixedClock, SystemClock, vietnam_day
from langnghe.installation import open_installation
from langnghe.record.database import open_record
from langnghe.settings import Settings

RETRIED = timedelta(hours=2)
"""How far the clock is moved on after the last fault: what failed is tried again after an hour."""
PAUSE = 0.2
"""Seconds between two requests to a host, over all crawlers: so that a soak lasts longer than its first fault."""
FAULTS_EVERY = 4.0
PATIENCE = 240.0
"""Seconds after the last fault until everything has to be at rest."""


def undisturbed(folder: Path, proxy: Proxy, now: datetime) -> Texts:
    """What a small installation has of the sources, with nothing failing."""
    settings = Settings(data_dir=folder, crawl={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0})
    installation = open_installation(settings, FixedClock(now))
    sources = {name: source for name, source in load_sources(settings.config_dir).items() if source.sample}
    crawl(installation.record, settings, sources, installation.clock, installation.privacy, SYSTEM)
    found = texts(installation.record)
    installation.record.close()
    return found


def programs(folder: Path, engines: Engines, proxy: Proxy, crawlers: int, workers: int) -> tuple[list[Program], list[Program]]:
    """The crawlers and the workers, all on one record and one key."""
    variables = engines.variables() | {
        "LANGNGHE_DATA_DIR": str(folder),
        "LANGNGHE_CRAWL__PROXY": proxy.url,
        "LANGNGHE_CRAWL__CA_FILE": str(proxy.ca_file),
        "LANGNGHE_CRAWL__MIN_DELAY": str(PAUSE),
    }
    samples = sorted(name for name, source in load_sources(Settings().config_dir).items() if source.sample)
    crawling = [Program(f"crawler {n}", ["crawl", *samples], variables, folder / f"crawler-{n}.log") for n in range(crawlers)]
    working = [Program(f"worker {n}", ["worker", "--name", f"w{n}"], variables, folder / f"worker-{n}.log") for n in range(workers)]
    return crawling, working


def faults(engines: Engines, crawling: list[Program], working: list[Program], chance: random.Random) -> dict[str, Callable[[], object]]:
    """What may fail, by name."""

    def restarted(engine: object) -> Callable[[], object]:
        def fault() -> None:
            engine.kill()  # type: ignore[attr-defined]
            time.sleep(chance.uniform(0.2, 2))
            engine.start()  # type: ignore[attr-defined]

        return fault

    return {
        "crawler killed": lambda: chance.choice(crawling).kill(),
        "worker killed": lambda: chance.choice(working).kill(),
        "PostgreSQL killed": restarted(engines.postgresql),
        "Redis killed": restarted(engines.redis),
        "Elasticsearch killed": restarted(engines.elasticsearch),
    }


def soak(seconds: float, seed: int, crawlers: int, workers: int, say: Callable[[str], object]) -> tuple[Ledger, Counter[str]]:
    """Let things fail for so many seconds; gives the ledger and how often each fault struck."""
    chance, struck, now = random.Random(seed), Counter[str](), SystemClock().now()  # noqa: S311 - chance, not secrecy
    site = WorldSite(make_world(1, vietnam_day(now)))
    with tempfile.TemporaryDirectory(prefix="langnghe-soak-") as name, serve(site, Path(name)) as proxy:
        folder = Path(name)
        expected = undisturbed(folder / "undisturbed", proxy, now)
        say(f"{len(expected)} documents are served")
        with running_engines() as engines:
            crawling, working = programs(folder / "data", engines, proxy, crawlers, workers)
            (folder / "data").mkdir()
            record = open_record(Settings(data_dir=folder / "data", record_url=engines.postgresql.url))
            everything = faults(engines, crawling, working, chance)
            order = [*everything, *chance.choices(list(everything), k=1000)]
            try:
                _let_fail(seconds, order, everything, [*crawling, *working], struck, say)
                _come_to_rest(record_is_at_rest=lambda: is_at_rest(record), crawling=crawling, working=working)
                settings = Settings(
                    data_dir=folder / "data", record_url=engines.postgresql.url,
                    index={"backend": "elasticsearch", "elasticsearch_url": engines.elasticsearch.url},
                )  # fmt: skip
                return settle(record, settings, expected), struck
            finally:
                for program in [*crawling, *working]:
                    program.kill()
                record.close()


def _let_fail(
    seconds: float, order: list[str], everything: dict[str, Callable[[], object]], running: list[Program], struck: Counter[str],
    say: Callable[[str], object],
) -> None:  # fmt: skip
    end, following = time.monotonic() + seconds, time.monotonic() + FAULTS_EVERY
    while time.monotonic() < end:
        for program in running:
            program.look()
        if time.monotonic() > following:
            name = order[sum(struck.values())]
            everything[name]()
            struck[name] += 1
            say(name)
            following = time.monotonic() + FAULTS_EVERY
        time.sleep(0.2)


def _come_to_rest(record_is_at_rest: Callable[[], bool], crawling: list[Program], working: list[Program]) -> None:
    """Nothing fails any more: every crawler runs to its end once, the workers until all is done."""
    deadline, done = time.monotonic() + PATIENCE, False
    for program in crawling:
        program.kill()
        program.set_clock(SystemClock().now() + RETRIED)
        program.look()
    while not done and time.monotonic() < deadline:
        for program in [*working, *(one for one in crawling if not one.ended_well)]:
            program.look()
        try:
            done = all(program.ended_well for program in crawling) and record_is_at_rest()
        except SQLAlchemyError:
            done = False  # a connection of before a restart
        time.sleep(0.5)


def main() -> int:
    """Run a soak; exits 1 unless its ledger is clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crawlers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    began = time.monotonic()
    ledger, struck = soak(given.seconds, given.seed, given.crawlers, given.workers, lambda word: print(word, flush=True))
    print(f"{sum(struck.values())} faults in {given.seconds:.0f} s, at rest after {time.monotonic() - began:.0f} s: {dict(struck)}")
    print(asdict(ledger))
    return 0 if ledger.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
