"""What stands before a guarded cluster: TLS, an API key that is asked for, and a server that may be too busy; behind it the real node."""

import json
import ssl
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP = ("connection", "transfer-encoding", "content-length", "keep-alive")
"""Headers of one connection, which are not passed on."""


class Gateway(ThreadingHTTPServer):
    """Passes on to the node at ``url`` what carries the key; ``busy`` counts the bulk requests that are still to be refused (429)."""

    daemon_threads = True

    def __init__(self, url: str, key: str, context: ssl.SSLContext) -> None:
        parts = urlsplit(url)
        self.inner = (parts.hostname or "", parts.port or 80)
        self.key, self.busy, self.refused, self.passed = key, 0, 0, 0
        super().__init__(("127.0.0.1", 0), _Visitor)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that trusts no such authority breaks off: nothing to tell."""


class _Visitor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        """Quiet."""

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int, kind: str) -> None:
        body = json.dumps({"error": {"type": kind, "reason": "of the test"}, "status": status}).encode()
        self._answer(status, {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}, body)

    def _serve(self) -> None:
        gateway, body = self.server, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != f"ApiKey {gateway.key}":
            self._refuse(401, "security_exception")
        elif gateway.busy and self.path.startswith("/_bulk"):
            gateway.busy, gateway.refused = gateway.busy - 1, gateway.refused + 1
            self._refuse(429, "es_rejected_execution_exception")
        else:
            gateway.passed += 1
            self._pass_on(body)

    def _pass_on(self, body: bytes) -> None:
        inner = HTTPConnection(*self.server.inner)
        # The node of the tests has no security and would refuse a key.
        headers = {name: value for name, value in self.headers.items() if name.lower() not in (*HOP, "authorization", "host")}
        inner.request(self.command, self.path, body, headers)
        answer = inner.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP}
        self._answer(answer.status, kept, answer.read())
        inner.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 - names of the library
