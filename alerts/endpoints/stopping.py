"""Stopping mails: a POST stops them at once (RFC 8058), a GET only asks, since programs follow every link of a mail."""

from collections.abc import Awaitable, Callable

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts.digest.content import office_name
from alerts.digest.rendering import TEMPLATES
from alerts.digest.subscriptions import by_token, stop_by_token
from langnghe.record.database import Record
from langnghe.record.schema import Subscription
from langnghe.settings import Settings
from langnghe.wording import load_wording

LONGEST_TOKEN = 64
Endpoint = Callable[[Request], Awaitable[Response]]


def stop_endpoint(record: Record, settings: Settings) -> Endpoint:
    """``/stop/TOKEN``."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined).get_template("stop.html")

    def find(token: str) -> Subscription | None:
        with record.reading() as session:
            return by_token(session, token)

    def show(row: Subscription | None, *, stopped: bool) -> Response:
        language = (row.language if row else None) or settings.language
        words = load_wording(language, settings.config_dir)
        office = office_name(row.office, settings) if row else ""
        html = page.render(words=words, known=row is not None, stopped=stopped, office=office)
        return HTMLResponse(html, 200 if row else 404)

    async def stop(request: Request) -> Response:
        token = request.path_params["token"]
        if len(token) > LONGEST_TOKEN:
            return show(None, stopped=False)
        if request.method == "POST":
            return show(await run_in_threadpool(stop_by_token, record, token), stopped=True)
        row = await run_in_threadpool(find, token)
        return show(row, stopped=row is not None and row.state == "stopped")

    return stop
