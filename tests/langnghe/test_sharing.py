"""Processes that share a record: leases outlive no process and trust no machine's clock, and some things are done one at a time."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from alerts.concerns import LAST_RUN, raise_concerns
from index.synchronise import LeaseHeld, lease
from langnghe.actor import SYSTEM
from langnghe.clock import FixedClock, vietnam_day
from langnghe.record.database import Record, make_engine, open_record
from langnghe.record.outbox import acquire_lease
from langnghe.record.schema import DocumentRow
from langnghe.record.sharing import alone, has_died, this_process

LATER = timedelta(hours=1)
HOLDING = "from langnghe.record.sharing import this_process; print(this_process(), flush=True); input()"


def test_the_lease_of_a_process_that_was_killed_is_free_at_once(any_record) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        holder, now = process.stdout.readline().strip(), any_record.clock.now()
        with any_record.session() as session:
            assert acquire_lease(session, "index", holder, now + LATER, 120)
            assert not acquire_lease(session, "index", this_process(), now, 120)
        process.kill()
        process.wait()
        with any_record.session() as session:
            assert acquire_lease(session, "index", this_process(), now, 120)


def test_of_a_process_of_another_machine_nothing_is_presumed() -> None:
    host, place, *rest = this_process().split(":")
    assert not has_died(":".join([host, place, *rest]))
    assert not has_died(":".join([host, place[::-1], "999999999", "1", "a"]))
    assert has_died(":".join([host, place, "999999999", "1", "a"]))


def test_a_machine_whose_clock_is_ahead_takes_no_lease_that_is_held(empty_postgresql, settings, clock) -> None:
    settings.record_url = empty_postgresql
    record, ahead = open_record(settings, clock), open_record(settings, FixedClock(clock.now() + LATER))
    with lease(record), pytest.raises(LeaseHeld), lease(ahead):
        pass
    for one in (record, ahead):
        one.close()


def _in_background(record: Record, settings, done: threading.Event) -> threading.Thread:
    def detect() -> None:
        raise_concerns(record, vietnam_day(record.clock.now()), settings, SYSTEM)
        done.set()

    thread = threading.Thread(target=detect)
    thread.start()
    return thread


def test_two_detections_at_the_same_time_are_done_one_after_the_other(empty_postgresql, settings, clock) -> None:
    settings.record_url = empty_postgresql
    record, done = open_record(settings, clock), threading.Event()
    with record.session() as session:
        alone(session, LAST_RUN)
        thread = _in_background(record, settings, done)
        assert not done.wait(1)
    thread.join(60)
    assert done.is_set()
    record.close()


def test_programs_that_start_together_on_an_empty_record_all_find_it_made(empty_postgresql) -> None:
    script = f"from langnghe.settings import Settings as S; from langnghe.record.database import *; open_record(S(record_url={empty_postgresql!r}))"
    programs = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [program.communicate()[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0], said


def test_a_program_goes_on_with_a_record_that_a_later_version_has_brought_further(any_record, settings, caplog) -> None:
    with any_record.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings.record_url = any_record.engine.url.render_as_string(hide_password=False)
    older = open_record(settings)
    with older.reading() as session:
        assert session.scalars(select(DocumentRow)).all() == []
    older.close()
    assert "9999 of a later version" in caplog.text


def test_a_database_that_is_gone_without_a_word_is_noticed_within_a_minute(empty_postgresql) -> None:
    engine = make_engine(f"{empty_postgresql}?connect_timeout=3")
    with engine.connect() as connection:
        options = connection.connection.dbapi_connection.info.get_parameters()
    assert (options["connect_timeout"], options["keepalives_idle"], options["tcp_user_timeout"]) == ("3", "30", "60000")
    engine.dispose()
