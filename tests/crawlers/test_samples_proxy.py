"""The replay proxy, reached by real clients over real sockets, with TLS that they verify."""

import json
import socket
import ssl
import stat
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest

from crawlers.samples.proxy import Proxy, serve
from crawlers.samples.world import World, make_world
from crawlers.samples.world_site import WorldSite
from langnghe.errors import ConfigurationError, Unavailable

MAIN = "dansinhmoi.example"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1, date(2026, 11, 20))


@pytest.fixture(scope="module")
def proxy(world, tmp_path_factory) -> Iterator[Proxy]:
    with serve(WorldSite(world), tmp_path_factory.mktemp("data")) as served:
        yield served


def opener(proxy: Proxy, context: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    trusted = context or ssl.create_default_context(cafile=str(proxy.ca_file))
    proxies = urllib.request.ProxyHandler({"http": proxy.url, "https": proxy.url})
    return urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=trusted))


def tunnel(proxy: Proxy, host: str) -> HTTPSConnection:
    address = urlsplit(proxy.url)
    context = ssl.create_default_context(cafile=str(proxy.ca_file))
    connection = HTTPSConnection(address.hostname, address.port, context=context, timeout=10)
    connection.set_tunnel(host, 443)
    return connection


def test_https_through_the_tunnel_is_verified_against_our_authority(world, proxy):
    article = world.articles[0]
    with opener(proxy).open(article.url, timeout=10) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f'<link rel="canonical" href="{article.url}">' in response.read().decode()


def test_a_client_that_does_not_know_our_authority_refuses(world, proxy):
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        opener(proxy, ssl.create_default_context()).open(world.articles[0].url, timeout=10)


def test_every_host_of_the_world_has_a_valid_certificate(world, proxy):
    for host in WorldSite(world).hosts:
        connection = tunnel(proxy, host)
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().read().startswith("# dữ liệu mẫu".encode())
        connection.close()


def test_plain_http_in_absolute_form_is_answered_too(proxy):
    with opener(proxy).open(f"http://{MAIN}/robots.txt", timeout=10) as response:
        assert b"Disallow: /quang-cao/" in response.read()


def test_one_connection_carries_many_requests(world, proxy):
    connection = tunnel(proxy, MAIN)
    connection.connect()
    first = connection.sock
    for path in ("/", "/suc-khoe.htm", "/none.htm", "/robots.txt"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is first
    connection.close()


def test_a_query_reaches_the_comment_service(world, proxy):
    article = max(world.articles, key=lambda article: len(article.comments))
    with opener(proxy).open(
        f"https://id.{MAIN}/api/getlist-comment.api?objId={article.number}&objType=1&pageindex=2", timeout=10
    ) as response:
        assert json.loads(json.loads(response.read())["Data"])


def test_a_second_fetch_with_the_entity_tag_is_304(world, proxy):
    url = world.articles[0].url
    with opener(proxy).open(url, timeout=10) as response:
        tag = response.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError) as answered:
        opener(proxy).open(urllib.request.Request(url, headers={"If-None-Match": tag}), timeout=10)
    with answered.value as error:
        assert error.code == 304
        assert error.read() == b""


def test_head_has_the_length_and_no_body(world, proxy):
    connection = tunnel(proxy, MAIN)
    connection.request("HEAD", "/")
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) > 1000
    assert response.read() == b""
    connection.request("GET", "/robots.txt")
    assert connection.getresponse().status == 200
    connection.close()


def test_another_host_over_http_is_502_with_the_reason(proxy):
    with pytest.raises(urllib.error.HTTPError) as answered:
        opener(proxy).open("http://other.example/", timeout=10)
    with answered.value as error:
        assert error.code == 502
        assert "other.example: not among the replayed hosts" in error.read().decode()


def test_another_host_over_https_gets_no_tunnel(proxy):
    with pytest.raises(OSError, match="502 Host is not replayed"):
        opener(proxy).open("https://other.example/", timeout=10)


def test_what_cannot_be_done_is_refused(proxy):
    address = urlsplit(proxy.url)
    for request, status in ((b"POST http://dansinhmoi.example/ HTTP/1.1\r\n\r\n", b"501"), (b"GET http://[x HTTP/1.1\r\n\r\n", b"400")):
        with socket.create_connection((address.hostname, address.port), timeout=10) as sock:
            sock.sendall(request)
            assert sock.recv(200).split()[1] == status


def test_a_client_that_hangs_up_harms_nobody(proxy, capfd):
    address = urlsplit(proxy.url)
    for sent in (
        b"",
        b"CONNECT dansinhmoi.example:443 HTTP/1.1\r\n\r\n",
        b"CONNECT dansinhmoi.example:443 HTTP/1.1\r\n\r\nno handshake\r\n",
    ):
        with socket.create_connection((address.hostname, address.port), timeout=10) as sock:
            sock.sendall(sent)
    with opener(proxy).open(f"https://{MAIN}/robots.txt", timeout=10) as response:
        assert response.status == 200
    assert "Traceback" not in capfd.readouterr().err


def test_many_clients_are_served_at_once(world, proxy):
    held = [tunnel(proxy, MAIN) for _ in range(20)]
    statuses: list[int] = []

    def ask(connection: HTTPSConnection) -> None:
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    threads = [threading.Thread(target=ask, args=(connection,)) for connection in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for connection in held:
        connection.close()
    assert statuses == [200] * 20


def test_the_authority_is_kept_for_the_next_time_and_its_key_is_private(world, tmp_path):
    with serve(WorldSite(world), tmp_path) as first:
        certificate = first.ca_file.read_bytes()
    with serve(WorldSite(world), tmp_path) as second:
        assert second.ca_file.read_bytes() == certificate
        key = second.ca_file.with_name("ca.key")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        with opener(second).open(f"https://{MAIN}/robots.txt", timeout=10) as response:
            assert response.status == 200


def test_a_broken_authority_is_made_anew(world, tmp_path):
    with serve(WorldSite(world), tmp_path) as first:
        ca_file = first.ca_file
    ca_file.with_name("ca.key").write_text("not a key", encoding="utf-8")
    with serve(WorldSite(world), tmp_path) as second, opener(second).open(f"https://{MAIN}/robots.txt", timeout=10) as response:
        assert response.status == 200


def test_a_port_in_use_is_said_with_its_remedy(world, proxy, tmp_path):
    port = urlsplit(proxy.url).port
    with pytest.raises(Unavailable, match=rf"port {port} of 127\.0\.0\.1 is in use"), serve(WorldSite(world), tmp_path, port):
        pass


def test_a_data_folder_that_cannot_be_written_is_said(world, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Choose a data folder"), serve(WorldSite(world), tmp_path / "file"):
        pass


def test_nothing_listens_after_the_block(world, tmp_path):
    with serve(WorldSite(world), tmp_path) as served:
        address = urlsplit(served.url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=5).close()
