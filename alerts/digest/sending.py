"""Sending: each mail once, noted in the record before and after; a failure says what to do."""

import os
import smtplib
import socket
import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from alerts.digest.content import cut_off_of, gather
from alerts.digest.message import KIND, build
from alerts.digest.rendering import render
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import Conflict, LangngheError, Unavailable
from langnghe.places import load_places
from langnghe.record import outbox
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import MailRow
from langnghe.settings import MailSettings, Settings

TIMEOUT = 30
LEASE_SECONDS = 600.0
"""A sender that died gives way after this long: longer than every step of a delivery up to its timeout."""


class Refused(Exception):
    """The mail server does not take a message; ``final``: it never will (5xx)."""

    def __init__(self, code: int, reason: bytes | str) -> None:
        shown = reason if isinstance(reason, str) else reason.decode(errors="replace")
        self.problem, self.final = f"{code} {shown}", code >= 500
        super().__init__(self.problem)


class BeingSent(Conflict):
    """Another process is sending the same mail now."""

    def __init__(self, recipient: str) -> None:
        super().__init__(f"another process is sending the mail to {recipient}", "Try again when it has finished; it is sent once.")


def offices(settings: Settings) -> list[str]:
    """The national desk and the 34 provinces."""
    return [NATIONAL, *(province.id for province in load_places(settings.config_dir).of_34)]


def compose(record: Record, settings: Settings, office: str, day: date, recipient: str | None = None) -> EmailMessage:
    """The digest of an office and day as a message; the same again as long as the record is the same."""
    rendered = render(gather(record, settings, office, day), settings)
    return build(rendered, office=office, day=day, recipient=recipient, sent=cut_off_of(record, day), settings=settings.mail)


def write_digest(record: Record, settings: Settings, office: str, day: date, folder: Path, recipient: str | None = None) -> Path:
    """Write the digest of an office as ``digest-DAY-OFFICE.eml``.

    Raises:
        LangngheError: the folder can't be written.
    """
    message = compose(record, settings, office, day, recipient)
    path = folder / f"digest-{day.isoformat()}-{office}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(message))
    except OSError as error:
        raise LangngheError(f"{path} can't be written: {error.strerror}", "Choose another folder with --out.") from None
    return path


@contextmanager
def _alone(record: Record, message: EmailMessage, recipient: str) -> Iterator[None]:
    """Hold the lease of one mail: between the look whether it was sent and the note that it was, nobody else may send it."""
    name = f"mail:{str(message['Message-ID'])[1:33]}"
    holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    with record.session() as session:
        held = outbox.acquire_lease(session, name, holder, record.clock.now(), LEASE_SECONDS)
    if not held:
        raise BeingSent(recipient)
    try:
        yield
    finally:
        with record.session() as session:
            outbox.release_lease(session, name, holder)


def _claim(record: Record, recipient: str, office: str, day: date, message: EmailMessage) -> int | None:
    """Note that a mail is about to be sent; None where it has been sent already."""
    with record.session() as session:
        same = select(MailRow).where(MailRow.recipient == recipient, MailRow.kind == KIND, MailRow.day == day, MailRow.office == office)
        row = session.scalar(same)
        if row is not None and row.state == "sent":
            return None
        if row is None:
            row = MailRow(recipient=recipient, kind=KIND, day=day, office=office, attempts=0)
            session.add(row)
        row.message_id, row.subject = str(message["Message-ID"]), str(message["Subject"])
        row.state, row.attempts, row.updated = "waiting", row.attempts + 1, record.clock.now()
        session.flush()
        return row.id


def _note(record: Record, row_id: int, state: str, actor: Actor, problem: str | None = None) -> None:
    with record.session() as session:
        row = session.get_one(MailRow, row_id)
        row.state, row.problem, row.updated = state, problem, record.clock.now()
        audit(session, actor, f"mail {state}", f"mail:{row_id}", record.clock.now(), office=row.office, subject=row.subject)


def deliver(message: EmailMessage, settings: MailSettings) -> None:
    """Hand a message to the mail server.

    Raises:
        Unavailable: the server does not answer, or not in the way the settings expect.
        Refused: it answers, and does not take the message.
    """
    where = f"the mail server {settings.host}:{settings.port}"
    try:
        with smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT) as server:
            if settings.starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.username and settings.password:
                server.login(settings.username, settings.password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise Unavailable(f"{where} refuses the login of {settings.username}", "Correct mail.username and mail.password.") from None
    except smtplib.SMTPNotSupportedError as error:
        raise Unavailable(f"{where}: {error}", "Correct mail.starttls and mail.username, or the server.") from None
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPResponseException as error:
        raise Refused(error.smtp_code, error.smtp_error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"{where} does not answer: {error}", "Start it, or correct mail.host and mail.port.") from None


def send_digest(record: Record, settings: Settings, office: str, day: date, recipient: str, actor: Actor) -> bool:
    """Send the digest of an office to a recipient, once; False where it was sent before.

    Raises:
        Unavailable: the mail server does not answer; the mail waits and is sent by the next call.
        BeingSent: another process is sending this mail now.
        LangngheError: the server refuses the mail.
    """
    actor.require(Role.approver, office if office != NATIONAL else None, "send a digest")
    message = compose(record, settings, office, day, recipient)
    with _alone(record, message, recipient):
        row_id = _claim(record, recipient, office, day, message)
        if row_id is not None:
            _deliver_claimed(record, settings, message, row_id, recipient, actor)
        return row_id is not None


def _deliver_claimed(record: Record, settings: Settings, message: EmailMessage, row_id: int, recipient: str, actor: Actor) -> None:
    try:
        deliver(message, settings.mail)
    except Refused as refused:
        _note(record, row_id, "failed" if refused.final else "waiting", actor, refused.problem)
        remedy = "Correct the address." if refused.final else "Run the command again later."
        raise LangngheError(f"the mail server does not take the mail to {recipient}: {refused.problem}", remedy) from None
    except Unavailable as error:
        _note(record, row_id, "waiting", actor, error.problem)
        raise
    _note(record, row_id, "sent", actor)
