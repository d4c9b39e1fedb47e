"""The form by which collaborators and communes bring pieces: a small site of its own, behind the function that ``langnghe add`` calls."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from crawlers.collaborators import PIECES, WITHIN, TooMany, holder_of
from crawlers.intake import Added, Channel, Fetch, Piece, add_piece
from langnghe.actor import Actor, Role
from langnghe.clock import start_of_day, vietnam_day
from langnghe.errors import LangngheError, NotAllowed, Unavailable
from langnghe.installation import Installation
from langnghe.wording import LANGUAGES, load_wording

LARGEST = 10_000_000
"""Bytes of what is sent."""
WRONG_CODES, PAUSE = 10, 900.0
"""Wrong codes that an address may send in which time (seconds)."""
REMEMBERED = 10_000
"""Callers whose last tries are kept in memory."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined)


@dataclass
class Limit:
    """At most ``most`` tries of one caller within ``seconds``."""

    most: int
    seconds: float
    tries: dict[str, deque[float]] = field(default_factory=dict)

    def is_reached(self, caller: str) -> bool:
        """Whether the caller has to wait."""
        tries, since = self.tries.get(caller, deque()), time.monotonic() - self.seconds
        while tries and tries[0] < since:
            tries.popleft()
        return len(tries) >= self.most

    def note(self, caller: str) -> None:
        """Count a try."""
        self.tries.setdefault(caller, deque()).append(time.monotonic())
        while len(self.tries) > REMEMBERED:
            self.tries.pop(next(iter(self.tries)))


class Refused(Exception):
    """What was sent is not taken; ``key`` names the wording that says why."""

    def __init__(self, key: str, status: int = 400) -> None:
        super().__init__(key)
        self.key, self.status = key, status


def _day(text: str, today: date) -> datetime | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("bring.no_day") from None
    if day is not None and day > today:
        raise Refused("bring.no_day")
    return start_of_day(day) if day else None


class CollaboratorsForm:
    """Shows the form and takes in what it brings."""

    def __init__(self, installation: Installation, fetch: Fetch | None = None) -> None:
        self.installation, self.fetch = installation, fetch
        self.wrong_codes, self.tries = Limit(WRONG_CODES, PAUSE), Limit(PIECES, WITHIN.total_seconds())

    def _page(self, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        settings = self.installation.settings
        asked = request.query_params.get("ngon_ngu")
        words = load_wording(asked if asked in LANGUAGES else settings.language, settings.config_dir)
        problem = values.pop("problem", None)
        given: dict[str, Any] = dict.fromkeys(("code", "text", "link", "channel", "day", "commune"), "") | {"added": None} | values
        today = vietnam_day(self.installation.clock.now()).isoformat()
        html = (
            _templates()
            .get_template("bring.html.j2")
            .render(words=words, channels=list(Channel), today=today, problem=words(problem) if problem else "", **given)
        )
        return HTMLResponse(html, status, headers=HEADERS)

    def _caller(self, request: Request) -> str:
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if self.installation.settings.endpoints.trusted_proxy and forwarded:
            return forwarded
        return request.client.host if request.client else "unknown"

    async def show(self, request: Request) -> HTMLResponse:
        """The empty form."""
        return self._page(request)

    async def take(self, request: Request) -> HTMLResponse:
        """Take in one piece."""
        size = request.headers.get("content-length", "")
        if not size.isdigit() or int(size) > LARGEST:
            return self._page(request, 413, problem="bring.too_large")
        async with request.form(max_files=1, max_fields=10, max_part_size=200_000) as form:
            sent = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
            picture = form.get("anh")
            content = await picture.read() if isinstance(picture, UploadFile) else b""
        try:
            commune, added = await run_in_threadpool(self._take, self._caller(request), sent, content)
        except Refused as refusal:
            kept = {"text": sent.get("noi_dung", ""), "link": sent.get("lien_ket", ""), "channel": sent.get("noi", "")}
            return self._page(request, refusal.status, problem=refusal.key, code=sent.get("ma", ""), day=sent.get("ngay", ""), **kept)
        return self._page(request, added=added, commune=commune, code=sent["ma"])

    def _actor(self, caller: str, code: str) -> tuple[int, Actor]:
        if self.wrong_codes.is_reached(caller):
            raise Refused("bring.too_many_codes", 429)
        try:
            with self.installation.record.session() as session:
                row = holder_of(session, code, self.installation.clock.now())
        except TooMany:
            raise Refused("bring.too_many", 429) from None
        except NotAllowed:
            self.wrong_codes.note(caller)
            raise Refused("bring.unknown_code", 403) from None
        if self.tries.is_reached(str(row.id)):
            raise Refused("bring.too_many", 429)
        self.tries.note(str(row.id))
        return row.id, Actor(row.commune, Role.officer, row.office)

    def _piece(self, sent: Mapping[str, str], picture: bytes) -> Piece:
        text, link, channel = (sent.get(name, "") for name in ("noi_dung", "lien_ket", "noi"))
        if not (text or link or picture):
            raise Refused("bring.nothing")
        published = _day(sent.get("ngay", ""), vietnam_day(self.installation.clock.now()))
        known = Channel(channel) if channel in set(Channel) else None
        return Piece(url=link or None, text=text or None, picture=None if text else picture or None, published=published, channel=known)

    def _take(self, caller: str, sent: Mapping[str, str], picture: bytes) -> tuple[str, Added]:
        collaborator, actor = self._actor(caller, sent.get("ma", ""))
        try:
            added = add_piece(self.installation, actor, self._piece(sent, picture), collaborator=collaborator, fetch=self.fetch)
        except Unavailable:
            raise Refused("bring.unreachable", 422) from None
        except LangngheError:
            raise Refused("bring.no_text", 422) from None
        return actor.name, added


def collaborators_app(installation: Installation, fetch: Fetch | None = None) -> Starlette:
    """The site; to be served by uvicorn or mounted in another application."""
    form = CollaboratorsForm(installation, fetch)
    return Starlette(routes=[Route("/", form.show, methods=["GET"]), Route("/", form.take, methods=["POST"])])
