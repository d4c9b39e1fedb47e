"""``langnghe run``: every job is noted, a failed one is tried again and told, and nothing outlives the schedule."""

import json
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
from sqlalchemy import select

from crawlers.sources import enable_sources
from langnghe.cli import jobs, main, pipeline
from langnghe.cli.jobs import JOBS, run_noted
from langnghe.cli.programs import Programs, Served, stop_group
from langnghe.cli.run import one_round
from langnghe.cli.schedule import PollRules, due_sources, load_schedule
from langnghe.cli.scheduling import Schedule
from langnghe.config_files import default_config_dir
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.logs import JsonLines, OneLine
from langnghe.record.jobs import beat, finish_job, forget_jobs, last_beat, note_lost, start_job, state_of
from langnghe.record.ledger import Outcome, finish_run, note_outcome, start_run
from langnghe.record.schema import JobRun, MailRow
from langnghe.systemd import notify

RULES = load_schedule()


@pytest.fixture
def installation(settings, clock, record):
    made = Installation(settings, clock)
    made.__dict__["record"] = record
    return made


def runs(record):
    with record.reading() as session:
        return [(run.name, run.state, run.attempt) for run in session.scalars(select(JobRun).order_by(JobRun.id))]


def test_a_step_that_fails_is_noted_and_the_next_ones_run(installation, monkeypatch, caplog):
    def fail(*_):
        raise LangngheError("the index is away")

    monkeypatch.setattr(pipeline, "annotate_and_index", fail)
    assert one_round(installation, {}) == ["annotate"]
    assert "annotate failed" in caplog.text
    assert ("annotate", "failed", 1) in runs(installation.record)
    assert {("crawl", "done", 1), ("detect", "done", 1), ("digest", "done", 1), ("mail", "done", 1)} <= set(runs(installation.record))


def test_a_digest_is_tried_in_every_round_from_its_hour_on_until_it_is_written(installation, monkeypatch):
    days = []

    def write(_, day):
        days.append(day.isoformat())
        if len(days) == 1:
            raise LangngheError("the disk is full")

    monkeypatch.setattr(pipeline, "write_digests", write)
    for name in ("annotate_and_index", "raise_concerns", "send_mails"):
        monkeypatch.setattr(pipeline, name, lambda *_: None)
    installation.clock.advance(hours=-1.5)
    assert one_round(installation, {}) == []  # half past six
    installation.clock.advance(hours=1.5)
    assert one_round(installation, {}) == ["digest"]
    assert one_round(installation, {}) == []
    assert one_round(installation, {}) == []
    assert days == ["2026-11-20"] * 2


