"""Severe concerns are told at once, three a day at most as single mails, the rest bundled, none twice and none never."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.concerns import raise_concerns
from alerts.digest.rules import load_mail_rules
from alerts.digest.sending import send_waiting
from alerts.digest.subscriptions import subscribe
from alerts.digest.urgent import tell_at_once
from langnghe.actor import NATIONAL, SYSTEM
from langnghe.record.schema import Concern, ConcernEvent, ToldEvent
from tests.alerts.conftest import TODAY

RULES = load_mail_rules()
DUTY = "truc@bhxh.example"


@pytest.fixture
def duty(record, settings, clock):
    """Somebody on duty at the national desk."""
    clock.advance(days=-1)
    row = subscribe(record, settings, SYSTEM, DUTY, NATIONAL, frequency="never", at_once=True)
    clock.advance(days=1)
    return row


@pytest.fixture
def shortage(record, settings, write):
    """A severe concern that was raised today."""
    write.everyday(TODAY - timedelta(days=40), TODAY - timedelta(days=1))
    for day in range(4, -1, -1):
        for i in range(2):
            write(TODAY - timedelta(days=day), concern=2, source=f"bao-{i}", outlet=f"Báo {i}")
    return raise_concerns(record, TODAY, settings, SYSTEM).opened[0]


def more(record, shortage, number):
    """Further severe concerns, as detection would have raised them."""
    with record.session() as session:
        model = session.get_one(Concern, shortage)
        values = {column.key: getattr(model, column.key) for column in Concern.__table__.columns if column.key != "id"}
        for i in range(number):
            concern = Concern(**values | {"topic": "pension", "province": f"34-{i + 50}"})
            session.add(concern)
            session.flush()
            session.add(ConcernEvent(concern_id=concern.id, at=record.clock.now(), actor="x", event="opened", detail={"day": "2026-11-20"}))


def subjects(mailbox):
    return [message["Subject"] for _, message, _ in mailbox.taken]


def tell(record, settings):
    tell_at_once(record, settings)
    return send_waiting(record, settings).sent


def test_a_severe_concern_is_told_once_and_refers_to_its_thread(record, settings, duty, shortage, mailbox):
    assert tell(record, settings) == 1
    assert tell(record, settings) == 0
    [(_, message, _)] = mailbox.taken
    assert message["Subject"] == "[BHXH Việt Nam] Cần trả lời: Thuốc và vật tư BHYT · Nghệ An"
    assert message["References"] == message["In-Reply-To"] == f"<concern.{shortage}.national@bhxh.example>"
    assert f"/concern?id={shortage}" in message.get_body(("plain",)).get_content()
    assert "mức thường" in message.get_body(("html",)).get_content()


def test_an_update_of_a_concern_is_no_mail_and_its_reopening_is_one_in_the_same_thread(record, settings, duty, shortage, mailbox, clock):
    tell(record, settings)
    for event, mails in (("updated", 0), ("spread", 0), ("reopened", 1)):
        clock.advance(hours=1)
        with record.session() as session:
            session.add(ConcernEvent(concern_id=shortage, at=clock.now(), actor="x", event=event, detail={"day": "2026-11-20"}))
        assert tell(record, settings) == mails
    first, second = (message for _, message, _ in mailbox.taken)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_what_is_not_severe_waits_for_the_digest(record, settings, duty, shortage, mailbox):
    with record.session() as session:
        session.get_one(Concern, shortage).severity = 1
    assert tell(record, settings) == 0


def test_beyond_three_a_day_the_rest_comes_bundled_and_nothing_is_dropped(record, settings, duty, shortage, mailbox, clock):
    more(record, shortage, 6)
    assert tell(record, settings) == RULES.urgent_a_day
    assert tell(record, settings) == 0  # the bundle is not due yet
    clock.advance(hours=RULES.bundle_hours)
    assert tell(record, settings) == 1
    assert subjects(mailbox)[-1] == "[BHXH Việt Nam] Cần trả lời: 4 vấn đề mới"
    more(record, shortage, 1)
    assert tell(record, settings) == 0
    clock.advance(hours=RULES.bundle_hours)
    assert tell(record, settings) == 1
    with record.reading() as session:
        told = set(session.scalars(select(ToldEvent.event_id)))
        opened = set(session.scalars(select(ConcernEvent.id).where(ConcernEvent.event == "opened")))
    assert told == opened


def test_the_next_day_has_its_own_three(record, settings, duty, shortage, mailbox, clock):
    more(record, shortage, 3)
    tell(record, settings)
    clock.advance(hours=17)  # the morning of the next day
    assert tell(record, settings) == 1
    assert "1 vấn đề" not in subjects(mailbox)[-1]


def test_an_office_hears_of_its_own_concerns_and_of_the_topics_it_asked_for(record, settings, shortage, mailbox, clock):
    clock.advance(days=-1)
    wishes = {"frequency": "never", "at_once": True}
    subscribe(record, settings, SYSTEM, "nghean@bhxh.example", "34-40", **wishes)
    subscribe(record, settings, SYSTEM, "hanoi@bhxh.example", "34-01", **wishes)
    subscribe(record, settings, SYSTEM, "huutri@bhxh.example", "34-40", topics=["pension"], **wishes)
    clock.advance(days=1)
    tell(record, settings)
    assert mailbox.recipients == ["nghean@bhxh.example"]


def test_somebody_who_subscribes_later_is_not_told_of_what_was_before(record, settings, shortage, mailbox, clock):
    clock.advance(minutes=5)
    subscribe(record, settings, SYSTEM, DUTY, NATIONAL, at_once=True)
    assert tell(record, settings) == 0
