"""Sessions without a browser: they speak Streamlit's protocol, so that what they cost is the server's work alone."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

LARGEST_MESSAGE = 64 * 2**20


class ScriptedSession:
    """One officer's session: opens pages one after the other and reads all that the server sends for each."""

    def __init__(self, address: str) -> None:
        self._connection: ClientConnection = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=Origin(address),
            subprotocols=[Subprotocol("streamlit")],
            max_size=LARGEST_MESSAGE,
        )

    def open(self, page: str, patience: float = 120.0) -> None:
        """Open a page, with its parameters, and wait until it stands."""
        name, _, query = page.partition("?")
        message = BackMsg()
        message.rerun_script.page_name = name
        message.rerun_script.query_string = query
        self._connection.send(message.SerializeToString())
        while True:
            said = ForwardMsg.FromString(self._connection.recv(patience, decode=False))
            if said.WhichOneof("type") == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def close(self) -> None:
        """End the session as a closed tab does."""
        self._connection.close()


Addresses = Callable[[Sequence[str], int], dict[str, Iterator[str]]]
"""Gives the addresses of each page, one after the other, from a seed."""


def _work(address: str, pages: Sequence[str], addresses: Addresses, pause: float, stop: threading.Event, seed: int) -> None:
    session, chance, asked = ScriptedSession(address), random.Random(seed), addresses(pages, seed)  # noqa: S311 - no secret
    try:
        while not stop.is_set():
            session.open(next(asked[chance.choice(pages)]))
            stop.wait(pause)
    finally:
        session.close()


@contextmanager
def working(address: str, pages: Sequence[str], addresses: Addresses, sessions: int, pause: float) -> Iterator[None]:
    """So many sessions that open a page, read it for ``pause`` seconds and go on."""
    stop = threading.Event()
    threads = [threading.Thread(target=_work, args=(address, pages, addresses, pause, stop, seed), daemon=True) for seed in range(sessions)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
