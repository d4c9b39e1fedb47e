"""What holds on Elasticsearch alone: partitions, versions, strict fields, a server that is away for a while."""

import socketserver
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from socket import SHUT_RDWR, create_connection, socket
from urllib.parse import urlsplit

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from index.elasticsearch_mapping import alias, write_alias
from index.elasticsearch_server import check_version
from index.interface import SearchRequest, open_index
from index.search import search
from index.synchronise import compare_counts, drain_outbox, open_or_build, reindex
from langnghe.actor import SYSTEM
from langnghe.documents import Document, Kind
from langnghe.errors import Unavailable
from langnghe.record import outbox
from langnghe.record.documents import find, store_document, tombstone
from langnghe.settings import IndexSettings, Settings
from tests.index.conftest import remove_indices


@pytest.fixture
def of_server(settings, elasticsearch_url) -> Iterator[Settings]:
    prefix = f"t{uuid.uuid4().hex[:12]}"
    yield settings.model_copy(update={"index": IndexSettings(backend="elasticsearch", elasticsearch_url=elasticsearch_url, prefix=prefix)})
    remove_indices(elasticsearch_url, prefix)


@pytest.fixture
def write(record, privacy):
    def store(ref: str, text: str) -> None:
        document = Document(
            id=ref, source="mau", kind=Kind.news, text=text, published=datetime(2026, 11, 1, tzinfo=UTC), fetched=record.clock.now()
        )
        with record.session() as session:
            store_document(session, document, privacy=privacy, now=record.clock.now())

    return store


def found(record, index, query: str) -> list[str]:
    return sorted(hit.ref for hit in search(record, index, SYSTEM, SearchRequest(query=query)).hits)


def partitions(url: str, prefix: str) -> dict[str, int]:
    """Documents of each partition of the build that serves."""
    with Elasticsearch(url) as client:
        names = client.indices.get_alias(name=alias(prefix))
        return {name.rsplit("-", 1)[1]: client.count(index=name)["count"] for name in sorted(names)}


def test_a_document_lies_in_the_quarter_in_which_it_was_first_seen_and_stays_there(record, of_server, write, clock) -> None:
    index = open_or_build(record, of_server)
    write("a", "thẻ giấy")
    drain_outbox(record, index)
    clock.advance(days=60)
    write("b", "thẻ nhựa")
    write("a", "thẻ giấy bản mới")
    drain_outbox(record, index)
    where = of_server.index
    assert partitions(where.elasticsearch_url, where.prefix) == {"base": 0, "2026q4": 1, "2027q1": 1}
    assert found(record, index, "thẻ") == ["a", "b"]
    reindex(record, of_server)
    assert partitions(where.elasticsearch_url, where.prefix) == {"base": 0, "2026q4": 1, "2027q1": 1}
    assert found(record, index, "thẻ") == ["a", "b"]
    with record.session() as session:
        tombstone(session, find(session, "mau", "a"), record.clock.now())
    drain_outbox(record, index)
    assert found(record, index, "thẻ") == ["b"]
    index.close()


def test_a_writer_that_was_there_before_the_swap_goes_on_in_the_new_build(record, of_server, write, clock) -> None:
    index = open_or_build(record, of_server)
    write("a", "thẻ giấy")
    drain_outbox(record, index)
    with record.session() as session:
        tombstone(session, find(session, "mau", "a"), record.clock.now())
    drain_outbox(record, index)
    reindex(record, of_server)  # the new build has no partition of this quarter, for it has no document
    write("b", "thẻ nhựa")
    drain_outbox(record, index)
    assert found(record, index, "thẻ") == ["b"]
    assert partitions(of_server.index.elasticsearch_url, of_server.index.prefix) == {"base": 0, "2026q4": 1}
    index.close()


def test_only_the_newest_build_is_left_behind_the_alias(record, of_server, write) -> None:
    write("a", "thẻ giấy")
    open_or_build(record, of_server).close()
    reindex(record, of_server)
    where = of_server.index
    with Elasticsearch(where.elasticsearch_url) as client:
        builds = {name.rsplit("-", 1)[0] for name in client.indices.get(index=f"{alias(where.prefix)}-*")}
        assert len(builds) == 1
        assert list(client.indices.get_alias(name=write_alias(where.prefix, "2026q4")))


def test_a_field_that_nobody_knows_is_refused(record, of_server) -> None:
    open_or_build(record, of_server).close()
    where = of_server.index
    with Elasticsearch(where.elasticsearch_url) as client:
        base = next(iter(client.indices.get_alias(name=alias(where.prefix))))
        with pytest.raises(BadRequestError, match="strict_dynamic_mapping"):
            client.index(index=base, document={"tieu_de": "?"})


@pytest.mark.parametrize(("server", "client"), [("9.5.3", "9.5.1"), ("9.7.0", "9.5.1"), ("9.5.0-SNAPSHOT", "9.5.1")])
def test_a_server_as_new_as_the_client_is_spoken_to(server, client) -> None:
    check_version(server, "http://es.example", client)


@pytest.mark.parametrize(("server", "client"), [("8.19.0", "9.5.1"), ("9.4.9", "9.5.1"), ("10.0.0", "9.5.1")])
def test_a_server_that_the_client_does_not_know_is_named_with_the_remedy(server, client) -> None:
    with pytest.raises(Unavailable, match=rf"is {server}.*client {client}.*pip install"):
        check_version(server, "http://es.example", client)


class _Door(socketserver.ThreadingTCPServer):
    """A way to the real server that can be shut."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.target, self.is_open = (parts.hostname or "", parts.port or 80), True
        super().__init__(("127.0.0.1", 0), _Visitor)


class _Visitor(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        door = self.server
        assert isinstance(door, _Door)
        if not door.is_open:
            return
        with create_connection(door.target) as inner, suppress(OSError):
            threading.Thread(target=_pass_on, args=(inner, self.request, door), daemon=True).start()
            _pass_on(self.request, inner, door)


def _pass_on(source: socket, target: socket, door: _Door) -> None:
    with suppress(OSError):
        while door.is_open and (data := source.recv(65536)):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(SHUT_RDWR)


@pytest.fixture
def door(elasticsearch_url) -> Iterator[_Door]:
    with _Door(elasticsearch_url) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_what_arrived_while_the_server_was_away_is_indexed_when_it_is_back_each_once(
    record, of_server, write, door, elasticsearch_url
) -> None:
    behind = of_server.index.model_copy(update={"elasticsearch_url": f"http://127.0.0.1:{door.server_address[1]}"})
    through = of_server.model_copy(update={"index": behind})
    index = open_or_build(record, through)
    write("truoc", "thẻ giấy")
    drain_outbox(record, index)
    door.is_open = False
    for number in range(20):
        write(f"luc-vang-{number}", f"thẻ nhựa số {number}")  # crawling goes on: the record takes it
        if number % 10 == 0:
            with pytest.raises(Unavailable, match="does not answer"):
                drain_outbox(record, index)
    with record.reading() as session:
        assert outbox.backlog(session) == 20
    with pytest.raises(Unavailable):
        search(record, index, SYSTEM, SearchRequest(query="thẻ"))
    door.is_open = True
    again = open_index(through)
    assert drain_outbox(record, again) == 20
    counts = compare_counts(record, again)
    assert (counts.record, counts.index, counts.waiting) == (21, 21, 0)
    assert len(found(record, again, "thẻ")) == 20  # a page
    index.close()
    again.close()
