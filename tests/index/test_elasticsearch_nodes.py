"""A cluster is named by several of its nodes: one that is away is passed over."""

import pytest
from elasticsearch import ConnectionError as NoConnection

from index.elasticsearch_server import connect
from langnghe.settings import IndexSettings
from tests.servers.postgresql import free_port


def test_what_one_node_does_not_answer_another_does(elasticsearch_url) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with connect(IndexSettings(elasticsearch_url=f"{away},{elasticsearch_url}")) as client:
        assert {client.info()["tagline"] for _ in range(4)} == {"You Know, for Search"}
    with connect(IndexSettings(elasticsearch_url=away)) as client, pytest.raises(NoConnection):
        client.info()
