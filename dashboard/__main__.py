"""``python -m dashboard``: Streamlit with the dashboard; its arguments are those of ``streamlit run``."""

import sys
import threading
from importlib import import_module
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY, socket

from streamlit.web.cli import main
from streamlit.web.server.starlette import starlette_server

HERE = Path(__file__).parent


def _import_pages() -> None:
    """Import what the pages need while the server starts, so that the first visitor does not wait for it."""
    for path in sorted((HERE / "app_pages").glob("[a-z]*.py"), reverse=True):
        import_module(f"dashboard.app_pages.{path.stem}")


def answer_at_once() -> None:
    """Let no answer wait for the browser to confirm the one before it.

    asyncio asks for that only where a socket says that it speaks TCP, which the one that Streamlit makes does not: each view took
    one or two times 40 ms longer. Whatever is accepted inherits what the listening socket has.
    """
    bind = starlette_server._bind_socket

    def bind_promptly(address: str, port: int, backlog: int) -> socket:
        listening = bind(address, port, backlog)
        listening.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        return listening

    starlette_server._bind_socket = bind_promptly


SWITCH_SECONDS = 0.001
"""After which a session that counts lets another one go on; with Python's 5 ms the slowest of a hundred views took half as long again."""

if __name__ == "__main__":
    sys.setswitchinterval(SWITCH_SECONDS)
    answer_at_once()
    threading.Thread(target=_import_pages, daemon=True).start()
    main(["run", str(HERE / "server.py"), *sys.argv[1:]])
