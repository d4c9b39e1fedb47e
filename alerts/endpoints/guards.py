"""What stands before every endpoint: headers that keep browsers strict, a limit on how often one caller may call, and on sizes."""

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
"""Set on every answer; HSTS counts only where a reverse proxy speaks TLS."""
MOST_BYTES = 4_096
"""Of a request's body: a one-click POST has 26."""


class StrictHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class TokenBucket:
    """So many calls at once, and so many more a second; remembers a bounded number of callers, the latest."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic, most: int = 10_000) -> None:
        self._burst, self._rate, self._clock, self._most = float(burst), per_second, clock, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, caller: str) -> float:
        """0 where the caller may go on, else the seconds to wait."""
        now = self._clock()
        left, last = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - last) * self._rate)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


def caller_of(request: Request, *, behind_proxy: bool) -> str:
    """Who calls: the peer, or whom the reverse proxy named last (what stands before that, the caller may have written)."""
    if behind_proxy and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return request.client.host if request.client else "unknown"


class RateLimit:
    """Answers 429 to a caller who calls too often, and 413 to a body that is too large."""

    def __init__(self, app: ASGIApp, bucket: TokenBucket, *, behind_proxy: bool) -> None:
        self._app, self._bucket, self._behind_proxy = app, bucket, behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if wait := self._bucket.allow(caller_of(request, behind_proxy=self._behind_proxy)):
            answer = PlainTextResponse("Too many requests\n", 429, {"Retry-After": str(int(wait) + 1)})
            await answer(scope, receive, send)
            return
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES or "transfer-encoding" in request.headers:
            await PlainTextResponse("Content too large\n", 413)(scope, receive, send)
            return
        await self._app(scope, receive, send)
