"""Logging in with a password, and what a session is afterwards. Sessions end: by themselves, by logging out, by an administrator."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from langnghe.accounts.passwords import is_right
from langnghe.accounts.people import actor_of, known_name, list_accounts
from langnghe.actor import Actor
from langnghe.errors import NotAllowed
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Account, LoginFailure, LoginSession

FAILURES = 5
"""Wrong passwords for a name before it is locked."""
LOCKED = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)
"""A wrong password counts no longer after this."""
LOOKED_AT = timedelta(minutes=5)
"""How exactly it is known when a session was last used: a write at each click would have to wait for the crawler's."""


class Refused(NotAllowed):
    """The name or the password is wrong, or the account rests."""


class Locked(NotAllowed):
    """Too many wrong passwords were given for the name."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _ensure_unlocked(session: Session, name: str, now: datetime) -> None:
    failure = session.get(LoginFailure, name)
    if failure is not None and failure.locked_until is not None and failure.locked_until > now:
        raise Locked(f"{name} is locked until {failure.locked_until:%H:%M} UTC", "Wait, or ask an administrator for a new password.")


def _note_failure(record: Record, name: str, account: Account | None, now: datetime) -> None:
    with record.session() as session:
        session.execute(delete(LoginFailure).where(LoginFailure.last < now - FORGOTTEN))
        failure = session.get(LoginFailure, name) or LoginFailure(name=name, failures=0, last=now)
        failure.failures, failure.last = failure.failures + 1, now
        if failure.failures >= FAILURES:
            failure.failures, failure.locked_until = 0, now + LOCKED
            if account is not None:
                audit(session, actor_of(account), "lock account", f"account {name}", now, failures=FAILURES)
        session.add(failure)


def log_in(record: Record, name: str, password: str, *, hours: float) -> tuple[str, Actor]:
    """Begin a session of at most ``hours``; gives its token, which is stored nowhere, and who it is.

    Raises:
        Refused: name or password are wrong.
        Locked: too many wrong passwords were given for that name, whether or not there is such an account.
    """
    known, now = known_name(name)[:60], record.clock.now()
    with record.reading() as session:
        _ensure_unlocked(session, known, now)
        account = session.scalar(select(Account).where(Account.name == known))
    if not is_right(password, account.password_hash if account else None) or account is None or account.disabled:
        _note_failure(record, known, account, now)
        raise Refused("the name or the password is wrong", "Enter both again.")
    token = secrets.token_urlsafe(32)
    with record.session() as session:
        session.execute(delete(LoginSession).where(LoginSession.ends < now))
        session.execute(delete(LoginFailure).where(LoginFailure.name == known))
        session.execute(update(Account).where(Account.id == account.id).values(last_login=now))
        session.add(
            LoginSession(token_hash=_hash(token), account_id=account.id, started=now, last_seen=now, ends=now + timedelta(hours=hours))
        )
        audit(session, actor_of(account), "log in", f"account {known}", now)
    return token, actor_of(account)


def session_actor(record: Record, token: str, *, idle_minutes: float) -> Actor | None:
    """Who a session is, or None where it has ended: its hours are over, nobody used it for ``idle_minutes``, or somebody ended it."""
    now, key = record.clock.now(), _hash(token)
    query = select(LoginSession, Account).join(Account, Account.id == LoginSession.account_id).where(LoginSession.token_hash == key)
    with record.reading() as session:
        found = session.execute(query).first()
    if found is None:
        return None
    row, account = found
    if account.disabled or row.ends <= now or row.last_seen + timedelta(minutes=idle_minutes) <= now:
        return None
    if row.last_seen + LOOKED_AT <= now:
        with record.session() as session:
            session.execute(update(LoginSession).where(LoginSession.token_hash == key).values(last_seen=now))
    return actor_of(account)


def mail_actor(record: Record, mail: str) -> Actor | None:
    """Who the provider's ``mail`` is, or None where no account has that address or it rests."""
    with record.reading() as session:
        account = session.scalar(select(Account).where(Account.mail == mail.strip().lower(), Account.disabled.is_(False)))
    return actor_of(account) if account else None


def log_out(record: Record, token: str) -> None:
    """End a session."""
    with record.session() as session:
        row = session.get(LoginSession, _hash(token))
        if row is not None:
            account = session.get_one(Account, row.account_id)
            session.delete(row)
            audit(session, actor_of(account), "log out", f"account {account.name}", record.clock.now())


def open_sessions(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """Sessions that are open, by account, of the accounts that the actor administers."""
    names = {account.id: account.name for account in list_accounts(session, actor)}
    query = select(LoginSession.account_id, func.count()).where(LoginSession.ends > now).group_by(LoginSession.account_id)
    return {names[account]: number for account, number in session.execute(query) if account in names}


def has_accounts(session: Session) -> bool:
    """Whether anybody can log in at all."""
    return session.scalar(select(Account.id).where(Account.disabled.is_(False)).limit(1)) is not None
