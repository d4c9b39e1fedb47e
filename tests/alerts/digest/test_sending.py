"""Sending against a real SMTP server with faults: each mail once, or at worst again with the same Message-ID."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.digest import delivery, outbox
from alerts.digest.content import gather
from alerts.digest.outbox import LEASE_SECONDS, BeingSent
from alerts.digest.rendering import render
from alerts.digest.rules import load_mail_rules
from alerts.digest.sending import compose, enqueue_digests, send_digest, send_waiting
from alerts.digest.subscriptions import find_subscription, resume
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli import main
from langnghe.errors import LangngheError, NotAllowed, Unavailable, WrongCall
from langnghe.installation import Installation
from langnghe.record.schema import MailRow
from tests.alerts.conftest import TODAY
from tests.alerts.digest.conftest import TO

OTHERS = [f"can-bo-{i}@bhxh.example" for i in range(4)]
RULES = load_mail_rules()


@pytest.fixture
def queued(busy, settings):
    """Five mails in the outbox."""
    settings.mail.subscribers = {TO: "34-40"} | dict.fromkeys(OTHERS, "34-01")
    assert enqueue_digests(busy, settings, TODAY) == 5
    return busy


def mails(record):
    with record.reading() as session:
        return {row.recipient: row for row in session.scalars(select(MailRow).order_by(MailRow.id))}


def states(record):
    return Counter(row.state for row in mails(record).values())


def test_a_long_subject_survives_the_way_through_a_mail_server(busy, settings, mailbox):
    send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    [(_, message, _)] = mailbox.taken
    assert message["Subject"] == render(gather(busy, settings, "34-40", TODAY), settings).subject


def test_a_mail_is_sent_once_with_the_headers_of_an_automatic_one(busy, settings, mailbox):
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert not send_digest(busy, settings, "34-40", TODAY, TO.upper(), SYSTEM)
    [(recipients, message, _)] = mailbox.taken
    assert recipients == [TO]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].startswith("<mailto:langnghe@bhxh.example?subject=unsubscribe")
    assert message["From"] == "Lắng Nghe <langnghe@bhxh.example>"
    assert message["Message-ID"] == compose(busy, settings, "34-40", TODAY, TO)["Message-ID"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "multipart/related"]
    assert "Nghệ An" in message.get_body(("plain",)).get_content()


def test_one_click_is_offered_where_an_endpoint_is_reachable(queued, settings, mailbox):
    settings.mail.endpoint_url = "https://langnghe.bhxh.example"
    settings.mail.subscribers = {"moi@bhxh.example": "34-40"}
    enqueue_digests(queued, settings, TODAY)
    send_waiting(queued, settings)
    message = next(message for [to], message, _ in mailbox.taken if to == "moi@bhxh.example")
    with queued.reading() as session:
        url = f"https://langnghe.bhxh.example/stop/{find_subscription(session, 'moi@bhxh.example', '34-40').token}"
    assert message["List-Unsubscribe"].startswith(f"<{url}>, <mailto:")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in message.get_body(("plain",)).get_content()
    assert f'href="{url}"' in message.get_body(("html",)).get_content()


def test_a_mail_to_somebody_without_a_subscription_speaks_of_no_address_to_stop_it(queued, settings, mailbox):
    settings.mail.endpoint_url = "https://langnghe.bhxh.example"
    send_digest(queued, settings, NATIONAL, TODAY, "khach@bhxh.example", SYSTEM)
    [(_, message, content)] = mailbox.taken
    assert "List-Unsubscribe-Post" not in message
    assert b"stop.invalid" not in content
    assert "Ngừng nhận thư này" not in message.get_body(("html",)).get_content()


def test_a_second_run_of_the_job_writes_and_sends_nothing(queued, settings, mailbox):
    assert send_waiting(queued, settings).sent == 5
    assert enqueue_digests(queued, settings, TODAY) == 0
    assert send_waiting(queued, settings).sent == 0
    assert sorted(mailbox.recipients) == sorted([TO, *OTHERS])
    assert all(row.message is None for row in mails(queued).values())


def test_all_mails_of_a_round_go_through_one_connection(queued, settings, mailbox, monkeypatch):
    connected = []
    original = delivery.MailServer._connected
    monkeypatch.setattr(delivery.MailServer, "_connected", lambda self: connected.append(1) or original(self))
    send_waiting(queued, settings)
    assert len(connected) == 1


def test_what_is_refused_for_now_waits_longer_each_time_and_is_then_sent_with_the_same_bytes(queued, settings, mailbox, clock):
    mailbox.answer = "451 Try again later"
    for attempt, pause in enumerate(RULES.retry_minutes[:3], 1):
        assert send_waiting(queued, settings).later == 5
        assert send_waiting(queued, settings).later == 0  # its pause is not over
        assert {row.attempts for row in mails(queued).values()} == {attempt}
        clock.advance(minutes=pause - 0.01)
        assert send_waiting(queued, settings).later == 0
        clock.advance(minutes=0.02)
    before = {row.recipient: row.message for row in mails(queued).values()}
    mailbox.answer = "250 OK"
    assert send_waiting(queued, settings).sent == 5
    assert {to: content for [to], _, content in mailbox.taken} == before


def test_a_storm_of_temporary_refusals_delays_and_loses_nothing(queued, settings, mailbox, clock):
    mailbox.answers = ["421 busy", "450 greylisted", "452 full", "451 later", "421 busy", "450 greylisted", "451 later"]
    for _ in range(12):
        send_waiting(queued, settings)
        clock.advance(minutes=31)
    assert states(queued) == {"sent": 5}
    assert sorted(mailbox.recipients) == sorted([TO, *OTHERS])


def test_a_connection_cut_after_the_data_costs_that_mail_a_pause_and_no_other(queued, settings, mailbox, clock):
    mailbox.cut = 2
    done = send_waiting(queued, settings)
    assert (done.sent, done.later) == (3, 2)
    clock.advance(minutes=2)
    assert send_waiting(queued, settings).sent == 2
    doubled = [to for to, count in Counter(mailbox.recipients).items() if count > 1]
    assert len(doubled) == 2
    for address in doubled:
        first, second = (content for [to], _, content in mailbox.taken if to == address)
        assert first == second  # the same Message-ID and bytes: a server or reader drops the second


def test_a_server_that_is_too_slow_is_given_up_and_tried_again(queued, settings, mailbox, clock, monkeypatch):
    monkeypatch.setattr("alerts.digest.sending.MailServer", lambda mail: delivery.MailServer(mail, timeout=0.3))
    mailbox.slow = 0.9
    done = send_waiting(queued, settings)
    assert (done.sent, done.later) == (0, 5)
    mailbox.slow = 0.0
    clock.advance(minutes=2)
    assert send_waiting(queued, settings).sent == 5
    assert len({message["Message-ID"] for _, message, _ in mailbox.taken}) == 5


def test_a_server_that_is_away_costs_no_mail_its_pause(queued, settings):
    settings.mail.port = 1
    done = send_waiting(queued, settings)
    assert "127.0.0.1:1 does not answer" in done.problem
    assert {(row.attempts, row.state) for row in mails(queued).values()} == {(0, "waiting")}


def test_a_final_refusal_is_not_tried_again(queued, settings, mailbox, clock):
    mailbox.refused = {TO}
    done = send_waiting(queued, settings)
    assert (done.sent, done.failed) == (4, 1)
    clock.advance(hours=5)
    assert send_waiting(queued, settings).failed == 0
    assert mails(queued)[TO].problem == "550 5.1.1 No such user"


def test_two_final_refusals_in_a_row_suspend_and_tell_the_administrator_once(queued, settings, mailbox, clock):
    settings.mail.administrator = "quantri@bhxh.example"
    mailbox.refused = {TO}
    for day in (0, 1, 2):
        enqueue_digests(queued, settings, TODAY + timedelta(days=day))
        send_waiting(queued, settings)
        clock.advance(days=1)
    with queued.reading() as session:
        subscription = find_subscription(session, TO, "34-40")
    assert (subscription.state, "No such user" in subscription.detail["problem"]) == ("suspended", True)
    notices = [message for [to], message, _ in mailbox.taken if to == "quantri@bhxh.example"]
    assert len(notices) == 1
    assert f"Hộp thư {TO}" in notices[0].get_content()
    assert f"langnghe subscriptions resume {TO}" in notices[0].get_content()
    refused = [row for row in mails(queued).values() if row.state == "failed"]
    assert len(refused) == 1  # by recipient: nothing was written for it after the second
    mailbox.refused = set()
    resume(queued, SYSTEM, TO)
    enqueue_digests(queued, settings, TODAY + timedelta(days=3))
    send_waiting(queued, settings)
    assert TO in mailbox.recipients


def test_a_mail_that_was_taken_in_between_keeps_a_mailbox_from_being_suspended(queued, settings, mailbox, clock):
    for day, refused in enumerate(({TO}, set(), {TO}, set())):
        mailbox.refused = refused
        enqueue_digests(queued, settings, TODAY + timedelta(days=day))
        send_waiting(queued, settings)
        clock.advance(days=1)
    with queued.reading() as session:
        assert find_subscription(session, TO, "34-40").state == "active"


def test_what_can_not_be_delivered_for_a_day_is_given_up_and_told(queued, settings, mailbox, clock):
    settings.mail.administrator = "quantri@bhxh.example"
    mailbox.answer = "451 Try again later"
    for _ in range(14):
        send_waiting(queued, settings)
        clock.advance(hours=2)
    assert states(queued)["failed"] == 5
    mailbox.answer = "250 OK"
    clock.advance(hours=6)
    send_waiting(queued, settings)
    assert set(mailbox.recipients) == {"quantri@bhxh.example"}


def test_an_explicit_call_sends_a_mail_that_was_refused_for_now(busy, settings, mailbox):
    mailbox.answer = "451 Try again later"
    with pytest.raises(LangngheError, match=r"451 Try again later.*again later"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    mailbox.answer = "250 OK"
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert (mails(busy)[TO].state, mails(busy)[TO].attempts, len(mailbox.taken)) == ("sent", 2, 1)


def test_an_explicit_call_sends_a_mail_that_was_refused_for_good_once_the_address_is_mended(busy, settings, mailbox):
    mailbox.answer = "550 No such user"
    with pytest.raises(LangngheError, match=r"550 No such user.*Correct the address"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert mails(busy)[TO].state == "failed"
    mailbox.answer = "250 OK"
    assert send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)


def test_a_mail_server_that_does_not_answer_is_named_and_the_mail_waits(busy, settings):
    settings.mail.port = 1
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 does not answer.*mail\.host"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert mails(busy)[TO].state == "waiting"


def test_a_server_without_the_expected_encryption_is_named(busy, settings, mailbox):
    settings.mail.starttls = True
    with pytest.raises(Unavailable, match=r"STARTTLS.*mail\.starttls"):
        send_digest(busy, settings, "34-40", TODAY, TO, SYSTEM)
    assert mailbox.taken == []


@pytest.mark.parametrize("wrong", ["lan", "lan@", "lan@bhxh", "lan lan@bhxh.example", "lan@bhxh.example\nBcc: x@y.example"])
def test_what_is_no_address_is_refused(busy, settings, wrong):
    with pytest.raises(WrongCall):
        send_digest(busy, settings, "34-40", TODAY, wrong, SYSTEM)


def test_an_officer_may_not_send(queued, settings):
    with pytest.raises(NotAllowed):
        send_waiting(queued, settings, Actor("Lan", Role.officer))


def test_two_that_send_the_same_mail_at_once_send_it_once(queued, settings, mailbox, monkeypatch):
    def meanwhile(record, mail_id):
        monkeypatch.setattr(outbox, "claim", claim)
        with pytest.raises(BeingSent, match=TO):
            send_digest(queued, settings, "34-40", TODAY, TO, SYSTEM)
        return claim(record, mail_id)

    claim = outbox.claim
    monkeypatch.setattr(outbox, "claim", meanwhile)
    assert send_digest(queued, settings, "34-40", TODAY, TO, SYSTEM)
    assert not send_digest(queued, settings, "34-40", TODAY, TO, SYSTEM)
    assert mailbox.recipients == [TO]


SENDER = (
    "from langnghe.installation import open_installation; from alerts.digest.sending import send_waiting;"
    "i = open_installation(); print('ready', flush=True); input(); send_waiting(i.record, i.settings)"
)


def test_killed_at_any_moment_each_mail_is_sent_once_or_again_with_the_same_id(queued, settings, mailbox, clock):
    """kill -9 before, within and after a mail's DATA, until all have gone."""
    queued.close()
    process = None

    def kill_at_the_second_mail():
        nonlocal seen
        seen += 1
        if seen == 2:
            process.kill()

    kills = 0
    while states(queued)["waiting"]:
        seen = 0
        mailbox.on_data = kill_at_the_second_mail
        environment = os.environ | {
            "LANGNGHE_DATA_DIR": str(settings.data_dir),
            "LANGNGHE_NOW": clock.now().isoformat(),
            "LANGNGHE_MAIL__PORT": str(settings.mail.port),
        }
        process = subprocess.Popen([sys.executable, "-c", SENDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.communicate(b"\n", timeout=60)
        kills += process.returncode == -signal.SIGKILL
        clock.advance(seconds=LEASE_SECONDS)
    assert kills >= 2
    contents = {}
    for [to], message, content in mailbox.taken:
        contents.setdefault(to, set()).add((message["Message-ID"], content))
    assert set(contents) == {TO, *OTHERS}
    assert all(len(different) == 1 for different in contents.values())
    assert len(mailbox.taken) <= 5 + kills  # a kill doubles the one mail at most that was under way


@pytest.fixture
def command(busy, settings, monkeypatch):
    """``langnghe digest --day TODAY`` on the busy record."""
    installation = Installation(settings, busy.clock)
    installation.__dict__["record"] = busy
    monkeypatch.setattr("langnghe.installation.open_installation", lambda: installation)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["digest", "--day", TODAY.isoformat(), *arguments])
        return ended.value.code

    return run


def test_without_an_address_every_subscriber_gets_the_digest_of_the_office_once(command, settings, mailbox, capsys):
    settings.mail.subscribers = {TO: "34-40", "desk@bhxh.example": NATIONAL}
    assert command("--office", "Nghệ An") == 0
    assert mailbox.recipients == [TO]
    capsys.readouterr()
    assert command() == 0
    assert capsys.readouterr().out.splitlines() == [
        f"sent before: 34-40 2026-11-20 to {TO}",
        "sent: national 2026-11-20 to desk@bhxh.example",
    ]
    assert len(mailbox.taken) == 2
    assert "BHXH Việt Nam" in mailbox.taken[1][1]["Subject"]


def test_the_command_names_every_mail_that_was_refused_and_exits_with_1(command, settings, mailbox, capsys):
    settings.mail.subscribers = {TO: "34-40", "sai@bhxh.example": NATIONAL}
    mailbox.refused = {"sai@bhxh.example"}
    assert command() == 1
    said = capsys.readouterr()
    assert "failed (550 5.1.1 No such user): national 2026-11-20 to sai@bhxh.example" in said.out
    assert f"sent: 34-40 2026-11-20 to {TO}" in said.out
    assert "1 mails were sent, 0 wait and 1 were refused" in said.err


def test_without_an_address_and_subscribers_the_error_names_the_setting_and_the_option(command, capsys):
    assert command() == 1
    said = capsys.readouterr().err
    assert "mail.subscribers" in said
    assert "--out" in said
