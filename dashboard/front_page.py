"""The page that a browser loads before any of ours: Streamlit's own, told what it would otherwise find out while a person waits."""

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard.gate import App, Receive, Scope, Send, is_page

STATIC = Path(streamlit.__file__).parent / "static"
NEEDED = ("Html", "Selectbox", "ButtonGroup", "PageLink")
"""Parts of Streamlit that every page draws with; it asks for them when it meets the first."""
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


def _with_imports(name: str, found: dict[str, None]) -> dict[str, None]:
    """A script and all that it imports, in the order in which they are met."""
    path = STATIC / "static" / "js" / name
    if name not in found and path.exists():
        found[name] = None
        for imported in _IMPORTED.findall(path.read_text(encoding="utf-8")):
            _with_imports(imported, found)
    return found


def _needed(page: str) -> list[str]:
    """Scripts of the parts that every page needs, except those that the page names itself."""
    found: dict[str, None] = {}
    for part in NEEDED:
        for path in (STATIC / "static" / "js").glob(f"{part}.*.js"):
            _with_imports(path.name, found)
    return [name for name in found if name not in page]


@cache
def front_page() -> str:
    """The page, as it is for every address and everybody."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    asked = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">\n' for name in _needed(page))
    return page.replace(_ITS_SCRIPT, _TOLD + _ITS_SCRIPT, 1).replace("</head>", f"{asked}</head>", 1)


class FrontPage:
    """ASGI middleware between the gate and Streamlit."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whoever asks for a page, or hand the request on."""
        asks = scope["type"] == "http" and is_page(Request(scope))
        answer = HTMLResponse(front_page(), headers={"Cache-Control": "no-cache"}) if asks else self._app
        await answer(scope, receive, send)
