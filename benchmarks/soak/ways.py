"""The network between the hosts of a soak and their engines: relays that can be cut, silent or slow, wherever the soak runs."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum

CHUNK = 65_536
SLOW_SECONDS = 0.1
"""What each piece of data takes on a slow way, one after the other."""


class Condition(Enum):
    """How the ways of a host are."""

    open = "open"
    slow = "slow"
    silent = "silent"
    """Nothing passes and nothing is said, as where packets are lost."""
    cut = "cut"
    """Connections break, new ones too."""


class Ways:
    """All ways of one host, each a port of this machine that leads to the port of an engine."""

    def __init__(self, targets: Mapping[str, int], address: str = "127.0.0.1") -> None:
        self.address, self._targets = address, targets
        self.ports: dict[str, int] = {}
        self._condition = Condition.open
        self._open: set[asyncio.StreamWriter] = set()
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ways", daemon=True)

    def start(self) -> "Ways":
        """Open the ports."""
        self._thread.start()
        for name, target in self._targets.items():
            ready: Future[int] = asyncio.run_coroutine_threadsafe(self._serve(target), self._loop)
            self.ports[name] = ready.result(10)
        return self

    def stop(self) -> None:
        """Close all of it."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self._set(Condition.cut)
        mine = asyncio.current_task()
        passing = [task for task in asyncio.all_tasks() if task is not mine]
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    def set(self, condition: Condition) -> None:
        """Let the ways be so from now on."""
        self._loop.call_soon_threadsafe(self._set, condition)

    def _set(self, condition: Condition) -> None:
        self._condition = condition
        if condition is Condition.cut:
            for writer in self._open:
                writer.transport.abort()

    async def _serve(self, target: int) -> int:
        async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.CancelledError):  # all is closed
                await self._lead(target, reader, writer)

        server = await asyncio.start_server(visit, self.address, 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _lead(self, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._condition is Condition.cut:
                raise ConnectionRefusedError
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, inner_writer}
        self._open |= both
        await asyncio.gather(self._pass_on(reader, inner_writer), self._pass_on(inner_reader, writer))
        self._open -= both

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _wait(self) -> None:
        if self._condition is Condition.slow:
            await asyncio.sleep(SLOW_SECONDS)
        while self._condition is Condition.silent:
            await asyncio.sleep(0.05)
