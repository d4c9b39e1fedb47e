"""A soak: crawlers and workers on recorded sources and real engines while one thing after another fails, until all is at rest."""

import json
import random
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from kombu.exceptions import OperationalError

from benchmarks.soak.engines import Engines, running_engines, variables
from benchmarks.soak.faults import Fault, World, faults
from benchmarks.soak.hosts import Host, make_host
from benchmarks.soak.ledger import Expected, Ledger, annotated, facts, settle, texts, to_fetch_again, unsettled
from benchmarks.soak.mails import write_mail
from benchmarks.soak.matters import raised
from benchmarks.soak.programs import Program
from crawlers.crawl import crawl
from crawlers.samples.proxy import Proxy, serve
from crawlers.samples.world import make_world
from crawlers.samples.world_site import WorldSite
from crawlers.sources import Source, load_sources
from langnghe.actor import NATIONAL, SYSTEM
from langnghe.cli.tasks import make_app
from langnghe.clock import VIETNAM, Clock, FixedClock, RunningClock, SystemClock, vietnam_day
from langnghe.config_files import default_config_dir
from langnghe.installation import open_installation
from langnghe.record.database import Record, open_record
from langnghe.settings import Settings

NOON = time_of_day(12)
RETRIED = timedelta(hours=2)
"""How far the clocks are moved on after the last fault: what failed is tried again after an hour."""
READINGS = 3
"""How often the undisturbed installation reads the sources again at most, as long as something failed."""
PAUSE = 0.25
"""Seconds between two requests to a host, over all crawlers: 20 times the speed of the live net."""
CALM = 1.5
"""Seconds between two faults in which everything works."""
RECOVERY = 60.0
"""Seconds in which the engines have to take what they are told after a fault was healed."""
PATIENCE = 400.0
"""Seconds after the last fault until everything has to be at rest."""
USUAL, ARRIVED_BY = 6.0, 0.8
"""Seconds that a fault takes with the calm after it; the part of a soak by which all sources have come."""
MAIL_EVERY, JOBS_EVERY = 1.0, 6.0
"""Seconds between two mails that are written, and between two rounds of the schedule's jobs."""
HOSTS = ("one", "two", "three")
APART = "two"
"""The host that is a network namespace of its own, where there can be one."""
SUBSCRIBED = (NATIONAL, "34-01", "34-40", "34-79")
"""Offices whose desk gets the digest."""

Say = Callable[[str], object]


@dataclass
class Soaked:
    """How a soak ended."""

    ledger: Ledger
    struck: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    under_way: Mapping[str, int] = field(default_factory=dict)
    """What had not come to rest."""


def _undisturbed(folder: Path, proxy: Proxy, now: datetime, sources: Mapping[str, Source]) -> Expected:
    """What a small installation has of the sources, with nothing failing."""
    from nlp.annotator import load_annotator
    from nlp.stored import annotate_pending

    settings = Settings(data_dir=folder, crawl={"proxy": proxy.url, "ca_file": proxy.ca_file, "min_delay": 0})
    clock = FixedClock(now)
    installation = open_installation(settings, clock)
    crawl(installation.record, settings, sources, clock, installation.privacy, SYSTEM)
    for _ in range(READINGS):
        clock.moment += RETRIED
        crawl(installation.record, settings, sources, clock, installation.privacy, SYSTEM)
        if not to_fetch_again(installation.record):
            break
    annotate_pending(installation.record, load_annotator(settings), installation.places, progress=False)
    expected = Expected(texts(installation.record), facts(installation.record), raised(installation.record, settings))
    installation.record.close()
    return expected


def _samples(only: Collection[str]) -> dict[str, Source]:
    samples = {name: source for name, source in sorted(load_sources(default_config_dir()).items()) if source.sample}
    return {name: source for name, source in samples.items() if not only or name in only}


def _impatient(folder: Path) -> Path:
    """The configuration, with mails that are tried again after seconds."""
    copied = shutil.copytree(default_config_dir(), folder / "config")
    rules = copied / "mail.yaml"
    lines = rules.read_text(encoding="utf-8").splitlines()
    rules.write_text("\n".join("retry_minutes: [0.05]" if line.startswith("retry_minutes") else line for line in lines), encoding="utf-8")
    return copied


