"""A digest as an e-mail message."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr
from typing import Any

from alerts.digest.rendering import Rendered
from langnghe.errors import ConfigurationError, WrongCall
from langnghe.settings import MailSettings

DIGEST, WEEKLY = "digest", "weekly"
"""Kinds of mails that come on a schedule."""


class WholeWords(EmailPolicy):
    """Folds what EmailPolicy folds badly.

    A subject: it loses the space between two encoded words (python/cpython#92081). Addresses at which a mail is stopped: it begins them on
    a line of their own, which not every program reads.
    """

    def _folded(self, name: str, value: Any) -> str | None:
        if name.lower() == "subject":
            return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        if name.lower() == "list-unsubscribe":
            return f"{name}: {str(value).replace(', ', f',{self.linesep} ')}{self.linesep}"
        return None

    def fold(self, name: str, value: Any) -> str:
        """A header as lines of text."""
        return self._folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as lines of bytes."""
        folded = self._folded(name, value)
        return folded.encode("ascii") if folded else super().fold_binary(name, value)


POLICY = WholeWords(linesep=SMTP.linesep)


def address(text: str, what: str) -> Address:
    """An address with its name: ``Lắng Nghe <langnghe@bhxh.example>``.

    Raises:
        WrongCall: it is none.
    """
    name, mailbox = parseaddr(text)
    user, _, domain = mailbox.rpartition("@")
    if not user or "." not in domain or any(letter.isspace() or ord(letter) > 126 for letter in mailbox) or "\n" in text:
        raise WrongCall(f"{what}: {text!r} is no e-mail address", "Write it as name@domain.")
    return Address(name, user, domain)


def message_id(kind: str, office: str, day: date, recipient: str, sender: str) -> str:
    """The same mail has the same id however often it is sent, so that a mail server or reader can drop the second."""
    key = hashlib.sha256(f"{kind}|{office}|{day.isoformat()}|{recipient.lower()}".encode()).hexdigest()[:32]
    return f"<{key}@{address(sender, 'mail.sender').domain}>"


@dataclass(frozen=True)
class Envelope:
    """To whom a mail goes, and what makes it that mail and no other."""

    kind: str
    office: str
    day: date
    recipient: str | None
    sent: datetime
    stop_url: str | None = None
    """Where a POST stops such mails (RFC 8058)."""
    concerns: tuple[int, ...] = ()
    """Concerns whose thread it belongs to in a mail program."""


def concern_thread(concern_id: int, office: str, domain: str) -> str:
    """What all mails on a concern refer to, so that a mail program shows them together."""
    return f"<concern.{concern_id}.{office}@{domain}>"


def _sender(settings: MailSettings) -> Address:
    try:
        return address(settings.sender, "mail.sender")
    except WrongCall as error:
        raise ConfigurationError(error.problem, "Correct mail.sender in the settings.") from None


def _headers(message: EmailMessage, envelope: Envelope, sender: Address, settings: MailSettings) -> None:
    message["From"] = sender
    message["To"] = address(envelope.recipient, "--to") if envelope.recipient else "undisclosed-recipients:;"
    message["Date"] = envelope.sent
    message["Message-ID"] = message_id(envelope.kind, envelope.office, envelope.day, envelope.recipient or "", settings.sender)
    if envelope.concerns:
        threads = [concern_thread(concern, envelope.office, sender.domain) for concern in envelope.concerns]
        message["In-Reply-To"] = threads[0]
        message["References"] = " ".join(threads)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    family = envelope.kind.partition("-")[0]
    message["List-Id"] = f"Lang Nghe {family} <{family}.{envelope.office}.{sender.domain}>"
    by_mail = f"<mailto:{sender.addr_spec}?subject=unsubscribe%20{family}%20{envelope.office}>"
    message["List-Unsubscribe"] = f"<{envelope.stop_url}>, {by_mail}" if envelope.stop_url else by_mail
    if envelope.stop_url:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _fix_boundaries(message: EmailMessage) -> None:
    """Boundaries that follow from the mail's id: the same mail is the same bytes."""
    key = str(message["Message-ID"])[1:25]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{key}_{number}")


def build(rendered: Rendered, envelope: Envelope, settings: MailSettings) -> EmailMessage:
    """The message: complete plain text first, then HTML with its pictures inside.

    Raises:
        ConfigurationError: the sender's address in the settings is none.
    """
    sender = _sender(settings)
    rendered = rendered.stopped_at(envelope.stop_url)
    message = EmailMessage(policy=POLICY)
    message["Subject"] = rendered.subject
    _headers(message, envelope, sender, settings)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    html = list(message.iter_parts())[1]
    for picture in rendered.pictures:
        name = f"{picture.name}.png"
        html.add_related(picture.png, "image", "png", cid=f"<{picture.name}>", disposition="inline", filename=name)
    _fix_boundaries(message)
    return message


def notice(subject: str, text: str, envelope: Envelope, settings: MailSettings) -> EmailMessage:
    """A short plain message to the administrator."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject
    _headers(message, envelope, _sender(settings), settings)
    message.set_content(text + "\n", cte="quoted-printable")
    return message
