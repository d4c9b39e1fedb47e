"""Accounts: added, changed, given a new password. Each change is audited, and ends the sessions that it concerns."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from langnghe.accounts.passwords import check_password, is_right, make_hash
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import Conflict, LangngheError, NotAllowed
from langnghe.places import Places, load_places
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.record.schema import Account, LoginFailure, LoginSession

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def actor_of(account: Account) -> Actor:
    """The actor that an account is; its name in histories is readable and one person's alone."""
    shown = f"{account.full_name} ({account.name})" if account.full_name else account.name
    return Actor(shown, Role(account.role), account.office)


def known_name(name: str) -> str:
    """An account's name as it is stored: without capitals and spaces around it."""
    return name.strip().lower()


def check_office(office: str, places: Places) -> None:
    """Raise :class:`LangngheError` unless there is such an office."""
    if office != NATIONAL and office not in {province.id for province in places.of_34}:
        raise LangngheError(f"there is no office {office}", f"Write {NATIONAL} or the code of one of the 34 provinces, such as 34-40.")


def _checked(name: str, mail: str | None) -> tuple[str, str | None]:
    known = known_name(name)
    if not _NAME.fullmatch(known):
        raise LangngheError(f"{name!r} is no name of an account", "Take 2 to 60 letters without diacritics, digits, dots, - or _.")
    address = mail.strip().lower() if mail else None
    if address and not _MAIL.fullmatch(address):
        raise LangngheError(f"{mail!r} is no mail address", "Write it as name@office.example.")
    return known, address


def add_account(
    record: Record,
    actor: Actor,
    name: str,
    role: Role,
    office: str,
    *,
    full_name: str = "",
    mail: str | None = None,
    password: str | None = None,
    places: Places | None = None,
) -> Account:
    """Make an account; without a password it logs in through the provider of OpenID Connect, by its mail address.

    Raises:
        NotAllowed: the actor is no administrator of that office.
        Conflict: there is an account of that name or mail address.
    """
    actor.require(Role.administrator, office, "add an account")
    check_office(office, places or load_places())
    known, address = _checked(name, mail)
    if password is None and address is None:
        raise LangngheError("an account needs a password or a mail address", "Give one of them.")
    if password is not None:
        check_password(password, known)
    now = record.clock.now()
    with record.session() as session:
        same = (Account.name == known) | (Account.mail == address) if address else Account.name == known
        if session.scalar(select(Account.id).where(same)) is not None:
            raise Conflict(f"there is an account {known} or one with that mail address", "Choose another name, or change that account.")
        account = Account(
            name=known,
            full_name=full_name.strip()[:80],
            mail=address,
            role=role,
            office=office,
            password_hash=make_hash(password) if password else None,
            created=now,
        )
        session.add(account)
        session.flush()
        audit(session, actor, "add account", f"account {known}", now, role=role, office=office)
    return account


@contextmanager
def _changing(record: Record, actor: Actor, name: str, row_version: int | None) -> Iterator[tuple[Session, Account, datetime]]:
    with record.session() as session:
        account = find_account(session, name)
        actor.require(Role.administrator, account.office, "change an account")
        if row_version is not None and row_version != account.row_version:
            raise Conflict(f"the account {account.name} was changed by somebody else meanwhile", "Read it again and repeat your change.")
        account.row_version += 1
        yield session, account, record.clock.now()
        session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def find_account(session: Session, name: str) -> Account:
    """The account of that name.

    Raises:
        LangngheError: there is none.
    """
    account = session.scalar(select(Account).where(Account.name == known_name(name)))
    if account is None:
        raise LangngheError(f"there is no account {name}", "See: langnghe accounts list")
    return account


def _keep_an_administrator(session: Session, account: Account) -> None:
    """Refuse to leave an installation without anybody who can change accounts."""
    others = select(func.count()).where(
        Account.role == Role.administrator, Account.office == NATIONAL, Account.disabled.is_(False), Account.id != account.id
    )
    if account.role == Role.administrator and account.office == NATIONAL and not account.disabled and not session.scalar(others):
        raise Conflict(f"{account.name} is the last administrator of the national desk", "Make another one first.")


def change_account(
    record: Record,
    actor: Actor,
    name: str,
    *,
    role: Role | None = None,
    office: str | None = None,
    disabled: bool | None = None,
    row_version: int | None = None,
    places: Places | None = None,
) -> Account:
    """Give an account another role or office, or let it rest; whoever is logged in with it has to log in again.

    Raises:
        NotAllowed: the actor is no administrator of the account's office, or of the one that it is to have.
        Conflict: it is the last administrator, or somebody changed it meanwhile.
    """
    if office is not None:
        check_office(office, places or load_places())
        actor.require(Role.administrator, office, "give an account to that office")
    with _changing(record, actor, name, row_version) as (session, account, now):
        if (role or Role(account.role)) != Role.administrator or (office or account.office) != NATIONAL or disabled:
            _keep_an_administrator(session, account)
        wanted = {"role": role, "office": office, "disabled": disabled}
        changed = {field: value for field, value in wanted.items() if value is not None and value != getattr(account, field)}
        for field, value in changed.items():
            setattr(account, field, value)
        audit(session, actor, "change account", f"account {account.name}", now, **changed)
        return account


def set_password(record: Record, actor: Actor, name: str, password: str) -> Account:
    """An administrator gives an account a new password; a lock-out ends with it."""
    check_password(password, known_name(name))
    hashed = make_hash(password)
    with _changing(record, actor, name, None) as (session, account, now):
        account.password_hash = hashed
        session.execute(delete(LoginFailure).where(LoginFailure.name == account.name))
        audit(session, actor, "set password", f"account {account.name}", now)
        return account


def change_own_password(record: Record, actor: Actor, old: str, new: str) -> None:
    """Somebody changes their own password, knowing the old one; all of their sessions end.

    Raises:
        NotAllowed: the old password is wrong, or the actor has no account with a password.
    """
    with record.session() as session:
        account = next((one for one in session.scalars(select(Account)) if actor_of(one).name == actor.name), None)
        if account is None or not is_right(old, account.password_hash):
            raise NotAllowed("the present password is wrong", "Enter it again, or ask an administrator for a new one.")
        check_password(new, account.name)
        account.password_hash, account.row_version = make_hash(new), account.row_version + 1
        session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
        audit(session, actor, "change password", f"account {account.name}", record.clock.now())


def list_accounts(session: Session, actor: Actor) -> list[Account]:
    """The accounts that the actor administers: the own office's, or all for the national desk."""
    actor.require(Role.administrator, actor.office, "read the accounts")
    query = select(Account).order_by(Account.disabled, Account.office, Account.name)
    return list(session.scalars(query if actor.is_national else query.where(Account.office == actor.office)))
