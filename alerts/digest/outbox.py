"""The outbox of mails: written down whole before anything is sent, tried until it is taken or given up, and never sent twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.digest.message import DIGEST, WEEKLY
from alerts.digest.rules import MailRules
from langnghe.actor import Actor
from langnghe.errors import Conflict
from langnghe.record import outbox as leases
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import MailRow
from langnghe.record.sharing import shared_now, this_process

LEASE_SECONDS = 600.0
"""A sender that died gives way after this long: longer than every step of a delivery up to its timeout."""


class BeingSent(Conflict):
    """Another process is sending the same mail now."""

    def __init__(self, recipient: str) -> None:
        super().__init__(f"another process is sending the mail to {recipient}", "Try again when it has finished; it is sent once.")


@dataclass(frozen=True)
class Addressed:
    """A message and what makes it unique: nobody gets two of the same kind, day and office."""

    message: EmailMessage
    recipient: str
    kind: str
    day: date
    office: str
    subscription_id: int | None = None


def find_mail(session: Session, recipient: str, kind: str, day: date, office: str) -> MailRow | None:
    """The mail of that key."""
    same = (MailRow.recipient == recipient, MailRow.kind == kind, MailRow.day == day, MailRow.office == office)
    return session.scalar(select(MailRow).where(*same))


def enqueue(session: Session, mail: Addressed, record: Record) -> MailRow | None:
    """Write a mail into the outbox; None where it stands there already, whatever became of it."""
    if find_mail(session, mail.recipient, mail.kind, mail.day, mail.office) is not None:
        return None
    now = record.clock.now()
    row = MailRow(
        recipient=mail.recipient, kind=mail.kind, day=mail.day, office=mail.office, subscription_id=mail.subscription_id,
        message_id=str(mail.message["Message-ID"]), subject=str(mail.message["Subject"]), message=bytes(mail.message),
        state="waiting", attempts=0, entered=now, next_attempt=now, updated=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process entered it between the look and the insert
        return None
    return row


def due_mails(session: Session, record: Record, limit: int = 500) -> list[int]:
    """Ids of the mails that are to be tried now, the oldest first."""
    waiting = (MailRow.state == "waiting", MailRow.message.is_not(None), MailRow.next_attempt <= record.clock.now())
    return list(session.scalars(select(MailRow.id).where(*waiting).order_by(MailRow.next_attempt, MailRow.id).limit(limit)))


def mails_of(session: Session, day: date, office: str | None = None) -> list[MailRow]:
    """The digests of a day (and an office), in the order in which they were written."""
    query = select(MailRow).where(MailRow.day == day, MailRow.kind.in_((DIGEST, WEEKLY))).order_by(MailRow.id)
    return list(session.scalars(query if office is None else query.where(MailRow.office == office)))


def hasten(session: Session, record: Record, day: date) -> None:
    """Let the waiting digests of a day be tried now, whatever pause they are in."""
    waiting = (MailRow.day == day, MailRow.kind.in_((DIGEST, WEEKLY)), MailRow.state == "waiting")
    session.execute(update(MailRow).where(*waiting).values(next_attempt=record.clock.now()))


@contextmanager
def holding(record: Record, message_id: str, recipient: str) -> Iterator[None]:
    """Hold the lease of one mail: between the look whether it was sent and the note that it was, nobody else may send it.

    Raises:
        BeingSent: somebody else holds it.
    """
    name = f"mail:{message_id[1:33]}"
    holder = this_process()
    with record.session() as session:
        held = leases.acquire_lease(session, name, holder, shared_now(session, record.clock), LEASE_SECONDS)
    if not held:
        raise BeingSent(recipient)
    try:
        yield
    finally:
        with record.session() as session:
            leases.release_lease(session, name, holder)


def claim(record: Record, mail_id: int) -> bytes | None:
    """Count an attempt before it is made; gives the message, or None where the mail waits no more."""
    with record.session() as session:
        row = session.get(MailRow, mail_id)
        if row is None or row.state != "waiting" or row.message is None:
            return None
        row.attempts, row.updated = row.attempts + 1, record.clock.now()
        return row.message


def note_sent(session: Session, row: MailRow, actor: Actor, record: Record) -> None:
    """The server has taken it; the message itself is kept no longer."""
    row.state, row.message, row.problem, row.next_attempt, row.updated = "sent", None, None, None, record.clock.now()
    audit(session, actor, "mail sent", f"mail:{row.id}", record.clock.now(), office=row.office, subject=row.subject)


def note_later(session: Session, row: MailRow, problem: str, rules: MailRules, actor: Actor, record: Record) -> None:
    """It was not taken now: tried again after a pause that grows, or given up when it has waited for too long."""
    now = record.clock.now()
    if row.entered is not None and now - row.entered >= timedelta(hours=rules.give_up_hours):
        note_failed(session, row, problem, actor, record)
        return
    row.problem, row.updated = problem, now
    row.next_attempt = now + timedelta(minutes=rules.pause(max(row.attempts, 1)))
    audit(session, actor, "mail waiting", f"mail:{row.id}", now, office=row.office, subject=row.subject, problem=problem)


def note_failed(session: Session, row: MailRow, problem: str, actor: Actor, record: Record) -> None:
    """It never will be taken."""
    row.state, row.message, row.problem, row.next_attempt, row.updated = "failed", None, problem, None, record.clock.now()
    audit(session, actor, "mail failed", f"mail:{row.id}", record.clock.now(), office=row.office, subject=row.subject, problem=problem)


def forget_sent(session: Session, record: Record, days: int) -> int:
    """Remove what was sent or given up longer ago; gives how many."""
    limit = record.clock.now() - timedelta(days=days)
    done = session.execute(delete(MailRow).where(MailRow.state.in_(("sent", "failed")), MailRow.updated < limit))
    return int(done.rowcount)  # type: ignore[attr-defined]
