"""``langnghe doctor`` names each thing that is wrong, with what to do."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from alerts.digest.subscriptions import subscribe, suspend
from langnghe.actor import SYSTEM
from langnghe.cli import checks, doctor
from langnghe.cli.doctor import examine
from langnghe.documents import Document
from langnghe.installation import Installation
from langnghe.record.documents import store_document
from langnghe.record.jobs import beat, finish_job, start_job


@pytest.fixture
def installation(settings, clock, record):
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
        settings.endpoints.port, settings.dashboard.port = free.getsockname()[1], other.getsockname()[1]
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


def found(installation, check):
    return doctor._find(check, lambda: doctor._checks()[check](installation))


def test_a_fresh_installation_is_well_in_every_point(installation):
    findings = list(examine(installation))
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) == 16


def test_versions_and_clock_are_told(installation):
    assert "langnghe 0." in found(installation, "versions").text
    assert "in Vietnam" in found(installation, "clock").text


def test_a_page_from_the_future_says_that_the_clock_is_wrong(installation, record, privacy):
    from langnghe.clock import SystemClock

    moment = SystemClock().now() + timedelta(hours=2)
    with record.session() as session:
        store_document(session, Document(id="1", source="s", kind="news", text="a", fetched=moment), privacy=privacy, now=moment)
    assert found(installation, "clock").remedy == "Set this machine's clock right."


def test_a_key_that_others_can_read_is_named(installation):
    assert found(installation, "keys").ok
    (installation.settings.data_dir / "author.key").chmod(0o644)
    assert "Run: chmod 600" in found(installation, "keys").remedy


def test_little_room_is_told(installation, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 10**18)
    assert "GB free" in found(installation, "disk").text
    assert not found(installation, "disk").ok


def test_a_job_that_fails_and_a_schedule_that_went_silent_are_told(installation, record, clock):
    assert "not running" in found(installation, "schedule").text
    with record.session() as session:
        beat(session, clock.now())
    assert found(installation, "schedule").ok
    clock.advance(minutes=5)
    assert "has not been heard of" in found(installation, "schedule").text
    with record.session() as session:
        finish_job(session, start_job(session, "detect", clock.now()), clock.now(), "the index is away")
    assert "detect (1 times, the index is away)" in found(installation, "schedule").text


def test_an_old_backup_and_one_that_vanished_are_told(installation, record, clock):
    with record.session() as session:
        finish_job(session, start_job(session, "backup", clock.now()), clock.now())
    assert "holds no backup any more" in found(installation, "backups").text
    clock.advance(days=3)
    assert "the last backup is of 2026-11-20" in found(installation, "backups").text


def test_a_suspended_mailbox_is_named(installation, record, settings):
    row = subscribe(record, settings, SYSTEM, "lan@bhxh.example", "34-40")
    with record.session() as session:
        suspend(record, session, session.merge(row), "550 No such user")
    finding = found(installation, "outbox")
    assert ("lan@bhxh.example" in finding.text, "langnghe subscriptions resume" in finding.remedy) == (True, True)


def test_something_else_on_the_port_of_the_endpoints_is_no_endpoint(installation):
    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", installation.settings.endpoints.port), Other)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert "are no endpoints" in found(installation, "endpoints").text
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_live_sources_are_not_crawled_in_the_name_of_the_example(installation, monkeypatch):
    monkeypatch.setattr("langnghe.cli.jobs.live_sources", lambda _: {"tuoitre": None})
    assert "crawl.user_agent" in found(installation, "crawling").remedy
    installation.settings.crawl.user_agent = "LangNghe/0.1 (+https://bhxh.example; contact: x@bhxh.example)"
    assert found(installation, "crawling").ok
