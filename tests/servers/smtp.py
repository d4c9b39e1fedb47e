"""A mail server that can be stopped and started, and that keeps an account of what it has accepted and how sure the sender was of it."""

import asyncio
from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.postgresql import free_port


class Account:
    """What was accepted, by Message-ID.

    A sender knows that its mail was accepted when it says something after the answer: the next mail, or goodbye. One that dies, or whose
    connection breaks, before that does not know, and has to send the mail again.
    """

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        """Of these, how often the sender did not learn of it."""
        self.breaking = 0
        """After so many of the next mails the connection is broken instead of an answer."""

    async def handle_DATA(self, server: "_Conversation", session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """A mail is there."""
        name = str(message_from_bytes(bytes(envelope.original_content or b""))["Message-ID"])
        self.accepted[name] += 1
        self.unknown[name] += 1
        server.to_be_confirmed = name
        await asyncio.sleep(0)
        if self.breaking > 0 and isinstance(server.transport, asyncio.Transport):
            self.breaking -= 1
            server.to_be_confirmed = None
            server.transport.abort()
        return "250 OK"

    def confirm(self, name: str) -> None:
        """The sender has read the answer."""
        self.unknown[name] -= 1


class _Conversation(SMTP):
    """Tells the account that a sender goes on after an answer."""

    to_be_confirmed: str | None = None

    def _confirm(self) -> None:
        if self.to_be_confirmed is not None:
            self.event_handler.confirm(self.to_be_confirmed)
            self.to_be_confirmed = None

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """The next mail."""
        self._confirm()
        await super().smtp_MAIL(arg)

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802
        """Goodbye."""
        self._confirm()
        await super().smtp_QUIT(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Conversation(self.handler, **self.SMTP_kwargs)


class MailServer:
    """On one port for as long as the tests want, stopped and started in between."""

    def __init__(self) -> None:
        self.account, self.port = Account(), free_port()
        self._controller: Controller | None = None

    def start(self) -> "MailServer":
        self._controller = _Controller(self.account, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Break every connection and answer no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
