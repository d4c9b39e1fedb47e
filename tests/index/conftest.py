"""An index on each backend, for tests that hold on both."""

import uuid
from collections.abc import Iterator

import pytest

from langnghe.settings import IndexSettings, Settings

pytest.register_assert_rewrite("tests.index.suite")


@pytest.fixture(params=["embedded", "elasticsearch"])
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
