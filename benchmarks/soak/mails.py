"""Mails of a soak: a stream of them through the product's outbox, and the account of what the mail server got."""

from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from alerts.digest.message import Envelope, notice
from alerts.digest.outbox import Addressed, enqueue
from langnghe.actor import NATIONAL
from langnghe.clock import vietnam_day
from langnghe.record.database import Record
from langnghe.record.schema import MailRow
from langnghe.settings import Settings
from tests.servers.smtp import Account


def write_mail(record: Record, settings: Settings, number: int) -> None:
    """Write a notice into the outbox. One that the record does not take, since it is away, is none."""
    now, to, kind = record.clock.now(), f"o{number}@bhxh.example", f"notice-soak{number}"
    day = vietnam_day(now)
    message: EmailMessage = notice(f"Thử {number}", "Một thư.", Envelope(kind, NATIONAL, day, to, now), settings.mail)
    try:
        with record.session() as session:
            enqueue(session, Addressed(message, to, kind, day, NATIONAL), record)
    except SQLAlchemyError:
        return


@dataclass(frozen=True)
class Mails:
    """What became of the mails of the outbox."""

    written: int
    lost: int
    """The record says sent, the server has none; or it was given up."""
    waiting: int
    doubled: int
    """Sent again although the sender knew that it was taken."""
    again: int
    """Sent again, with the same Message-ID, since the sender did not learn that it was taken: what the product promises then."""


def settle_mails(record: Record, account: Account) -> Mails:
    """Compare the outbox with what the server accepted."""
    with record.reading() as session:
        rows = list(session.execute(select(MailRow.message_id, MailRow.state)))
    accepted, unknown = account.accepted, account.unknown
    more = {name: accepted[name] - 1 for name, _ in rows if accepted[name] > 1}
    again = sum(min(count, unknown[name]) for name, count in more.items())
    return Mails(
        written=len(rows),
        lost=sum(state == "failed" or (state == "sent" and not accepted[name]) for name, state in rows),
        waiting=sum(state == "waiting" for _, state in rows),
        doubled=sum(more.values()) - again + len(accepted.keys() - {name for name, _ in rows}),
        again=again,
    )
