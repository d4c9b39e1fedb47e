"""An index on each backend, for tests that hold on both."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.interface import SearchIndex
from index.synchronise import open_or_build
from langnghe.clock import VIETNAM, FixedClock
from langnghe.record.database import Record, open_record
from langnghe.settings import IndexSettings, Settings

pytest.register_assert_rewrite("tests.index.suite")

BACKENDS = ["embedded", "elasticsearch"]
Filled = tuple[Record, SearchIndex]


def settings_of(backend: str, folder: Path, request: Any) -> Settings:
    """Settings of an installation of its own on a backend."""
    if backend == "embedded":
        return Settings(data_dir=folder)
    url = request.getfixturevalue("elasticsearch_url")
    return Settings(data_dir=folder, index=IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix=f"suite-{folder.name}"))


def filled_with_corpus(settings: Settings) -> Iterator[Filled]:
    """A record and an index with the conformance suite's corpus; what it leaves on a server is removed."""
    from tests.index.suite import fill, read_corpus

    record = open_record(settings, FixedClock(datetime(2026, 11, 20, 8, tzinfo=VIETNAM)))
    index = open_or_build(record, settings)
    try:
        fill(record, index, read_corpus())
        yield record, index
    finally:
        index.close()
        record.close()
        if settings.index.backend == "elasticsearch":
            remove_indices(settings.index.elasticsearch_url, settings.index.prefix)


@pytest.fixture(scope="session")
def embedded_filled(request, tmp_path_factory) -> Iterator[Filled]:
    yield from filled_with_corpus(settings_of("embedded", tmp_path_factory.mktemp("embedded"), request))


@pytest.fixture(scope="session")
def elasticsearch_filled(request, tmp_path_factory) -> Iterator[Filled]:
    yield from filled_with_corpus(settings_of("elasticsearch", tmp_path_factory.mktemp("elasticsearch"), request))


@pytest.fixture(scope="session", params=BACKENDS)
def filled(request) -> Filled:
    """The corpus on each backend in turn, for tests that change nothing."""
    found: Filled = request.getfixturevalue(f"{request.param}_filled")
    return found


@pytest.fixture(params=BACKENDS)
def backend_settings(request, settings) -> Iterator[Settings]:
    """Settings of an installation on each backend in turn; what it leaves on a server is removed."""
    if request.param == "embedded":
        yield settings
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{uuid.uuid4().hex[:12]}"
    yield settings.model_copy(update={"index": IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix=prefix)})
    remove_indices(url, prefix)


def remove_indices(url: str, prefix: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(url) as client:
        names = list(client.indices.get(index=f"{prefix}-*"))
        if names:
            client.indices.delete(index=",".join(names))
        client.options(ignore_status=404).indices.delete_index_template(name=f"{prefix}-*")
