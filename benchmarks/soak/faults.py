"""What may fail: how each fault strikes and how it is healed."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.soak.engines import Engines
from benchmarks.soak.hosts import Host
from benchmarks.soak.programs import Program
from benchmarks.soak.ways import Condition

SHIFT = timedelta(minutes=15)
"""How far a clock goes wrong: longer than every lease."""


def _nothing() -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """A fault. ``heal`` gives whether what it repairs works again; what started anew by itself needs nothing."""

    name: str
    strike: Callable[[], object]
    heal: Callable[[], object] = _nothing
    lasts: float = 1.5
    """Seconds between the two."""


@dataclass
class World:
    """All that faults strike."""

    engines: Engines
    hosts: list[Host]
    crawlers: list[Program]
    workers: list[Program]
    chance: random.Random
    lost: int = 0
    """The node that was lost last."""

    @property
    def programs(self) -> list[Program]:
        """Every program."""
        return [*self.crawlers, *self.workers]


def _of_network(world: World, name: str, condition: Condition, lasts: float) -> Fault:
    struck: list[Host] = []

    def strike() -> None:
        struck.append(world.chance.choice(world.hosts))
        struck[-1].set(condition)

    return Fault(name, strike, lambda: struck[-1].set(Condition.open), lasts)


def _of_node(world: World) -> Fault:
    nodes = world.engines.cluster.nodes

    def strike() -> None:
        world.engines.cluster.wait_for("green", len(nodes))  # one that was lost before has come back with all it held
        world.lost = world.chance.randrange(len(nodes))
        nodes[world.lost].kill()

    return Fault("Elasticsearch node lost", strike, lambda: nodes[world.lost].begin(), 3)


def _of_clock(world: World) -> Fault:
    shifted: list[Program] = []

    def strike() -> None:
        program, ahead = world.chance.choice(world.programs), world.chance.choice((-1, 1))
        shifted.append(program)
        program.kill()
        program.shift_clock(ahead * SHIFT)

    def heal() -> None:
        shifted[-1].kill()
        shifted[-1].shift_clock(timedelta())

    return Fault("clock shifted by 15 minutes", strike, heal, 8)


def _of_upgrade(world: World) -> Fault:
    replaced: list[Program] = []

    def strike() -> None:
        replaced.append(world.chance.choice(world.workers))
        replaced[-1].replace()

    return Fault("worker replaced by another", strike, lambda: replaced[-1].has_left(), 0)


def _full(world: World) -> Fault:
    engines = world.engines

    def heal() -> None:
        engines.disk.free(engines.postgresql)
        engines.revive()

    return Fault("disk full", lambda: engines.disk.fill(engines.postgresql), heal, 4)


def _stopped(stop: Callable[[], object]) -> Callable[[], None]:
    def strike() -> None:
        with suppress(RuntimeError):  # it had ended by itself
            stop()

    return strike


def faults(world: World) -> list[Fault]:
    """All kinds, in the order in which each strikes for the first time."""
    engines, chance = world.engines, world.chance
    postgresql, redis, mail = engines.postgresql, engines.redis, engines.mail

    def break_off() -> None:
        mail.account.breaking = 1

    return [
        Fault("worker killed", lambda: chance.choice(world.workers).kill()),
        _of_network(world, "network cut", Condition.cut, 3),
        Fault("SMTP down", mail.stop, mail.start, 6),
        Fault("PostgreSQL killed", _stopped(postgresql.kill), engines.revive),
        _of_node(world),
        Fault("crawler killed", lambda: chance.choice(world.crawlers).kill()),
        Fault("Redis killed", redis.kill, engines.revive),
        _of_clock(world),
        Fault("SMTP breaks off within a mail", break_off, lasts=3),
        _full(world),
        _of_network(world, "network silent", Condition.silent, 4),
        Fault("PostgreSQL restarted", _stopped(postgresql.stop), engines.revive),
        _of_upgrade(world),
        _of_network(world, "network slow", Condition.slow, 5),
        Fault("Redis restarted", redis.stop, engines.revive),
    ]
