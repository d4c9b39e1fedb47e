"""Sending what the outbox holds: each mail once, noted in the record before and after; a failure says what to do."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from alerts.digest import outbox
from alerts.digest.composing import Composer, offices, write_digest
from alerts.digest.delivery import MailServer, Refused
from alerts.digest.message import DIGEST, WEEKLY, address
from alerts.digest.notices import tell_administrator
from alerts.digest.outbox import Addressed, BeingSent
from alerts.digest.rules import load_mail_rules
from alerts.digest.scope import scope_of
from alerts.digest.subscriptions import find_subscription, follow_settings, suspend
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.errors import LangngheError, Unavailable
from langnghe.record.database import Record
from langnghe.record.schema import MailRow, Subscription
from langnghe.settings import Settings

__all__ = ["BeingSent", "Sent", "compose", "enqueue_digests", "offices", "send_digest", "send_waiting", "write_digest"]

NOTING_SECONDS = 300.0
"""How long a sender waits for a record that is away; within the lease of its mail."""


@dataclass
class Sent:
    """How a round of the outbox ended."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    problem: str = ""
    """The last one."""


def compose(record: Record, settings: Settings, office: str, day: date, recipient: str | None = None) -> EmailMessage:
    """The digest of an office and day as a message; the same again as long as the record is the same."""
    return Composer(record, settings, day).address(office, recipient).message


def enqueue_digests(record: Record, settings: Settings, day: date, office: str | None = None) -> int:
    """Write the digests of ``day`` for all active subscribers (of one office) into the outbox, each once; gives how many are new."""
    follow_settings(record, settings)
    weekly = day.isoweekday() == settings.mail.weekly_day
    wanted = ("daily", "weekly") if weekly else ("daily",)
    query = select(Subscription).where(Subscription.state == "active", Subscription.frequency.in_(wanted)).order_by(Subscription.id)
    with record.reading() as session:
        rows = list(session.scalars(query if office is None else query.where(Subscription.office == office)))
        there = _there(session, day)
    rows = [row for row in rows if (row.recipient, WEEKLY if row.frequency == "weekly" else DIGEST, row.office) not in there]
    composer, entered = Composer(record, settings, day), 0
    composer.expect((row.office, scope_of(row)) for row in rows)
    for row in rows:
        mail = composer.for_subscriber(row)
        with record.session() as session:
            entered += outbox.enqueue(session, mail, record) is not None
    return entered


def _there(session: Session, day: date) -> set[tuple[str, str, str]]:
    query = select(MailRow.recipient, MailRow.kind, MailRow.office).where(MailRow.day == day, MailRow.kind.in_((DIGEST, WEEKLY)))
    return set(session.execute(query).all())


def send_waiting(record: Record, settings: Settings, actor: Actor = SYSTEM, *, tell: Callable[[MailRow], object] | None = None) -> Sent:
    """Try every mail of the outbox that is due; what can't be delivered now waits for its next attempt.

    A server that can't be reached ends the round: nothing was tried, so no mail's pause grows. One that breaks off within a mail
    costs that mail a pause, and the next mail a new connection.
    """
    actor.require(Role.approver, None, "send mails")
    done = Sent()
    with record.reading() as session:
        ids = outbox.due_mails(session, record)
    with MailServer(settings.mail) as server:
        for mail_id in ids:
            try:
                server.connect()
            except Unavailable as error:
                done.problem = str(error)
                done.later += 1
                break
            _send_one(record, settings, server, mail_id, actor, done, tell)
    return done


def _send_one(
    record: Record, settings: Settings, server: MailServer, mail_id: int, actor: Actor, done: Sent, tell: Callable[[MailRow], object] | None
) -> None:
    with record.reading() as session:
        row = session.get_one(MailRow, mail_id)
    try:
        with outbox.holding(record, row.message_id, row.recipient):
            message = outbox.claim(record, mail_id)
            if message is None:
                return
            row = _deliver(record, settings, server, row, message, actor)
    except BeingSent:
        return
    done.sent += row.state == "sent"
    done.later += row.state == "waiting"
    done.failed += row.state == "failed"
    done.problem = row.problem or done.problem
    if tell:
        tell(row)