def _common(folder: Path, config: Path, proxy: Proxy) -> dict[str, str]:
    """What the programs on all hosts have in common."""
    return {
        "LANGNGHE_DATA_DIR": str(folder),
        "LANGNGHE_CONFIG_DIR": str(config),
        "LANGNGHE_CRAWL__MIN_DELAY": str(PAUSE),
        "LANGNGHE_CRAWL__CA_FILE": str(proxy.ca_file),
        "LANGNGHE_MAIL__DIGEST_AT": "00:00",
        "LANGNGHE_MAIL__SUBSCRIBERS": json.dumps({f"can-bo-{office}@bhxh.example": office for office in SUBSCRIBED}),
        "LANGNGHE_BACKUP__AT": "23:59",
    }


def _programs(
    hosts: list[Host], engines: Engines, common: dict[str, str], clock: Clock, logs: Path, crawl: Sequence[str]
) -> tuple[list[Program], list[Program]]:
    """A crawler on each host, a worker on all but the last."""
    crawlers, workers = list[Program](), list[Program]()
    for n, host in enumerate(hosts):
        own = common | variables(engines, host)
        own["LANGNGHE_CRAWL__PROXY"] = f"http://{host.ways.address}:{host.ways.ports['sources']}"
        crawlers.append(Program(crawl, own, clock, logs / f"crawler-{n}.log", host.prefix))
        workers.append(Program(["worker", "--name", f"w{n}"], own, clock, logs / f"worker-{n}.log", host.prefix))
    return crawlers, workers[:-1]


