"""Hosts of our own on loopback, reached as through a proxy: what each URL answers is set by the test, and every request is kept."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Answer:
    """An HTTP answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    byte_every: float = 0
    """Seconds between two bytes of the body, if it is to drip."""
    missing: int = 0
    """Bytes that are announced and never come."""


@dataclass
class Site:
    """URL → answer, or a function that gives one; an unknown URL is 404."""

    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def put(self, url: str, body: str, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[url] = Answer(body.encode(), status, {"Content-Type": "text/html; charset=utf-8", **named})

    def asked(self, url: str) -> int:
        return sum(asked == url for asked, _ in self.requests)

    def answer(self, url: str, headers: dict[str, str]) -> Answer:
        self.requests.append((url, headers))
        found = self.answers.get(url, Answer(b"no such page", 404))
        answer = found() if callable(found) else found
        etag = answer.headers.get("ETag")
        return Answer(b"", 304, {"ETag": etag}) if etag and headers.get("If-None-Match") == etag else answer


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            url = f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            answer = site.answer(url, dict(self.headers.items()))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.missing))
            self.close_connection = self.close_connection or bool(answer.missing)
            self.end_headers()
            self.give(answer)

        def give(self, answer: Answer) -> None:
            if not answer.byte_every:
                self.wfile.write(answer.body)
                return
            with suppress(OSError):  # the client has had enough
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(answer.byte_every)

        def log_message(self, *args) -> None:
            pass

    return Handler


@contextmanager
def serve() -> Iterator[Site]:
    """A site that is served while the block runs."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
