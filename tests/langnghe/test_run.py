import logging
import os
import signal
import subprocess
import sys
import time

import pytest

from langnghe.cli import pipeline
from langnghe.cli.run import one_round
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
        one_round(installation)
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


def test_run_stops_cleanly_when_it_is_told_to(settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
    environment = kept | {"LANGNGHE_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "langnghe", "run", "--no-dashboard"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(8)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
