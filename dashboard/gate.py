"""What stands before Streamlit: a page is given to nobody who is not logged in, and a link survives the login."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboard.access import COOKIE, LOGIN, LOGOUT
from dashboard.login_page import not_found_page, trouble_page
from dashboard.targets import is_known, local_target
from langnghe.accounts.sessions import session_actor
from langnghe.errors import LangngheError
from langnghe.installation import Installation

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NEXT = "langnghe_next"
"""Cookie that keeps where a link led while the provider asks for the login; Streamlit itself returns to the first page."""
CALLBACK = "/oauth2callback"
_NOT_PAGES = ("/_stcore", "/static", "/component", "/media", "/auth", CALLBACK, LOGIN, LOGOUT)
_DOWNLOADS = "/media"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # Streamlit's page and Vega's charts need inline styles and compiled expressions; nothing comes from or goes to elsewhere.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'self'; object-src 'none'"
    ),
}


def is_page(request: Request) -> bool:
    """Whether a person asks for a page, not a page for its parts."""
    path = request.url.path
    is_part = path.startswith(_NOT_PAGES) or "/_stcore/" in path or "." in path.rsplit("/", 1)[-1]
    return request.method == "GET" and not is_part


def here(request: Request) -> str:
    """The path and query that were asked for."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


class Gate:
    """ASGI middleware before Streamlit."""

    def __init__(self, app: App, installation: Installation) -> None:
        self._app, self._installation = app, installation
        self._settings = installation.settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = await self._refusal(request)
        await (answer or self._app)(scope, receive, self._finishing(request, send))

    async def _refusal(self, request: Request) -> Response | None:
        """The answer to somebody who may not have what is asked for; None: let the request through."""
        if is_page(request) and not is_known(request.url.path):
            return not_found_page(self._settings, request)
        is_download = request.url.path.startswith(_DOWNLOADS)
        if self._settings.dashboard.access != "accounts" or not (is_page(request) or is_download):
            return None
        try:
            if await run_in_threadpool(self._is_logged_in, request):
                return None
        except (LangngheError, SQLAlchemyError):
            return trouble_page(self._settings)
        if is_download:
            return PlainTextResponse("401", 401)
        return RedirectResponse(f"{LOGIN}?tiep={quote(here(request), safe='')}", 303)

    def _is_logged_in(self, request: Request) -> bool:
        token = request.cookies.get(COOKIE)
        if not token:
            return False
        return session_actor(self._installation.record, token, idle_minutes=self._settings.dashboard.idle_minutes) is not None

    def _finishing(self, request: Request, send: Send) -> Send:
        """``send`` that adds the headers of every answer and keeps a link while the provider asks for the login."""

        async def finish(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._settings.dashboard.access == "oidc":
                    self._keep_link(request, message["status"], headers)
                message["headers"] = headers.raw
            await send(message)

        return finish

    def _keep_link(self, request: Request, status: int, headers: MutableHeaders) -> None:
        secure = "; Secure" if self._settings.mail.dashboard_url.startswith("https:") else ""
        kept = request.cookies.get(NEXT)
        if request.url.path == CALLBACK and status == 302 and kept:
            headers["location"] = local_target(unquote(kept))
            headers.append("set-cookie", f"{NEXT}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}")
        elif is_page(request) and request.url.path != "/":
            headers.append("set-cookie", f"{NEXT}={quote(here(request), safe='')}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax{secure}")
