"""What a replayed site is: it answers requests with responses, and knows nothing of sockets."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Protocol

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "application/rss+xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Response:
    """An answer: status, header fields and body as it goes over the wire."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Site(Protocol):
    """One or more hosts that can be replayed."""

    @property
    def hosts(self) -> frozenset[str]:
        """Lower-case names of the hosts that it answers for."""
        ...

    def answer(self, host: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """The answer to a GET of ``path`` (decoded, with its first slash) at ``host``; names in ``headers`` are lower case.

        Called from several threads at once.
        """
        ...


def text_response(text: str, content_type: str = HTML, *, status: int = 200, modified: datetime | None = None) -> Response:
    """A text in UTF-8, with an entity tag and, where it is known, the time of its last change (RFC 9110)."""
    body = text.encode()
    headers = {"Content-Type": content_type}
    if status == 200:
        headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if modified:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    return Response(status, headers, body)


def redirect(location: str) -> Response:
    """Moved permanently."""
    return Response(301, {"Location": location, "Content-Type": PLAIN}, b"")


def _is_current(response: Response, headers: Mapping[str, str]) -> bool:
    """Whether the client has this already: its entity tags win over its date (RFC 9110, 13.2.2)."""
    if tags := headers.get("if-none-match"):
        return response.headers.get("ETag") in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since, modified = headers.get("if-modified-since"), response.headers.get("Last-Modified")
    try:
        return bool(since and modified) and parsedate_to_datetime(modified or "") <= parsedate_to_datetime(since or "")
    except ValueError:
        return False


def conditional(response: Response, headers: Mapping[str, str]) -> Response:
    """The response, or 304 without a body where the request's conditions say that the client has it."""
    if response.status != 200 or not _is_current(response, headers):
        return response
    return replace(response, status=304, body=b"")
