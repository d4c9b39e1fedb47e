"""Who gets which mails: entered by an office, stopped by the recipient with one click, suspended when the mailbox refuses."""

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.digest.message import address
from langnghe.actor import NATIONAL, SYSTEM, Actor, Role
from langnghe.documents import Kind
from langnghe.errors import LangngheError, WrongCall
from langnghe.labels import load_labels
from langnghe.places import load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Subscription
from langnghe.settings import Settings
from langnghe.wording import LANGUAGES

FREQUENCIES = ("daily", "weekly", "never")
_WISHES = ("frequency", "at_once", "topics", "kinds", "severity", "searches", "language")


def _check(wishes: dict[str, Any], settings: Settings) -> None:
    labels = load_labels(settings.config_dir)
    known: dict[str, set[Any]] = {
        "frequency": set(FREQUENCIES),
        "topics": {label.id for label in labels.topics},
        "kinds": {kind.value for kind in Kind},
        "severity": {0, 1, 2},
        "language": {None, *LANGUAGES},
        "at_once": {True, False},
    }
    for name, value in wishes.items():
        if name not in _WISHES:
            raise WrongCall(f"a subscription has no {name}", f"Use one of: {', '.join(_WISHES)}.")
        for one in value if isinstance(value, list | tuple) else [value]:
            if name in known and one not in known[name]:
                accepted = ", ".join(sorted(map(str, known[name] - {None})))
                raise WrongCall(f"{one!r} is no {name} of a subscription", f"Use one of: {accepted}.")


def subscribe(record: Record, settings: Settings, actor: Actor, recipient: str, office: str, **wishes: Any) -> Subscription:
    """Enter a subscription, or change the one of that address and office; one that was stopped or suspended stays so.

    Raises:
        NotAllowed: the actor is no officer of that office.
        WrongCall: an address, office or wish that there is none of.
    """
    actor.require(Role.officer, office, "enter a subscription")
    recipient = address(recipient, "recipient").addr_spec.lower()
    if office != NATIONAL and office not in {province.id for province in load_places(settings.config_dir).of_34}:
        raise WrongCall(f"{office!r} is no office", f"Use {NATIONAL} or the code of one of the 34 provinces, such as 34-40.")
    _check(wishes, settings)
    with record.session() as session:
        row = find_subscription(session, recipient, office) or _new(session, record, recipient, office, actor)
        for name, value in wishes.items():
            setattr(row, name, list(value) if isinstance(value, list | tuple) else value)
        row.updated = record.clock.now()
        audit(session, actor, "subscribe", f"subscription:{row.id}", record.clock.now(), office=office, **wishes)
        return row


def _new(session: Session, record: Record, recipient: str, office: str, actor: Actor) -> Subscription:
    now = record.clock.now()
    row = Subscription(
        recipient=recipient, office=office, frequency="daily", at_once=False, topics=[], kinds=[], severity=0, searches=[],
        language=None, state="active", token=secrets.token_urlsafe(24), bounces=0, detail={"by": actor.name}, created=now, updated=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def find_subscription(session: Session, recipient: str, office: str) -> Subscription | None:
    """The subscription of an address to an office."""
    same = (Subscription.recipient == recipient.lower(), Subscription.office == office)
    return session.scalar(select(Subscription).where(*same))


def list_subscriptions(session: Session, actor: Actor, *, states: tuple[str, ...] = ()) -> list[Subscription]:
    """Subscriptions of the actor's office (all for the national desk), in some states or in all."""
    actor.require(Role.officer, None, "read subscriptions")
    query = select(Subscription).order_by(Subscription.office, Subscription.recipient)
    if states:
        query = query.where(Subscription.state.in_(states))
    return list(session.scalars(query if actor.is_national else query.where(Subscription.office == actor.office)))


def _set_state(record: Record, row: Subscription, session: Session, state: str, actor: Actor, **why: Any) -> None:
    row.state, row.bounces, row.updated, row.detail = state, 0, record.clock.now(), {**row.detail, **why}
    audit(session, actor, f"subscription {state}", f"subscription:{row.id}", record.clock.now(), office=row.office, **why)


def resume(record: Record, actor: Actor, recipient: str, office: str | None = None) -> list[Subscription]:
    """Send mails to an address again that was stopped or suspended.

    Raises:
        LangngheError: it has no subscription.
    """
    return _all_of(record, actor, recipient, office, "active")


def stop(record: Record, actor: Actor, recipient: str, office: str | None = None) -> list[Subscription]:
    """Send no more mails to an address.

    Raises:
        LangngheError: it has no subscription.
    """
    return _all_of(record, actor, recipient, office, "stopped")


def _all_of(record: Record, actor: Actor, recipient: str, office: str | None, state: str) -> list[Subscription]:
    with record.session() as session:
        rows = [row for row in list_subscriptions(session, actor) if row.recipient == recipient.lower() and office in (None, row.office)]
        if not rows:
            raise LangngheError(f"{recipient} has no subscription", "'langnghe subscriptions list' shows those that there are.")
        for row in rows:
            actor.require(Role.officer, row.office, "change a subscription")
            _set_state(record, row, session, state, actor, by=actor.name)
        return rows


RECIPIENT = Actor("recipient", Role.viewer)
"""Whoever holds a mail: may stop it, and nothing else."""


def by_token(session: Session, token: str) -> Subscription | None:
    """The subscription that a one-click address names."""
    return session.scalar(select(Subscription).where(Subscription.token == token))


def stop_by_token(record: Record, token: str) -> Subscription | None:
    """Stop the subscription that a one-click address names; None: there is none. Done twice it changes nothing."""
    with record.session() as session:
        row = by_token(session, token)
        if row is not None and row.state != "stopped":
            _set_state(record, row, session, "stopped", RECIPIENT, by="one click")
        return row


def suspend(record: Record, session: Session, row: Subscription, problem: str) -> None:
    """The mailbox refuses: nothing more is sent until somebody has looked."""
    _set_state(record, row, session, "suspended", SYSTEM, problem=problem)


def follow_settings(record: Record, settings: Settings) -> None:
    """Enter those that ``mail.subscribers`` names and the record does not know yet; what was stopped stays stopped."""
    with record.reading() as session:
        known = {(row.recipient, row.office) for row in session.scalars(select(Subscription))}
    for recipient, office in settings.mail.subscribers.items():
        if (recipient.lower(), office) not in known:
            subscribe(record, settings, SYSTEM, recipient, office)