def _deliver(record: Record, settings: Settings, server: MailServer, row: MailRow, message: bytes, actor: Actor) -> MailRow:
    """Hand over a claimed mail and note how that ended; gives the row as it stands then."""
    refused: Refused | None = None
    problem = ""
    try:
        server.send(message, row.recipient)
    except Refused as error:
        refused, problem = error, error.problem
    except Unavailable as error:
        problem = error.problem

    def note(session: Session) -> MailRow:
        noted = session.get_one(MailRow, row.id)
        if noted.state != "waiting":  # noted at the first try, whose end was not heard
            return noted
        if not problem:
            outbox.note_sent(session, noted, actor, record)
        elif refused and refused.final:
            outbox.note_failed(session, noted, problem, actor, record)
        else:
            outbox.note_later(session, noted, problem, load_mail_rules(settings.config_dir), actor, record)
        _count_bounces(record, settings, session, noted, refused)
        return noted

    return _insist(record, note)


def _insist(record: Record, note: Callable[[Session], MailRow]) -> MailRow:
    """Note what became of a mail as soon as the record takes it: a mail whose acceptance is forgotten would be sent again."""
    deadline = time.monotonic() + NOTING_SECONDS
    while True:
        try:
            with record.session() as session:
                return note(session)
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _count_bounces(record: Record, settings: Settings, session: Session, row: MailRow, refused: Refused | None) -> None:
    """A mailbox that refuses twice in a row gets no more; the administrator is told of that, and of what was given up."""
    subscription = session.get(Subscription, row.subscription_id) if row.subscription_id else None
    if subscription is not None and row.state == "sent":
        subscription.bounces = 0
    if row.state != "failed":
        return
    told = {"recipient": row.recipient, "office": row.office, "subject": row.subject, "problem": row.problem, "n": row.attempts}
    if subscription is not None and refused is not None and refused.final and refused.mailbox:
        subscription.bounces += 1
        told["n"] = subscription.bounces
        if subscription.bounces >= load_mail_rules(settings.config_dir).hard_bounces and subscription.state == "active":
            suspend(record, session, subscription, str(row.problem))
            tell_administrator(record, settings, session, "suspended", f"s{subscription.id}", **told)
    else:
        tell_administrator(record, settings, session, "given_up", f"m{row.id}", **told)


def send_digest(record: Record, settings: Settings, office: str, day: date, recipient: str, actor: Actor) -> bool:
    """Send the digest of an office to a recipient now, once; False where it was sent before.

    Raises:
        Unavailable: the mail server does not answer; the mail waits and is sent by the next call.
        BeingSent: another process is sending this mail now.
        LangngheError: the server refuses the mail.
    """
    actor.require(Role.approver, office if office != NATIONAL else None, "send a digest")
    recipient = address(recipient, "--to").addr_spec.lower()
    with record.reading() as session:
        row = outbox.find_mail(session, recipient, DIGEST, day, office)
        subscription = find_subscription(session, recipient, office)
    if row is not None and row.state == "sent":
        return False
    if row is None or row.message is None:
        row = _write(record, Composer(record, settings, day).address(office, recipient, subscription=subscription))
    with MailServer(settings.mail) as server, outbox.holding(record, row.message_id, recipient):
        message = outbox.claim(record, row.id)
        if message is None:
            return False
        server.connect()
        row = _deliver(record, settings, server, row, message, actor)
    if row.state == "sent":
        return True
    remedy = "Correct the address." if row.state == "failed" else "It waits in the outbox; run the command again later."
    raise LangngheError(f"the mail server does not take the mail to {recipient}: {row.problem}", remedy)


def _write(record: Record, mail: Addressed) -> MailRow:
    """The mail in the outbox, written anew where it had failed."""
    with record.session() as session:
        row = outbox.enqueue(session, mail, record) or outbox.find_mail(session, mail.recipient, mail.kind, mail.day, mail.office)
        assert row is not None  # noqa: S101 - entered or found
        if row.state == "failed" or row.message is None:
            row.state, row.message, row.entered = "waiting", bytes(mail.message), record.clock.now()
            row.next_attempt = row.entered
        return row
