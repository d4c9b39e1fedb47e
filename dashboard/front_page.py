"""The page that a browser loads before any of ours: Streamlit's own, told what it would otherwise find out while a person waits."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard.gate import App, Receive, Scope, Send, is_page

STATIC = Path(streamlit.__file__).parent / "static"
NEEDED = ("Html", "Selectbox", "ButtonGroup", "PageLink")
"""Parts of Streamlit that every page draws with; it asks for them when it meets the first."""
_CHART = ("ArrowVegaLiteChart", "loadVegaEmbed", "embed")
NEEDED_BY = {
    "trends": _CHART,
    "map": _CHART,
    "concern": _CHART,
    "search": ("TextInput", "Multiselect", "DateInput", "Checkbox", "Button", "Pagination"),
}
"""Those that a page has besides."""
_ITS_SCRIPT = '<script type="module"'
_IMPORTED = re.compile(r"""(?:from|import)["']\./([\w.-]+\.js)["']""")
# Of an address like /case it would first ask below /case, be refused, and try again after a tenth of a second. Who knows the server's
# answer opens the session at once, and asks meanwhile; but not before there is a cookie with the token by which uploads are let in.
_TOLD = """<script>
  window.__streamlit = {BACKEND_BASE_URL: location.origin + '/'};
  if (document.cookie.includes('_streamlit_xsrf=')) {
    window.__streamlit.HOST_CONFIG = {allowedOrigins: [location.origin], useExternalAuthToken: false};
  }
</script>
"""
# Somebody who reads will open another page next: what draws pictures, the largest part of all, is made ready while nothing else happens.
_LATER = """<script>
  addEventListener('load', () => setTimeout(() => requestIdleCallback(() => {
    for (const part of %s) import('./static/js/' + part);
  }), 1500));
</script>
"""


def _with_imports(name: str, found: dict[str, None]) -> dict[str, None]:
    """A script and all that it imports, in the order in which they are met."""
    path = STATIC / "static" / "js" / name
    if name not in found and path.exists():
        found[name] = None
        for imported in _IMPORTED.findall(path.read_text(encoding="utf-8")):
            _with_imports(imported, found)
    return found


def _scripts(parts: Iterable[str]) -> list[str]:
    return [path.name for part in parts for path in (STATIC / "static" / "js").glob(f"{part}.*.js")]


def _needed(name: str, page: str) -> list[str]:
    """Scripts of the parts that a page of ours needs, except those that Streamlit's names itself."""
    found: dict[str, None] = {}
    for script in _scripts([*NEEDED, *NEEDED_BY.get(name, ())]):
        _with_imports(script, found)
    return [script for script in found if script not in page]


@lru_cache(maxsize=32)
def front_page(name: str) -> str:
    """What is loaded before the page called ``name``, the same for everybody."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    asked = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{script}">\n' for script in _needed(name, page))
    told = _TOLD + _LATER % json.dumps(_scripts(_CHART))
    return page.replace(_ITS_SCRIPT, told + _ITS_SCRIPT, 1).replace("</head>", f"{asked}</head>", 1)


class FrontPage:
    """ASGI middleware between the gate and Streamlit."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whoever asks for a page, or hand the request on."""
        if scope["type"] == "http" and is_page(request := Request(scope)):
            page = front_page(request.url.path.strip("/"))
            await HTMLResponse(page, headers={"Cache-Control": "no-cache"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)
