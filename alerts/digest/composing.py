"""A digest as a message; what many recipients get alike is gathered and rendered once."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from alerts.digest.content import cut_off_of, gather
from alerts.digest.message import DIGEST, WEEKLY, Envelope, build
from alerts.digest.outbox import Addressed
from alerts.digest.rendering import Rendered, render
from alerts.digest.scope import Scope, scope_of
from langnghe.actor import NATIONAL
from langnghe.errors import LangngheError
from langnghe.places import load_places
from langnghe.record.database import Record
from langnghe.record.schema import Subscription
from langnghe.settings import MailSettings, Settings

EVERYTHING = Scope()


def offices(settings: Settings) -> list[str]:
    """The national desk and the 34 provinces."""
    return [NATIONAL, *(province.id for province in load_places(settings.config_dir).of_34)]


def stop_url(settings: MailSettings, token: str | None) -> str | None:
    """Where a subscription is stopped; None where no endpoint is reachable from outside."""
    return f"{settings.endpoint_url.rstrip('/')}/stop/{token}" if settings.endpoint_url and token else None


@dataclass
class Composer:
    """Composes the digests of one morning."""

    record: Record
    settings: Settings
    day: date
    _rendered: dict[tuple[str, Scope], Rendered] = field(default_factory=dict)

    def rendered(self, office: str, scope: Scope = EVERYTHING) -> Rendered:
        """The digest of an office as a subscriber's scope has it."""
        key = (office, scope)
        if key not in self._rendered:
            self._rendered[key] = render(gather(self.record, self.settings, office, self.day, scope), self.settings)
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