class Soak:
    """Programs that run, and what is done to them."""

    def __init__(self, world: World, record: Record, settings: Settings, coming: Sequence[str], crawl: list[str], say: Say) -> None:
        self.world, self.record, self.settings, self.say = world, record, settings, say
        self._coming, self._crawl = deque(coming), crawl
        self.struck, self.survived = Counter[str](), Counter[str]()
        self._queue, self._mails = make_app(settings), 0
        self._next_mail = self._next_jobs = 0.0
        self._later = timedelta()

    def _tick(self) -> None:
        """Start again what has ended; now and then a mail, and the jobs of the schedule."""
        now = time.monotonic()
        for program in self.world.programs:
            program.look()
        if now > self._next_mail:
            self._mails, self._next_mail = self._mails + 1, now + MAIL_EVERY
            write_mail(self.record, self.settings, self._mails)
        if now > self._next_jobs:
            self._next_jobs = now + JOBS_EVERY
            self._ask_for_jobs()
        time.sleep(0.1)

    def _ask_for_jobs(self) -> None:
        with suppress(OperationalError):  # the queue is away
            self._queue.send_task("do_jobs", expires=JOBS_EVERY, retry=False)

    def _hold(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._tick()

    def let_fail(self, seconds: float) -> None:
        """Let every kind of fault strike once, and then any until the time is over; sources come one after the other meanwhile."""
        kinds = faults(self.world)
        following, began, lasting = deque(kinds), time.monotonic(), max(seconds, len(kinds) * USUAL)
        every = lasting * ARRIVED_BY / len(self._coming)
        self._hold_until_at_work()
        while following or time.monotonic() < began + seconds:
            while self._coming and time.monotonic() > began + every * (len(self._crawl) - 1):
                self._crawl.append(self._coming.popleft())
            self._strike(following.popleft() if following else self.world.chance.choice(kinds))
            self._hold(CALM)
        self._crawl.extend(self._coming)

    def _hold_until_at_work(self) -> None:
        deadline = time.monotonic() + RECOVERY
        self._crawl.append(self._coming.popleft())
        while not annotated(self.record) and time.monotonic() < deadline:
            self._tick()

    def _strike(self, fault: Fault) -> None:
        self.struck[fault.name] += 1
        fault.strike()
        self._hold(fault.lasts)
        is_well, deadline = fault.heal() is not False, time.monotonic() + RECOVERY
        while not (answers := self.world.engines.answer()) and time.monotonic() < deadline:
            self.world.engines.revive()
            self._hold(0.5)
        self.survived[fault.name] += is_well and answers
        self.say(f"{fault.name}: {'survived' if is_well and answers else 'not survived'}")

    def come_to_rest(self) -> dict[str, int]:
        """Nothing fails any more, and it is two hours later; gives what is left under way in the end."""
        deadline = time.monotonic() + PATIENCE
        left: dict[str, int] = {"replaced": 1}
        for program in self.world.crawlers:
            program.kill()
        for program in self.world.programs:
            program.shift_clock(RETRIED)
        self._later = RETRIED
        for program in self.world.workers:
            program.replace()
        while left and time.monotonic() < deadline:
            self._look_to_the_end()
            left = self._left()
            time.sleep(0.5)
        return left

    def _look_to_the_end(self) -> None:
        for program in [*self.world.workers, *(one for one in self.world.crawlers if not one.ended_well)]:
            program.look()
        if all(one.ended_well for one in self.world.crawlers) and to_fetch_again(self.record):
            self._fetch_again()
        if time.monotonic() > self._next_jobs:
            self._next_jobs = time.monotonic() + JOBS_EVERY
            self._ask_for_jobs()

    def _fetch_again(self) -> None:
        """What failed once more, as on a machine with too much to do, waits for another hour: let it pass."""
        self._later += RETRIED
        for program in self.world.crawlers:
            program.shift_clock(self._later)
            program.look()

    def _left(self) -> dict[str, int]:
        crawling = sum(not program.ended_well for program in self.world.crawlers)
        leaving = sum(not program.has_left() for program in self.world.workers)
        return unsettled(self.record) | {name: count for name, count in {"crawling": crawling, "leaving": leaving}.items() if count}

    def close(self) -> None:
        """End all programs."""
        for program in self.world.programs:
            program.kill()
        self._queue.close()


def soak(seconds: float, seed: int, say: Say, *, only: Collection[str] = (), logs: Path | None = None) -> Soaked:
    """Let things fail for so many seconds, every kind at least once; gives what became of it.

    ``only``: the sources, if not all of the samples. ``logs``: a folder that keeps what is logged.

    It is noon when it begins, whatever the time: no day ends within it.
    """
    now = datetime.combine(vietnam_day(SystemClock().now()), NOON, VIETNAM)
    clock = RunningClock(now)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="langnghe-soak-")))
        proxy = stack.enter_context(serve(WorldSite(make_world(1, vietnam_day(now))), folder))
        expected, sources = list[Expected](), _samples(only)
        engines = stack.enter_context(running_engines(lambda: expected.append(_undisturbed(folder / "undisturbed", proxy, now, sources))))
        say(f"{len(expected[0].texts)} documents are served, {len(expected[0].concerns)} concerns stand")
        ports = engines.ports | {"sources": urlsplit(proxy.url).port or 0}
        hosts = [make_host(name, ports, apart=name == APART) for name in HOSTS]
        for host in hosts:
            stack.callback(host.stop)
        data = engines.disk.folder / "data"
        data.mkdir()
        crawling = ["crawl"]
        crawlers, workers = _programs(hosts, engines, _common(data, _impatient(folder), proxy), clock, logs or folder, crawling)
        settings = Settings(
            data_dir=data, record_url=engines.postgresql.url, workers={"broker": engines.redis.url},
            index={"backend": "elasticsearch", "elasticsearch_url": engines.cluster.url},
        )  # fmt: skip
        record = open_record(settings, clock)
        stack.callback(record.close)
        world = World(engines, hosts, crawlers, workers, random.Random(seed))  # noqa: S311 - chance, not secrecy
        running = Soak(world, record, settings, list(sources), crawling, say)
        stack.callback(running.close)
        running.let_fail(seconds)
        left = running.come_to_rest()
        engines.cluster.wait_for("green", len(engines.cluster.nodes))
        record.clock = RunningClock(clock.now() + RETRIED)
        return Soaked(settle(record, settings, expected[0], engines.mail.account), running.struck, running.survived, left)
