"""A cluster as it is run: behind TLS, with an API key, with as many copies as wished, and too busy at times."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from elasticsearch import Elasticsearch
from pydantic import SecretStr

from crawlers.samples.authority import Authority, open_authority
from index.elasticsearch_mapping import alias
from index.elasticsearch_server import check_version
from index.interface import SearchRequest, open_index
from index.search import search
from index.synchronise import drain_outbox, open_or_build, reindex
from langnghe.actor import SYSTEM
from langnghe.documents import Document, Kind
from langnghe.errors import Unavailable
from langnghe.privacy import Privacy
from langnghe.record import outbox
from langnghe.record.database import Record
from langnghe.record.documents import store_document
from langnghe.settings import IndexSettings, Settings
from tests.index.conftest import remove_indices
from tests.index.gateway import Gateway

KEY = "a2V5OnNlY3JldA=="


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return open_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def gateway(authority, elasticsearch_url) -> Iterator[Gateway]:
    with Gateway(elasticsearch_url, KEY, authority.context_for("localhost")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def guarded(settings, gateway, authority, elasticsearch_url) -> Iterator[Settings]:
    prefix = f"t{uuid.uuid4().hex[:12]}"
    index = IndexSettings(
        backend="elasticsearch",
        elasticsearch_url=gateway.url,
        elasticsearch_api_key=SecretStr(KEY),
        elasticsearch_ca_file=authority.ca_file,
        prefix=prefix,
    )
    yield settings.model_copy(update={"index": index})
    gateway.busy = 0
    remove_indices(elasticsearch_url, prefix)


def store_three(record: Record, privacy: Privacy) -> None:
    """Three documents that wait in the outbox."""
    with record.session() as session:
        for ref in "abc":
            document = Document(id=ref, source="mau", kind=Kind.news, text=f"thẻ giấy {ref}", fetched=record.clock.now())
            store_document(session, document, privacy=privacy, now=record.clock.now())


def changed(settings: Settings, **update: object) -> Settings:
    return settings.model_copy(update={"index": settings.index.model_copy(update=update)})


def test_all_goes_through_tls_with_the_key(record, guarded, gateway, privacy) -> None:
    index, before = open_or_build(record, guarded), gateway.passed
    store_three(record, privacy)
    assert drain_outbox(record, index) == 3
    assert len(search(record, index, SYSTEM, SearchRequest(query="thẻ giấy")).hits) == 3
    assert gateway.passed > before
    index.close()


def test_a_wrong_key_or_an_authority_that_is_not_trusted_is_named_with_the_remedy(record, guarded) -> None:
    with pytest.raises(Unavailable, match="refuses access") as refused:
        open_index(changed(guarded, elasticsearch_api_key=SecretStr("other")))
    assert "elasticsearch_api_key" in str(refused.value.remedy)
    with pytest.raises(Unavailable, match="certificate") as untrusted:
        open_index(changed(guarded, elasticsearch_ca_file=None))
    assert "elasticsearch_ca_file" in str(untrusted.value.remedy)


def test_a_busy_server_is_asked_again_ever_later(record, guarded, gateway, privacy, monkeypatch) -> None:
    index = open_or_build(record, guarded)
    store_three(record, privacy)
    waits: list[float] = []
    monkeypatch.setattr("elasticsearch.helpers.actions.time.sleep", waits.append)
    gateway.busy, gateway.refused = 3, 0
    assert drain_outbox(record, index) == 3
    assert (gateway.busy, gateway.refused) == (0, 3)
    assert waits == [2, 4, 8]
    assert index.count() == 3
    index.close()


def test_what_a_server_stays_too_busy_for_waits_in_the_outbox(record, guarded, gateway, privacy, monkeypatch) -> None:
    monkeypatch.setattr("index.elasticsearch_bulk.FIRST_WAIT", 0.01)
    index = open_or_build(record, guarded)
    store_three(record, privacy)
    gateway.busy = 1_000
    with pytest.raises(Unavailable, match="more to do than it can take"):
        drain_outbox(record, index)
    with record.reading() as session:
        assert outbox.backlog(session) == 3
    gateway.busy = 0
    assert drain_outbox(record, index) == 3
    assert index.count() == 3
    index.close()


@pytest.mark.parametrize(("replicas", "expected"), [(None, ("0-1", "0")), (2, ("false", "2"))])
def test_a_build_that_serves_has_the_copies_that_were_asked_for(record, guarded, elasticsearch_url, privacy, replicas, expected) -> None:
    store_three(record, privacy)
    reindex(record, changed(guarded, elasticsearch_replicas=replicas))
    with Elasticsearch(elasticsearch_url) as client:
        found = client.indices.get_settings(index=alias(guarded.index.prefix), flat_settings=True)
    assert {tuple(of["settings"][f"index.{name}"] for name in ("auto_expand_replicas", "number_of_replicas")) for of in found.values()} == {
        expected
    }
    assert {of["settings"]["index.refresh_interval"] for of in found.values()} == {"30s"}


def test_the_server_of_the_compose_file_is_one_that_the_client_speaks_to() -> None:
    compose = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    check_version(compose["services"]["search"]["image"].rpartition(":")[2], "http://search:9200")
