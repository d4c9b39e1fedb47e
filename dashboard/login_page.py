"""The page that asks for name and password: plain HTML, so that it works before anything of Streamlit is loaded."""

import asyncio
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.access import COOKIE, LANGUAGE_COOKIE, LOGIN, LOGOUT
from dashboard.targets import local_target
from langnghe.accounts.sessions import Locked, Refused, has_accounts, log_in, log_out
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.settings import Settings
from langnghe.wording import LANGUAGES, load_wording

_YEAR = 365 * 24 * 3600
AT_ONCE = 2
"""Passwords that are looked at at the same time: each takes some memory and a core for a moment."""


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined)


def _language(settings: Settings, request: Request | None) -> str:
    if request is None:
        return settings.language
    asked = [request.query_params.get("ngon_ngu"), request.cookies.get(LANGUAGE_COOKIE)]
    return next((one for one in asked if one in LANGUAGES), settings.language)


def _page(settings: Settings, language: str, status: int = 200, **values: Any) -> HTMLResponse:
    words = load_wording(language, settings.config_dir)
    given: dict[str, Any] = {"target": "/", "name": "", "problem": "", "first": False, "form": True, "login": LOGIN, "links": []}
    given = {"title": words("login.title"), **given, **values}
    html = _templates().get_template("login.html.j2").render(words=words, **given)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def trouble_page(settings: Settings) -> HTMLResponse:
    """The record does not answer: nobody can be let in, and that is said."""
    words = load_wording(settings.language, settings.config_dir)
    said = f"{words('trouble.record')}. {words('trouble.record_still')}"
    return _page(settings, settings.language, 503, form=False, problem=said)


def not_found_page(settings: Settings, request: Request) -> HTMLResponse:
    """There is no page at that address: what still works."""
    language = _language(settings, request)
    words = load_wording(language, settings.config_dir)
    links = [(f"/{name}", words(f"nav.{name}")) for name in ("today", "concern", "search")]
    said = words("missing.what", path=request.url.path[:80])
    return _page(settings, language, 404, title=words("missing.title"), form=False, problem=said, links=links)


def is_same_site(request: Request) -> bool:
    """Whether a form was sent from a page of this site: browsers say where a form comes from."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


class LoginPages:
    """The routes that log in and out."""

    def __init__(self, installation: Installation) -> None:
        self._installation, self._settings = installation, installation.settings
        self._turn = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        """The routes of an installation with accounts."""
        return [
            Route(LOGIN, self.ask, methods=["GET"]),
            Route(LOGIN, self.check, methods=["POST"]),
            Route(LOGOUT, self.leave, methods=["POST", "GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Ask for name and password."""
        try:
            first = not await run_in_threadpool(self._has_accounts)
        except (LangngheError, SQLAlchemyError):
            return trouble_page(self._settings)
        target = local_target(request.query_params.get("tiep"))
        return _page(self._settings, _language(self._settings, request), target=target, first=first)

    def _has_accounts(self) -> bool:
        with self._installation.record.reading() as session:
            return has_accounts(session)

    async def check(self, request: Request) -> Response:
        """Take name and password; lead to where the link led."""
        language, form = _language(self._settings, request), await request.form()
        name, password, target = (str(form.get(key) or "") for key in ("ten", "mat_khau", "tiep"))
        words, target = load_wording(language, self._settings.config_dir), local_target(target)
        if not is_same_site(request):
            return _page(self._settings, language, 403, target=target, problem=words("login.elsewhere"))
        try:
            async with self._turn:
                hours = self._settings.dashboard.session_hours
                token, _ = await run_in_threadpool(lambda: log_in(self._installation.record, name, password, hours=hours))
        except Locked:
            return _page(self._settings, language, 429, target=target, name=name, problem=words("login.locked"))
        except Refused:
            return _page(self._settings, language, 401, target=target, name=name, problem=words("login.refused"))
        except (LangngheError, SQLAlchemyError):
            return trouble_page(self._settings)
        answer = RedirectResponse(target, 303)
        secure = self._settings.mail.dashboard_url.startswith("https:")
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", secure=secure)
        answer.set_cookie(COOKIE, token, max_age=round(3600 * hours), httponly=True, samesite="lax", secure=secure)
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session. A link from elsewhere can log nobody out."""
        token = request.cookies.get(COOKIE)
        is_ours = request.headers.get("sec-fetch-site") in (None, "same-origin", "none")
        if token and is_ours and is_same_site(request):
            await run_in_threadpool(lambda: log_out(self._installation.record, token))
        answer = RedirectResponse(LOGIN, 303)
        answer.delete_cookie(COOKIE)
        return answer


def link_html(text: str, address: str) -> str:
    """A link that leaves Streamlit's page for one of these, as HTML."""
    return f'<a class="ln-button" href="{escape(address, quote=True)}" target="_self">{escape(text)}</a>'
