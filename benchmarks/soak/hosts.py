"""The hosts of a soak: where programs run, and the network by which they reach the engines.

A host is a network namespace of its own where this machine allows that (root, and a kernel that has it): its cable is pulled, its line
slowed. Elsewhere it is told apart by its ways alone, which break, fall silent and slow down.
"""

import os
import subprocess
from collections.abc import Mapping
from typing import Protocol

from benchmarks.soak.ways import Condition, Ways

RATE = ("rate", "1mbit", "burst", "16kb", "latency", "1s")
"""Of a slow line, as tc's token bucket says it."""


class Host(Protocol):
    """Where programs run."""

    name: str
    ways: Ways
    prefix: list[str]
    """What a command begins with that runs there."""

    def set(self, condition: Condition) -> None:
        """Let its network be so from now on."""
        ...

    def stop(self) -> None:
        """Give back what it took."""
        ...


class PlainHost:
    """A host that is told apart by its ways alone."""

    def __init__(self, name: str, targets: Mapping[str, int]) -> None:
        self.name, self.prefix, self.ways = name, list[str](), Ways(targets).start()

    def set(self, condition: Condition) -> None:
        """See :class:`Host`."""
        self.ways.set(condition)

    def stop(self) -> None:
        """See :class:`Host`."""
        self.ways.stop()


def _ip(*words: str) -> bool:
    try:
        return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0  # noqa: S603, S607 - this machine's own
    except FileNotFoundError:
        return False


class NamespaceHost:
    """A network namespace with one cable to this machine; the ways begin at this end of it."""

    def __init__(self, name: str, targets: Mapping[str, int]) -> None:
        self.name, number = name, os.getpid() % 16_000
        self._space, self._here, self._there = f"soak{os.getpid()}", f"sh{os.getpid()}", f"st{os.getpid()}"
        network = f"10.231.{number // 64}.{number % 64 * 4}".rsplit(".", 1)
        address = f"{network[0]}.{int(network[1]) + 1}"
        if not self._made(address, f"{network[0]}.{int(network[1]) + 2}"):
            self._remove()
            raise PermissionError("network namespaces can't be made here")
        self.prefix, self.ways = ["ip", "netns", "exec", self._space], Ways(targets, address).start()

    def _made(self, here: str, there: str) -> bool:
        inside = ("-n", self._space)
        return (
            _ip("netns", "add", self._space)
            and _ip("link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self._space)
            and _ip("addr", "add", f"{here}/30", "dev", self._here)
            and _ip("link", "set", self._here, "up")
            and _ip(*inside, "addr", "add", f"{there}/30", "dev", self._there)
            and _ip(*inside, "link", "set", self._there, "up")
            and _ip(*inside, "link", "set", "lo", "up")
        )

    def set(self, condition: Condition) -> None:
        """See :class:`Host`: a cable that is pulled loses what is sent; a connection lives if it comes back soon."""
        unplugged = condition in (Condition.cut, Condition.silent)
        _ip("-n", self._space, "link", "set", self._there, "down" if unplugged else "up")
        line = ["ip", "netns", "exec", self._space, "tc", "qdisc"]
        subprocess.run([*line, "del", "dev", self._there, "root"], capture_output=True, check=False)  # noqa: S603
        if condition is Condition.slow:
            subprocess.run([*line, "add", "dev", self._there, "root", "tbf", *RATE], capture_output=True, check=True)  # noqa: S603

    def stop(self) -> None:
        """See :class:`Host`."""
        self.ways.stop()
        self._remove()

    def _remove(self) -> None:
        _ip("link", "del", self._here)
        _ip("netns", "del", self._space)


def make_host(name: str, targets: Mapping[str, int], *, apart: bool) -> Host:
    """A host; ``apart``: in a network namespace of its own if there can be one."""
    if apart:
        try:
            return NamespaceHost(name, targets)
        except PermissionError:
            pass
    return PlainHost(name, targets)
