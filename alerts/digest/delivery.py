"""The conversation with the mail server: one connection for many mails, and what its answers mean."""

import base64
import smtplib
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self

from alerts.digest.message import address
from langnghe.errors import Unavailable
from langnghe.settings import MailSettings

TIMEOUT = 30.0


class Refused(Exception):
    """The mail server does not take a message; ``final``: it never will (5xx); ``mailbox``: for the recipient's sake."""

    def __init__(self, code: int, reason: bytes | str, *, mailbox: bool = False) -> None:
        shown = reason if isinstance(reason, str) else reason.decode(errors="replace")
        self.problem, self.final, self.mailbox = f"{code} {shown}", code >= 500, mailbox
        super().__init__(self.problem)


class Broken(Unavailable):
    """The connection broke within a mail: whether the server took it is not known."""


def _trust(settings: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    return context


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    """By what the server offers; a name or password beyond ASCII by PLAIN, which is UTF-8 (RFC 4616), as smtplib sends none."""
    if f"{username}{password}".isascii():
        server.login(username, password)
        return
    server.ehlo_or_helo_if_needed()
    given = base64.b64encode(f"\0{username}\0{password}".encode()).decode("ascii")
    code, answer = server.docmd("AUTH", f"PLAIN {given}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


class MailServer:
    """The mail server of the settings; connects when the first mail is to be sent, and again after the connection broke."""

    def __init__(self, settings: MailSettings, timeout: float = TIMEOUT) -> None:
        self._settings, self._timeout = settings, timeout
        self._connection: smtplib.SMTP | None = None
        self._sender = address(settings.sender, "mail.sender").addr_spec
        self._where = f"the mail server {settings.host}:{settings.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the conversation."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def connect(self) -> None:
        """Connect, encrypt and log in, unless that has been done.

        Raises:
            Unavailable: the server does not answer, or not in the way the settings expect.
        """
        if self._connection is None or self._connection.sock is None:  # None: the server said 421 and left
            self._connection = self._connected()

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        try:
            if settings.tls:
                server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=self._timeout, context=_trust(settings))
            else:
                server = smtplib.SMTP(settings.host, settings.port, timeout=self._timeout)
            self._introduce(server)
        except smtplib.SMTPAuthenticationError:
            raise Unavailable(
                f"{self._where} refuses the login of {settings.username}", "Correct mail.username and mail.password."
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Unavailable(f"{self._where}: {error}", "Correct mail.starttls and mail.username, or the server.") from None
        except ssl.SSLError as error:
            remedy = "Name its certificate authority in mail.ca_file, or correct mail.tls and mail.host."
            raise Unavailable(f"{self._where} can't be trusted: {error.reason or error}", remedy) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{self._where} does not answer: {error}", "Start it, or correct mail.host and mail.port.") from None
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        try:
            if self._settings.starttls:
                server.starttls(context=_trust(self._settings))
            if self._settings.username and self._settings.password:
                _log_in(server, self._settings.username, self._settings.password.get_secret_value())
        except BaseException:
            server.close()
            raise

    def send(self, message: bytes, recipient: str) -> None:
        """Hand a message to the server.

        Raises:
            Unavailable: the server can't be reached.
            Broken: the connection broke within the mail.
            Refused: the server answers, and does not take the message.
        """
        self.connect()
        assert self._connection is not None  # noqa: S101 - connected above
        try:
            self._connection.sendmail(self._sender, [recipient], message)  # the very bytes that the outbox keeps
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused(*next(iter(error.recipients.values())), mailbox=True) from None
        except smtplib.SMTPSenderRefused as error:
            raise Refused(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPDataError as error:
            raise Refused(error.smtp_code, error.smtp_error, mailbox=True) from None
        except smtplib.SMTPResponseException as error:
            raise Refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            self._connection.close()
            self._connection = None
            raise Broken(f"{self._where} broke off: {error}", "The mail is tried again with the same Message-ID.") from None
