"""A digest as an e-mail message."""

import hashlib
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

KIND = "digest"


class WholeWords(EmailPolicy):
    """Folds a subject by the older ``Header``: EmailPolicy's loses the space between two encoded words (python/cpython#92081)."""

    def _encoded(self, name: str, value: Any) -> str:
        return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"

    def fold(self, name: str, value: Any) -> str:
        """A header as lines of text."""
        return self._encoded(name, value) if name.lower() == "subject" else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as lines of bytes."""
        return self._encoded(name, value).encode("ascii") if name.lower() == "subject" else super().fold_binary(name, value)


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


def build(rendered: Rendered, *, office: str, day: date, recipient: str | None, sent: datetime, settings: MailSettings) -> EmailMessage:
    """The message: complete plain text first, then HTML.

    Raises:
        ConfigurationError: the sender's address in the settings is none.
    """
    try:
        sender = address(settings.sender, "mail.sender")
    except WrongCall as error:
        raise ConfigurationError(error.problem, "Correct mail.sender in the settings.") from None
    message = EmailMessage(policy=POLICY)
    message["Subject"] = rendered.subject
    message["From"] = sender
    message["To"] = address(recipient, "--to") if recipient else "undisclosed-recipients:;"
    message["Date"] = sent
    message["Message-ID"] = message_id(KIND, office, day, recipient or "", settings.sender)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"Lang Nghe {KIND} <{KIND}.{office}.{sender.domain}>"
    message["List-Unsubscribe"] = f"<mailto:{sender.addr_spec}?subject=unsubscribe%20{KIND}%20{office}>"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message