def test_one_round_ends_with_1_and_the_steps_that_failed(settings, monkeypatch, capsys):
    def fail(*_):
        raise LangngheError("the index is away")

    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("crawlers.crawl.crawl", lambda *_: [])
    monkeypatch.setattr("langnghe.logs.configure_logging", lambda _: None)
    monkeypatch.setattr(pipeline, "annotate_and_index", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main(["run", "--once"])
    assert ended.value.code == 1
    assert "1 steps of the round failed: annotate" in capsys.readouterr().err


def test_a_broken_source_stops_the_start(settings, tmp_path, monkeypatch, capsys):
    shutil.copytree(default_config_dir(), tmp_path / "config")
    (tmp_path / "config" / "sources" / "broken.yaml").write_text("id: broken\nname: Broken\nkind: newspaper\n", encoding="utf-8")
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr("langnghe.logs.configure_logging", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        main(["run", "--no-dashboard"])
    assert ended.value.code == 1
    assert "broken.yaml:" in capsys.readouterr().err


def test_what_the_record_says_is_running_without_a_process_has_failed(record, clock):
    with record.session() as session:
        start_job(session, "detect", clock.now())
        assert note_lost(session, clock.now(), "its process ended without a word", process=1) == 0
        assert note_lost(session, clock.now(), "its process ended without a word") == 1
        state = state_of(session, "detect")
    assert (state.last.state, state.last.problem, state.failures) == ("failed", "its process ended without a word", 1)


def test_a_stopped_job_is_noted_as_failed_and_says_so(installation):
    def stopped():
        raise SystemExit(143)

    with pytest.raises(SystemExit):
        run_noted(installation, "crawl", stopped)
    assert runs(installation.record) == [("crawl", "failed", 1)]


def test_failures_in_a_row_are_counted_until_one_run_is_good(installation):
    def fail():
        raise LangngheError("no")

    for work in (fail, fail, lambda: None, fail):
        run_noted(installation, "detect", work)
    assert [attempt for _, _, attempt in runs(installation.record)] == [1, 2, 3, 1]
    with installation.record.session() as session:
        assert state_of(session, "detect").failures == 1


def test_old_runs_are_forgotten_but_the_last_good_one(record, clock):
    with record.session() as session:
        for problem in (None, "a", "b"):
            finish_job(session, start_job(session, "backup", clock.now()), clock.now(), problem)
        clock.advance(days=31)
        assert forget_jobs(session, clock.now(), 30) == 2
        assert state_of(session, "backup").succeeded is not None


@pytest.fixture
def launched(monkeypatch):
    """Processes that a schedule would start, each ending with what ``status`` says."""
    started = []

    def run(self, *arguments, seconds=None):
        from langnghe.cli.programs import Ended

        started.append(arguments)
        return Ended(os.getpid(), started_status.get(arguments[2], 0))

    started_status = {}
    monkeypatch.setattr(Programs, "run", run)
    started.append(started_status)
    return started


def test_a_failed_job_waits_longer_each_time_and_the_administrator_is_told_once_a_day(installation, launched, clock):
    installation.settings.mail.administrator = "quantri@bhxh.example"
    status, schedule = launched.pop(), Schedule(installation)
    status["detect"] = 1
    for _ in range(6):
        with installation.record.session() as session:
            finish_job(session, start_job(session, "detect", clock.now()), clock.now(), "the disk is full")
            failures = state_of(session, "detect").failures
        pause = RULES.pause(failures)
        clock.advance(seconds=pause.total_seconds() - 1)
        assert not schedule._may_start("detect")
        clock.advance(seconds=2)
        assert schedule._may_start("detect")
        schedule._run("detect", ())
    with installation.record.reading() as session:
        [mail] = session.scalars(select(MailRow))
    assert (mail.recipient, "Tác vụ detect" in mail.subject) == ("quantri@bhxh.example", True)


def test_what_follows_from_a_job_is_looked_at_at_once(installation, launched, monkeypatch):
    launched.pop()
    for name in ("annotate", "detect", "mail"):
        monkeypatch.setitem(JOBS, name, jobs.Job(name, lambda _: None, lambda _: True))
    schedule = Schedule(installation)
    schedule.look("annotate")
    assert [arguments[2] for arguments in launched] == ["annotate", "detect", "mail", "mail"]


def test_a_job_without_work_starts_no_process(installation, launched, clock):
    launched.pop()
    schedule = Schedule(installation)
    for name in JOBS:
        run_noted(installation, name, lambda: None)
    clock.advance(minutes=1)
    for name in JOBS:
        schedule.look(name)
    assert launched == []


def test_daily_jobs_are_caught_up_with_after_a_night_switched_off(installation, clock):
    for name in ("digest", "backup", "retention"):
        run_noted(installation, name, lambda: None)
        assert not JOBS[name].has_work(installation)
    clock.advance(hours=16)  # midnight
    assert [name for name in ("digest", "backup", "retention") if JOBS[name].has_work(installation)] == []
    clock.advance(hours=11)  # switched on at eleven
    assert [name for name in ("digest", "backup", "retention") if JOBS[name].has_work(installation)] == ["digest", "backup", "retention"]


def visit(record, source, at, *, new):
    with record.session() as session:
        run = start_run(session, source, at)
        note_outcome(session, run, f"https://{source}.example/{at}", Outcome.stored if new else Outcome.unchanged, at)
        finish_run(session, run, at)


def test_a_source_that_brings_news_is_asked_every_ten_minutes_and_a_silent_one_ever_less(record, clock):
    def due(minutes):
        with record.reading() as session:
            return due_sources(session, ["bao", "lang", "moi"], clock.now() + timedelta(minutes=minutes), RULES.poll)

    for i in range(40):
        visit(record, "bao", clock.now() - timedelta(hours=40 - i), new=i % 2)
        visit(record, "lang", clock.now() - timedelta(hours=40 - i), new=False)
    assert due(-60 + 9.9) == ["moi"]
    assert due(-60 + 10) == ["moi", "bao"]
    assert due(-60 + 159) == ["moi", "bao"]
    assert due(-60 + 160) == ["moi", "bao", "lang"] or due(-60 + 160) == ["moi", "lang", "bao"]


def test_a_rhythm_that_never_slows_is_kept_too(record, clock):
    visit(record, "bao", clock.now(), new=False)
    always = PollRules(fastest_minutes=10, slowest_minutes=10, patience=0, processes=1)
    with record.reading() as session:
        assert due_sources(session, ["bao"], clock.now() + timedelta(minutes=9), always) == []
        assert due_sources(session, ["bao"], clock.now() + timedelta(minutes=10), always) == ["bao"]


def test_sources_that_are_being_crawled_are_not_crawled_a_second_time(installation, monkeypatch, launched):
    launched.pop()
    monkeypatch.setattr("langnghe.cli.scheduling.live_sources", lambda _: {"mot": None, "hai": None})
    schedule = Schedule(installation)
    schedule._crawling.add("mot")
    schedule.crawl()
    assert launched[0] == ("run", "--job", "crawl", "--source", "hai")
    assert schedule._crawling == {"mot"}


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STUBBORN!r}])"


