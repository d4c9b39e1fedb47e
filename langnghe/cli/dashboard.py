"""``langnghe dashboard``: the officers' pages, served by Streamlit in a process of its own."""

import errno
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from langnghe.errors import LangngheError, Unavailable
from langnghe.settings import DashboardSettings, Settings

START_SECONDS = 60.0
"""How long Streamlit may take before it answers."""
_KEPT_FROM_IT = {"crawl", "nlp"}
"""Groups of settings that the dashboard does not need."""


def is_local(host: str) -> bool:
    """Whether only programs of this machine reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def ensure_port_free(settings: DashboardSettings) -> None:
    """Raise unless the dashboard may be served at its address.

    Raises:
        LangngheError: something else listens there, or the address is not this machine's, or it is open to others without a login.
    """
    where = f"{settings.host}:{settings.port}"
    if settings.access == "local" and not is_local(settings.host):
        raise LangngheError(
            f"the dashboard at {where} would be open to everyone who reaches {settings.host}",
            "Serve it on 127.0.0.1, or set dashboard.access to accounts or oidc, or to proxy where a reverse proxy asks for the login.",
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without this a port that was closed a minute ago would look taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"Stop what listens there, or choose another port: LANGNGHE_DASHBOARD__PORT={settings.port % 65535 + 1}."
            raise LangngheError(f"port {settings.port} on {settings.host} is in use", remedy) from None
        reason = error.strerror or str(error)
        raise LangngheError(f"the dashboard can't be served at {where}: {reason}", "Correct dashboard.host or dashboard.port.") from None


def _flat(values: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name.upper()}__")
        elif value is not None:
            yield f"{prefix}{name.upper()}", str(value)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which Streamlit's process finds the same settings; a settings file is not asked again."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
    given = settings.model_dump(mode="json", exclude=_KEPT_FROM_IT | {"mail"})
    given["mail"] = {"dashboard_url": settings.mail.dashboard_url}
    given["data_dir"], given["config_dir"] = str(settings.data_dir.resolve()), str(settings.base_config_dir.resolve())
    if (key := settings.index.elasticsearch_api_key) is not None:
        given["index"]["elasticsearch_api_key"] = key.get_secret_value()
    if (provider := settings.dashboard.oidc) is not None:
        given["dashboard"]["oidc"]["client_secret"] = provider.client_secret.get_secret_value()
    return inherited | dict(_flat(given, "LANGNGHE_"))


def _allowed_hosts(settings: Settings) -> list[str]:
    """Names under which the dashboard may be called; any other is a page elsewhere that had its name point here."""
    named = urlsplit(settings.mail.dashboard_url).hostname
    return list(dict.fromkeys(host for host in ("127.0.0.1", "localhost", "[::1]", settings.dashboard.host, named) if host))


def command_of(settings: Settings) -> list[str]:
    """The command line that serves the dashboard; what does not depend on settings stands in ``dashboard/.streamlit/config.toml``."""
    hosts = [part for host in _allowed_hosts(settings) for part in ("--server.allowedHosts", host)]
    address = ["--server.address", settings.dashboard.host, "--server.port", str(settings.dashboard.port)]
    return [sys.executable, "-m", "dashboard", *address, *hosts]


def start_dashboard(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the dashboard in a process of its own and return at once.

    Raises:
        LangngheError: see :func:`ensure_port_free`.
    """
    ensure_port_free(settings.dashboard)
    command, environment = command_of(settings), environment_of(settings)
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


def address_of(settings: DashboardSettings) -> str:
    """The address to open on this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def wait_until_ready(process: subprocess.Popen[bytes], url: str, seconds: float = START_SECONDS) -> None:
    """Wait until the dashboard answers.

    Raises:
        Unavailable: its process ended, or it did not answer in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Unavailable(f"the dashboard ended with status {process.returncode}", "What it wrote above says why.")
        if _answers(url):
            return
        time.sleep(0.1)
    raise Unavailable(f"the dashboard at {url} did not answer within {seconds:g} s", "See what else the machine is doing, and try again.")


@contextmanager
def _ends_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever ends this program, Ctrl-C or a supervisor's SIGTERM, ends the dashboard too."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _has_a_screen() -> bool:
    has_display = sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return sys.stdout.isatty() and has_display


def serve_dashboard(settings: Settings) -> None:
    """Serve the dashboard, say where, open it where there is a screen, and stay until Ctrl-C."""
    process = start_dashboard(settings)
    with _ends_with_us(process):
        url = address_of(settings.dashboard)
        wait_until_ready(process, url)
        print(f"The dashboard is at {url} (Ctrl-C stops it)", file=sys.stderr)
        if _has_a_screen():
            webbrowser.open(url)
        process.wait()
    if process.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise Unavailable(f"the dashboard ended with status {process.returncode}", "What it wrote above says why.")


def dashboard() -> None:
    """Serve the dashboard until Ctrl-C."""
    from langnghe.installation import open_installation

    installation = open_installation()
    installation.record.close()
    serve_dashboard(installation.settings)
