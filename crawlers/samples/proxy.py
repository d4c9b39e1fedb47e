"""A forward proxy on loopback that answers for replayed hosts: https through CONNECT with its own certificates, and plain http.

Nothing leaves the machine: a host that the site does not hold is answered with 502.
"""

import errno
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from crawlers.samples.authority import Authority, open_authority
from crawlers.samples.site import PLAIN, Response, Site, text_response
from langnghe.errors import Unavailable

ADDRESS = "127.0.0.1"
FOLDER = "replay"
"""Folder below the data folder that keeps the certificate authority."""
IDLE_SECONDS = 60


@dataclass(frozen=True)
class Proxy:
    """A proxy that serves: what ``crawl.proxy`` and ``crawl.ca_file`` are set to."""

    url: str
    ca_file: Path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, site: Site, authority: Authority, port: int) -> None:
        self.site = site
        self.authority = authority
        super().__init__((ADDRESS, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are no news; anything else is a fault of the site and printed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection: requests in absolute form, or CONNECT and then requests to one host inside TLS."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    tunnel_host: str | None = None

    def version_string(self) -> str:
        """Who answers."""
        return "langnghe-replay"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Silent: the crawl's ledger says what was asked."""

    def do_CONNECT(self) -> None:
        """Open a tunnel to a host of the site, with TLS as that host."""
        host = self.path.rpartition(":")[0].lower()
        if host not in self.server.site.hosts:
            self._send(_unknown(host))
            self.close_connection = True
            return
        context = self.server.authority.context_for(host)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.rfile.close()
        self.wfile.close()
        self.request = self.connection = context.wrap_socket(self.connection, server_side=True)
        self.tunnel_host = host
        self.setup()
        self.close_connection = False

    def finish(self) -> None:
        """Close what the server itself does not know of: the socket inside the tunnel."""
        try:
            super().finish()
        finally:
            self.connection.close()

    def do_GET(self) -> None:
        """Answer from the site."""
        self._send(self._answer())

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self._send(self._answer())

    def _answer(self) -> Response:
        try:
            parts = urlsplit(self.path)
        except ValueError:
            return text_response("The request's address is not one.\n", PLAIN, status=400)
        host = self.tunnel_host or (parts.hostname or self.headers.get("Host", "").partition(":")[0]).lower()
        if host not in self.server.site.hosts:
            return _unknown(host)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self.server.site.answer(host, unquote(parts.path) or "/", query, headers)

    def _send(self, response: Response) -> None:
        self.send_response(response.status, "Host is not replayed" if response.status == 502 else None)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)


def _unknown(host: str) -> Response:
    text = f"{host or 'a request without a host'}: not among the replayed hosts, and this proxy reaches no other.\n"
    return text_response(text, PLAIN, status=502)


def _listen(site: Site, authority: Authority, port: int) -> _Server:
    try:
        return _Server(site, authority, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        remedy = "End the program that uses it, or choose another port (0: any free one)."
        raise Unavailable(f"port {port} of {ADDRESS} is in use", remedy) from None


@contextmanager
def serve(site: Site, data_dir: Path, port: int = 0) -> Iterator[Proxy]:
    """Serve ``site`` until the block ends; port 0 takes a free one. The certificate authority in ``data_dir`` is kept for the next time.

    Raises:
        Unavailable: the port is in use.
        ConfigurationError: the data folder cannot be written.
    """
    authority = open_authority(data_dir / FOLDER)
    server = _listen(site, authority, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="replay", daemon=True)
    thread.start()
    try:
        yield Proxy(f"http://{ADDRESS}:{server.server_address[1]}", authority.ca_file)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
