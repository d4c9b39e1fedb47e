"""``langnghe endpoints``: the small pages without a login: stopping mails, health, metrics."""

from typing import Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.settings import EndpointSettings


def ensure_endpoint_free(settings: EndpointSettings) -> None:
    """Raise unless the endpoints may be served at their address.

    Raises:
        LangngheError: something else listens there, or the address is not this machine's.
    """
    import errno
    import socket

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without this a port that was closed a minute ago would look taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        problem = "is in use" if error.errno == errno.EADDRINUSE else f"can't be used: {error.strerror or error}"
        remedy = f"Choose another address: LANGNGHE_ENDPOINTS__PORT={settings.port % 65535 + 1}, or endpoints.host."
        raise LangngheError(f"port {settings.port} on {settings.host} {problem}", remedy) from None


def endpoints(
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True, help="End when standard input does.")] = False,
) -> None:
    """Serve the endpoints until Ctrl-C."""
    import uvicorn

    from alerts.endpoints.application import make_application
    from crawlers.metrics import SourceCollector
    from langnghe.cli.programs import end_with_parent
    from langnghe.installation import open_installation
    from langnghe.logs import configure_logging

    installation = open_installation()
    settings = installation.settings.endpoints
    configure_logging(installation.settings.log)
    ensure_endpoint_free(settings)
    if with_parent:
        end_with_parent()
    application = make_application(installation, collectors=[SourceCollector(installation)])
    try:
        uvicorn.run(
            application, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False,
            timeout_keep_alive=5, limit_concurrency=200, h11_max_incomplete_event_size=16_384,
        )  # fmt: skip
    finally:
        installation.record.close()
