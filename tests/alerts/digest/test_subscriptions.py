"""Who gets which mails is decided in the service, and what a recipient has stopped stays stopped."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import event, select

from alerts.digest.saved import ask
from alerts.digest.scope import Scope
from alerts.digest.sending import enqueue_digests, send_waiting
from alerts.digest.subscriptions import (
    follow_settings,
    list_subscriptions,
    resume,
    stop,
    stop_by_token,
    subscribe,
)
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.cli import main
from langnghe.errors import LangngheError, NotAllowed, WrongCall
from langnghe.record.schema import AuditEntry, MailRow
from tests.alerts.conftest import TODAY
from tests.alerts.digest.conftest import LAN, TO


def test_a_subscription_is_entered_once_and_changed_by_the_next_call(record, settings):
    subscribe(record, settings, LAN, TO, "34-40", topics=["pension"])
    row = subscribe(record, settings, LAN, TO.upper(), "34-40", frequency="weekly", severity=1)
    with record.reading() as session:
        [stored] = list_subscriptions(session, SYSTEM)
        assert session.scalars(select(AuditEntry.action)).all() == ["subscribe", "subscribe"]
    assert (stored.id, stored.topics, stored.frequency, stored.severity) == (row.id, ["pension"], "weekly", 1)


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        ({"topics": ["thuốc"]}, "'thuốc' is no topics"),
        ({"kinds": ["tv"]}, "'tv' is no kinds"),
        ({"frequency": "hourly"}, "'hourly' is no frequency"),
        ({"severity": 3}, "3 is no severity"),
        ({"language": "fr"}, "'fr' is no language"),
        ({"colour": "red"}, "no colour"),
    ],
)
def test_a_wish_that_there_is_none_of_is_refused_by_name(record, settings, wishes, named):
    with pytest.raises(WrongCall, match=named):
        subscribe(record, settings, SYSTEM, TO, "34-40", **wishes)


def test_an_officer_enters_for_the_own_office_only_and_a_viewer_for_none(record, settings):
    with pytest.raises(NotAllowed):
        subscribe(record, settings, LAN, TO, "34-01")
    with pytest.raises(NotAllowed):
        subscribe(record, settings, Actor("Hoa", Role.viewer, "34-40"), TO, "34-40")
    subscribe(record, settings, SYSTEM, TO, "34-01")
    with record.reading() as session:
        assert list_subscriptions(session, LAN) == []
    with pytest.raises(LangngheError, match="no subscription"):
        stop(record, LAN, TO)


def test_those_of_the_settings_are_entered_once_and_stay_stopped_when_stopped(record, settings):
    settings.mail.subscribers = {TO: "34-40"}
    follow_settings(record, settings)
    stop(record, SYSTEM, TO)
    follow_settings(record, settings)
    with record.reading() as session:
        assert [row.state for row in list_subscriptions(session, SYSTEM)] == ["stopped"]
    assert enqueue_digests(record, settings, TODAY) == 0
    resume(record, SYSTEM, TO)
    assert enqueue_digests(record, settings, TODAY) == 1


def test_one_click_stops_that_subscription_and_no_other(record, settings):
    mine = subscribe(record, settings, SYSTEM, TO, "34-40")
    subscribe(record, settings, SYSTEM, TO, NATIONAL)
    assert stop_by_token(record, mine.token).recipient == TO
    assert stop_by_token(record, mine.token).state == "stopped"
    assert stop_by_token(record, "x" * 32) is None
    with record.reading() as session:
        assert {row.office: row.state for row in list_subscriptions(session, SYSTEM)} == {"34-40": "stopped", NATIONAL: "active"}
        stops = select(AuditEntry).where(AuditEntry.action == "subscription stopped")
        assert [entry.actor for entry in session.scalars(stops)] == ["recipient"]


def test_a_weekly_digest_leaves_on_its_day_only(busy, settings, mailbox):
    subscribe(busy, settings, SYSTEM, TO, "34-40", frequency="weekly")
    assert enqueue_digests(busy, settings, TODAY) == 0  # a Friday
    settings.mail.weekly_day = 5
    assert enqueue_digests(busy, settings, TODAY) == 1
    send_waiting(busy, settings)
    assert "Bản tin tuần" in mailbox.taken[0][1]["Subject"]


def test_two_of_an_office_with_different_wishes_and_languages_get_different_mails(busy, settings, mailbox):
    subscribe(busy, settings, SYSTEM, TO, "34-40")
    subscribe(busy, settings, SYSTEM, "huutri@bhxh.example", "34-40", topics=["pension"], language="en")
    enqueue_digests(busy, settings, TODAY)
    send_waiting(busy, settings)
    mails = {to: message.get_body(("plain",)).get_content() for [to], message, _ in mailbox.taken}
    assert "VẤN ĐỀ NỔI LÊN" in mails[TO]
    assert "As you subscribed: Pensions and old-age benefits." in mails["huutri@bhxh.example"]
    assert "EMERGING CONCERNS" not in mails["huutri@bhxh.example"]


def test_the_command_enters_lists_stops_and_resumes(settings, monkeypatch, capsys):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["subscriptions", *arguments])
        return ended.value.code, capsys.readouterr()

    code, _ = run("add", TO, "--office", "Nghệ An", "--topic", "pension", "--at-once", "--search", "lương hưu")
    assert code == 0
    assert run("list")[1].out == f"active\t34-40\t{TO}\tdaily at once pension\tlương hưu\n"
    assert run("stop", TO)[0] == 0
    assert run("list")[1].out.startswith("stopped")
    assert run("resume", TO)[0] == 0
    code, said = run("add", TO, "--office", "Atlantis")
    assert (code, "no province 'Atlantis'" in said.err) == (2, True)
    assert run("stop", "ai@bhxh.example")[0] == 1


def test_the_searches_of_all_subscribers_are_answered_without_the_index_in_one_pass(busy, settings):
    words = ("insulin", "thuốc", "chờ thuốc", "lương hưu")
    for number in range(12):
        wishes = [words[number % 4], words[(number + 1) % 4]]
        subscribe(busy, settings, SYSTEM, f"can-bo-{number}@bhxh.example", ("34-40", "34-01")[number % 2], searches=wishes)
    few, many = (ask(busy, settings, [(office, Scope(searches=words[:n])) for office in ("34-40", "34-01")], TODAY) for n in (1, 4))
    assert (few.searches, many.searches, few.documents) == (2, 8, many.documents)
    assert enqueue_digests(busy, settings, TODAY) == 12
    assert not (settings.data_dir / "index").exists()  # nobody opened one
    with busy.reading() as session:
        mails = {row.recipient: message_from_bytes(row.message, policy=policy.default) for row in session.scalars(select(MailRow))}
    plain = mails["can-bo-0@bhxh.example"].get_body(("plain",)).get_content()
    assert "insulin: " in plain
    assert "thuốc: " in plain
    assert "chờ thuốc: " not in plain


def test_a_morning_of_many_subscribers_asks_the_record_no_more_than_one_of_few(busy, settings):
    def asked(subscribers: int) -> int:
        for number in range(subscribers):
            subscribe(busy, settings, SYSTEM, f"x{subscribers}-{number}@bhxh.example", "34-40", searches=["thuốc"])
        statements = []
        event.listen(busy.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        enqueue_digests(busy, settings, TODAY)
        return sum(statement.startswith("SELECT") and " FROM document" in statement for statement in statements)

    asked(1)
    assert asked(2) == asked(20)
