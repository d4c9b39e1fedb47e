import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from alerts.digest.sending import BeingSent
from crawlers.sources import enable_sources
from langnghe.cli import main, pipeline
from langnghe.cli.run import Dashboard, Programs, morning_digest, one_round, stop
from langnghe.config_files import default_config_dir
from langnghe.errors import LangngheError
from langnghe.installation import Installation


@pytest.fixture
def installation(settings, clock):
    made = Installation(settings, clock)
    yield made
    made.record.close()


def test_a_step_that_fails_is_logged_and_the_next_ones_run(installation, monkeypatch, caplog):
    seen = []

    def fail(*_):
        raise LangngheError("the index is away")

    monkeypatch.setattr(pipeline, "annotate_and_index", fail)
    monkeypatch.setattr(pipeline, "raise_concerns", lambda _, day: seen.append(day))
    with caplog.at_level(logging.ERROR):
        failed = one_round(installation, {})
    assert failed == ["annotate and index"]
    assert "annotate and index failed" in caplog.text
    assert [day.isoformat() for day in seen] == ["2026-11-20"]


def test_every_subscriber_is_tried_and_those_that_failed_are_named(installation, monkeypatch):
    tried = []

    def send(_record, _settings, _office, _day, address, _actor):
        tried.append(address)
        if address.startswith("bad"):
            raise LangngheError("550 no such mailbox")

    monkeypatch.setattr("alerts.digest.sending.send_digest", send)
    installation.settings.mail.subscribers = {"bad@bhxh.example": "national", "good@bhxh.example": "34-40"}
    with pytest.raises(LangngheError, match=r"1 digests could not be sent: bad@bhxh\.example: 550"):
        pipeline.send_digests(installation, installation.clock.now().date())
    assert tried == ["bad@bhxh.example", "good@bhxh.example"]


def test_no_error_of_one_subscriber_keeps_the_others_from_their_mail(installation, monkeypatch):
    tried = []

    def send(_record, _settings, _office, _day, address, _actor):
        tried.append(address)
        if address.startswith("bad"):
            raise UnicodeEncodeError("ascii", "ă", 0, 1, "ordinal not in range")
        if address.startswith("busy"):
            raise BeingSent(address)

    monkeypatch.setattr("alerts.digest.sending.send_digest", send)
    installation.settings.mail.subscribers = dict.fromkeys(["bad@bhxh.example", "busy@bhxh.example", "good@bhxh.example"], "national")
    with pytest.raises(LangngheError, match=r"1 digests could not be sent: bad@bhxh\.example: UnicodeEncodeError"):
        pipeline.send_digests(installation, installation.clock.now().date())
    assert len(tried) == 3


def test_a_digest_is_tried_in_every_round_from_its_hour_on(installation, monkeypatch):
    days = []

    def send(_, day):
        days.append(day.isoformat())
        raise LangngheError("the mail server is away")

    monkeypatch.setattr(pipeline, "send_digests", send)
    for name in ("annotate_and_index", "raise_concerns"):
        monkeypatch.setattr(pipeline, name, lambda *_: None)
    assert one_round(installation, {}) == ["digest"]
    assert one_round(installation, {}) == ["digest"]
    installation.clock.advance(hours=-1.5)
    morning_digest(installation)
    assert days == ["2026-11-20"] * 2


def test_one_round_ends_with_1_and_the_steps_that_failed(settings, monkeypatch, capsys):
    def fail(*_):
        raise LangngheError("the index is away")

    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("crawlers.crawl.crawl", lambda *_: [])
    monkeypatch.setattr(pipeline, "annotate_and_index", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main(["run", "--once"])
    assert ended.value.code == 1
    assert "1 steps of the round failed: annotate and index" in capsys.readouterr().err


def test_a_broken_source_stops_the_start(settings, tmp_path, monkeypatch, capsys):
    shutil.copytree(default_config_dir(), tmp_path / "config")
    (tmp_path / "config" / "sources" / "broken.yaml").write_text("id: broken\nname: Broken\nkind: newspaper\n", encoding="utf-8")
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_CONFIG_DIR", str(tmp_path / "config"))
    with pytest.raises(SystemExit) as ended:
        main(["run", "--no-dashboard"])
    assert ended.value.code == 1
    assert "broken.yaml:" in capsys.readouterr().err


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STUBBORN!r}])"


def test_what_does_not_end_is_killed_with_what_it_started():
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    stop(process, seconds=0.5)
    assert process.returncode is not None
    assert process.stdout.read() == b""  # its child, which heeds no SIGTERM, held the other end
    process.stdout.close()


def test_a_dashboard_that_died_is_started_again_and_that_is_logged(installation, monkeypatch, caplog):
    started = []

    def start(_):
        started.append(subprocess.Popen([sys.executable, "-c", "" if not started else STUBBORN], stdout=subprocess.PIPE))
        return started[-1]

    monkeypatch.setattr("langnghe.cli.dashboard.start_dashboard", start)
    monkeypatch.setattr("langnghe.cli.run.STOP_SECONDS", 0.5)
    dashboard = Dashboard(installation)
    started[0].wait(10)
    dashboard.look()
    dashboard.look()
    assert len(started) == 2
    assert "the dashboard ended with status 0; it is started again" in caplog.text
    started[1].stdout.readline()
    dashboard.stop()
    assert started[1].returncode == -signal.SIGKILL
    for process in started:
        process.stdout.close()


def test_a_clock_that_was_set_goes_on_in_the_programs(installation, monkeypatch):
    seen = {}

    class Ended(subprocess.Popen):
        def __init__(self, command, *, env, **more):
            seen.update(now=env["LANGNGHE_NOW"], command=command[2:])
            super().__init__([sys.executable, "-c", ""], **more)

    monkeypatch.setattr(subprocess, "Popen", Ended)
    installation.settings.now = installation.clock.now() - timedelta(days=3)
    installation.settings.mail.subscribers = {"a@bhxh.example": "national"}
    Programs(installation).digest()
    assert seen == {"now": "2026-11-20T08:00:00+07:00", "command": ["langnghe", "digest", "--day", "2026-11-20"]}


@pytest.fixture
def silent_proxy():
    """A proxy that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_run_stops_within_20_seconds_in_the_middle_of_a_crawl(settings, silent_proxy, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    enable_sources(config, ["cafef"])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
    environment = kept | {
        "LANGNGHE_DATA_DIR": str(settings.data_dir),
        "LANGNGHE_CONFIG_DIR": str(config),
        "LANGNGHE_CRAWL__PROXY": silent_proxy,
    }
    command = [sys.executable, "-m", "langnghe", "run", "--no-dashboard"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        log = settings.data_dir / "crawl.log"
        while not (log.exists() and "Spider opened" in log.read_text(encoding="utf-8")) and time.monotonic() < until:
            time.sleep(0.2)
        assert "Spider opened" in log.read_text(encoding="utf-8")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.stderr.read()  # ends only when the round's processes have ended too