def test_what_does_not_end_is_killed_with_what_it_started():
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    stop_group(process, seconds=0.5)
    assert process.returncode is not None
    assert process.stdout.read() == b""  # its child, which heeds no SIGTERM, held the other end
    process.stdout.close()


def test_what_takes_too_long_is_ended_and_that_is_told(installation, monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", shutil.which("sleep"))
    monkeypatch.setattr(Programs, "_start", lambda self, _: self._running.append(slow) or slow)
    slow = subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, start_new_session=True)
    ended = Programs(installation).run("run", "--job", "detect", seconds=0.2)
    assert ended.status == -signal.SIGTERM
    assert "has taken 0 s and is ended" in caplog.text


def test_a_dashboard_that_died_is_started_again_and_that_is_logged(installation, monkeypatch, caplog):
    started = []

    def start(_):
        started.append(subprocess.Popen([sys.executable, "-c", "" if not started else STUBBORN], stdout=subprocess.PIPE))
        return started[-1]

    monkeypatch.setattr("langnghe.cli.dashboard.start_dashboard", start)
    monkeypatch.setattr("langnghe.cli.programs.STOP_SECONDS", 0.5)
    dashboard = Served.dashboard(installation)
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
    Programs(installation).run("run", "--job", "mail")
    assert seen == {"now": "2026-11-20T08:00:00+07:00", "command": ["langnghe", "run", "--job", "mail"]}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def silent_proxy():
    """A proxy that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def crawling(settings, silent_proxy, tmp_path):
    """``langnghe run`` in the middle of a crawl that gets no answer; gives the process and the crawler's id."""
    config = tmp_path / "config"
    shutil.copytree(default_config_dir(), config)
    enable_sources(config, ["cafef"])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
    environment = kept | {
        "LANGNGHE_DATA_DIR": str(settings.data_dir),
        "LANGNGHE_CONFIG_DIR": str(config),
        "LANGNGHE_CRAWL__PROXY": silent_proxy,
        "LANGNGHE_ENDPOINTS__PORT": str(free_port()),
        "LANGNGHE_LOG__FORMAT": "json",
    }
    command = [sys.executable, "-m", "langnghe", "run", "--no-dashboard"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        log = settings.data_dir / "crawl.log"
        while not (log.exists() and "Spider opened" in log.read_text(encoding="utf-8")) and time.monotonic() < until:
            time.sleep(0.2)
        assert "Spider opened" in log.read_text(encoding="utf-8")
        assert process.poll() is None
        yield process
        process.kill()


def test_run_stops_within_20_seconds_in_the_middle_of_a_crawl_and_says_that_it_did(crawling, installation):
    crawling.send_signal(signal.SIGTERM)
    assert crawling.wait(20) == 0
    logged = crawling.stderr.read().decode()  # ends only when the round's processes have ended too
    assert all(json.loads(line)["level"] for line in logged.splitlines() if line.startswith("{"))
    with installation.record.reading() as session:
        assert last_beat(session) is None
    assert ("crawl", "failed", 1) in runs(installation.record)


@pytest.mark.timeout(180)
def test_nothing_outlives_a_schedule_that_was_killed(crawling):
    crawling.kill()
    crawling.wait(5)
    began = time.monotonic()
    crawling.stderr.read()  # held open by the job and by the crawler that it started
    assert time.monotonic() - began < 90


def test_the_schedule_tells_systemd_that_it_is_ready(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert listener.recv(100) == b"READY=1"
    notify("READY=1")  # nobody listens any more
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")


def test_a_heartbeat_is_the_last_one(record, clock):
    with record.session() as session:
        assert last_beat(session) is None
        beat(session, clock.now())
        assert last_beat(session) == clock.now()
        beat(session, clock.now(), ended=True)
        assert last_beat(session) is None


def logged(formatter, message, **more):
    entry = logging.LogRecord("alerts", logging.INFO, "x.py", 1, message, (), None)
    vars(entry).update(more)
    return formatter.format(entry)


def test_a_log_entry_is_one_line_whatever_it_holds():
    forged = "sent\n2026-11-20 08:00:00 INFO root: all is well"
    assert "\n" not in logged(OneLine(), forged)
    entry = json.loads(logged(JsonLines(), forged, job="mail"))
    assert (entry["message"], entry["job"], entry["level"]) == (forged, "mail", "INFO")
