"""``python -m dashboard``: Streamlit with the dashboard; its arguments are those of ``streamlit run``."""

import sys
import threading
from importlib import import_module
from pathlib import Path

from streamlit.web.cli import main

HERE = Path(__file__).parent


def _import_pages() -> None:
    """Import what the pages need while the server starts, so that the first visitor does not wait for it."""
    for path in sorted((HERE / "app_pages").glob("[a-z]*.py"), reverse=True):
        import_module(f"dashboard.app_pages.{path.stem}")


if __name__ == "__main__":
    threading.Thread(target=_import_pages, daemon=True).start()
    main(["run", str(HERE / "server.py"), *sys.argv[1:]])
