"""Reaching an Elasticsearch: the client, its version against the server's, and what goes wrong said with its remedy."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, ObjectApiResponse, TlsError, TransportError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    NotFoundError,
    UnsupportedProductError,
)
from elasticsearch.exceptions import HTTP_EXCEPTIONS

from index.interface import NeedsRebuild
from langnghe.errors import Unavailable
from langnghe.settings import IndexSettings

UNREACHED = (502, 503, 504)
"""What a proxy or a node that is about to leave answers: another node may take it at once."""
BUSY = 429


def connect(settings: IndexSettings) -> Elasticsearch:
    """A client for the cluster of the settings; it connects at the first call."""
    key = settings.elasticsearch_api_key
    options: dict[str, Any] = {"request_timeout": 60, "retry_on_timeout": True, "max_retries": 2}
    if key is not None:
        options["api_key"] = key.get_secret_value()
    if settings.elasticsearch_ca_file is not None:
        options["ssl_context"] = ssl.create_default_context(cafile=str(settings.elasticsearch_ca_file))
    return Elasticsearch(settings.elasticsearch_url.split(","), **options)


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Turns a server that is away, refuses or is none into :class:`Unavailable` with the remedy."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        raise Unavailable(
            f"Elasticsearch at {url} refuses access: {_reason(error)}", "Set index.elasticsearch_api_key to a key with the rights it names."
        ) from None
    except TlsError as error:
        raise Unavailable(
            f"the certificate of the Elasticsearch at {url} is not trusted ({str(error.message).splitlines()[0][:120]})",
            "Name the PEM file of the authority that signed it in index.elasticsearch_ca_file.",
        ) from None
    except (NoConnection, ConnectionTimeout) as error:
        raise Unavailable(
            f"Elasticsearch at {url} does not answer ({str(error.message).splitlines()[0][:120]})",
            "Start it, correct index.elasticsearch_url, or set index.backend to embedded; crawling and annotation go on meanwhile.",
        ) from None
    except UnsupportedProductError:
        raise Unavailable(f"what answers at {url} is no Elasticsearch of version 8 or later", "Correct index.elasticsearch_url.") from None
    except NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise NeedsRebuild(f"Elasticsearch at {url} holds no search index") from None
        raise
    except (ApiError, TransportError) as error:
        if isinstance(error, ApiError) and error.status_code == BUSY:
            raise Unavailable(
                f"Elasticsearch at {url} has more to do than it can take", "Nothing is lost, try again later; give it more memory or nodes."
            ) from None
        raise Unavailable(f"Elasticsearch at {url} failed: {_reason(error)}", "See the server's log; nothing is lost, try again.") from None


def _reason(error: ApiError | TransportError) -> str:
    return str(error).splitlines()[0][:200]


def raise_failed(answer: ObjectApiResponse[Any]) -> None:
    """Raise what the first of several searches that failed would have raised alone; the server answers 200 for all of them."""
    for part in answer["responses"]:
        if "error" in part:
            kind, status = part["error"]["type"], part["status"]
            raise HTTP_EXCEPTIONS.get(status, ApiError)(message=kind, meta=replace(answer.meta, status=status), body=part)


CLIENT = version("elasticsearch")


def check_version(server: str, url: str, client: str = CLIENT) -> None:
    """A client speaks to servers of its own major version that are as new as itself or newer.

    Raises:
        Unavailable: naming both versions and what to install.
    """
    of_server, of_client = (tuple(int(part) for part in number.split("-")[0].split(".")[:2]) for number in (server, client))
    if of_server[0] != of_client[0] or of_server < of_client:
        raise Unavailable(
            f"the Elasticsearch at {url} is {server}, which this program's client {client} does not speak to",
            f"Upgrade the server to {client} or later, or: pip install 'elasticsearch=={of_server[0]}.{of_server[1]}.*'.",
        )
