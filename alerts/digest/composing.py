"""A digest as a message; what many recipients get alike is gathered and rendered once."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from alerts.digest.content import Digest, cut_off_of, gather
from alerts.digest.message import DIGEST, WEEKLY, Envelope, build
from alerts.digest.outbox import Addressed
from alerts.digest.rendering import Rendered, render
from alerts.digest.saved import ask, saved_lines
from alerts.digest.scope import Scope, scope_of
from index.standing import Answers
from langnghe.actor import NATIONAL
from langnghe.errors import LangngheError
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import Subscription
from langnghe.settings import MailSettings, Settings

EVERYTHING = Scope()
KEPT = 64
"""Rendered mails that are kept: all offices' own. What a subscriber's searches make unique is needed once."""


def offices(settings: Settings) -> list[str]:
    """The national desk and the 34 provinces."""
    return [NATIONAL, *(province.id for province in load_places(settings.config_dir).of_34)]


def stop_url(settings: MailSettings, token: str | None) -> str | None:
    """Where a subscription is stopped; None where no endpoint is reachable from outside."""
    return f"{settings.endpoint_url.rstrip('/')}/stop/{token}" if settings.endpoint_url and token else None


@dataclass
class Composer:
    """Composes the digests of one morning.

    What is the office's is gathered once for all its subscribers with the same topics, kinds and severity; their searches are answered
    together, in one pass over the documents.
    """

    record: Record
    settings: Settings
    day: date
    answers: Answers = field(default_factory=Answers)
    """What the searches of those who were expected found."""
    _gathered: dict[tuple[str, Scope], Digest] = field(default_factory=dict)
    _rendered: OrderedDict[tuple[str, Scope], Rendered] = field(default_factory=OrderedDict)

    def expect(self, wanted: Iterable[tuple[str, Scope]]) -> None:
        """Answer the searches of all offices and scopes to come."""
        self.answers = ask(self.record, self.settings, wanted, self.day)

    def _digest(self, office: str, scope: Scope) -> Digest:
        shared = replace(scope, searches=())
        if (office, shared) not in self._gathered:
            self._gathered[office, shared] = gather(self.record, self.settings, office, self.day, shared)
        digest = self._gathered[office, shared]
        if not scope.searches:
            return digest
        own = saved_lines(self.settings, office, scope, self.day, self.answers)
        return replace(digest, saved=[*digest.saved, *own], scope=scope)

    def rendered(self, office: str, scope: Scope = EVERYTHING) -> Rendered:
        """The digest of an office as a subscriber's scope has it; its searches must have been expected."""
        key = (office, scope)
        if key not in self._rendered:
            self._rendered[key] = render(self._digest(office, scope), self.settings)
            if len(self._rendered) > KEPT:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(key)
        return self._rendered[key]

    def address(self, office: str, recipient: str | None, scope: Scope = EVERYTHING, subscription: Subscription | None = None) -> Addressed:
        """The digest of an office for one recipient."""
        kind = WEEKLY if scope.is_weekly else DIGEST
        token = subscription.token if subscription else None
        sent = cut_off_of(self.record, self.day)
        envelope = Envelope(kind, office, self.day, recipient, sent, stop_url(self.settings.mail, token))
        message = build(self.rendered(office, scope), envelope, self.settings.mail)
        return Addressed(message, recipient or "", kind, self.day, office, subscription.id if subscription else None)

    def for_subscriber(self, subscription: Subscription) -> Addressed:
        """The digest that a subscriber wants."""
        return self.address(subscription.office, subscription.recipient, scope_of(subscription), subscription)


def write_digest(record: Record, settings: Settings, office: str, day: date, folder: Path, recipient: str | None = None) -> Path:
    """Write the digest of an office as ``digest-DAY-OFFICE.eml``.

    Raises:
        LangngheError: the folder can't be written.
    """
    message = Composer(record, settings, day).address(office, recipient).message
    path = folder / f"digest-{day.isoformat()}-{office}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(message))
    except OSError as error:
        raise LangngheError(f"{path} can't be written: {error.strerror}", "Choose another folder with --out.") from None
    return path
