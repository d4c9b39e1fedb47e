"""The application that serves the endpoints."""

from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from alerts.endpoints.guards import RateLimit, StrictHeaders, TokenBucket
from alerts.endpoints.stopping import Endpoint, stop_endpoint
from langnghe.health import examine_health
from langnghe.installation import Installation
from langnghe.metrics import make_registry

BURST, PER_SECOND = 20, 0.5
"""Calls of one caller: so many at once, then one in two seconds. A monitoring system asks four times a minute."""


def _health(installation: Installation) -> Endpoint:
    async def health(_: Request) -> Response:
        found = await run_in_threadpool(examine_health, installation)
        return JSONResponse(found.as_json(), 200 if found.well else 503)

    return health


async def alive(_: Request) -> Response:
    """Whether this process answers, whatever the rest of the system does."""
    return JSONResponse({"status": "alive"})


def _metrics(installation: Installation, collectors: Sequence[Collector]) -> Endpoint:
    registry = make_registry(installation)
    for collector in collectors:
        registry.register(collector)

    async def metrics(_: Request) -> Response:
        return Response(await run_in_threadpool(generate_latest, registry), media_type=CONTENT_TYPE_LATEST)

    return metrics


def make_application(
    installation: Installation, more: Sequence[BaseRoute] = (), bucket: TokenBucket | None = None, collectors: Sequence[Collector] = ()
) -> Starlette:
    """The application: ``/stop/TOKEN``, ``/health``, ``/alive``, ``/metrics``, and the routes of other parts.

    Args:
        installation: whose record and settings it serves from.
        more: routes of other parts, which bring their own limits of size.
        bucket: limits the callers; None: the usual one.
        collectors: metrics of other parts.
    """
    settings = installation.settings
    limit = Middleware(RateLimit, bucket=bucket or TokenBucket(BURST, PER_SECOND), behind_proxy=settings.endpoints.trusted_proxy)
    routes = [
        Route("/stop/{token}", stop_endpoint(installation.record, settings), methods=["GET", "POST"]),
        Route("/health", _health(installation)),
        Route("/alive", alive),
        Route("/metrics", _metrics(installation, collectors)),
        *more,
    ]
    return Starlette(routes=routes, middleware=[Middleware(StrictHeaders), limit])
