"""Who is at the screen: an account's session, whom the provider of OpenID Connect names, or whoever reaches this machine itself."""

from datetime import datetime, timedelta

import streamlit as st

from langnghe.accounts.sessions import mail_actor, session_actor
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import as_utc
from langnghe.errors import LangngheError
from langnghe.places import Places
from langnghe.record.database import Record
from langnghe.settings import Settings

NATIONAL_NAME = "BHXH Việt Nam"
"""Name of the national desk in the record, whatever language the screen has."""
COOKIE = "langnghe_session"
"""Cookie that holds the token of an account's session; scripts of a page can't read it."""
LANGUAGE_COOKIE = "langnghe_language"
"""Cookie that keeps the language between visits: a link from a mail opens a session of its own."""
LOGIN, LOGOUT = "/dang-nhap", "/dang-xuat"
"""Addresses of the pages that log in and out."""


class LoggedOut(LangngheError):
    """Nobody is logged in, or the session has ended."""


class NoAccount(LangngheError):
    """The provider knows the person, Lắng Nghe has no account for the address."""


def offices(places: Places) -> list[str]:
    """Offices that the switch offers: the national desk, then the 34 provinces by name."""
    # "Đ" comes after "D" in the Vietnamese alphabet, not after "Z".
    return [NATIONAL, *(province.id for province in sorted(places.of_34, key=lambda one: one.name.replace("Đ", "Dz")))]


def office_name(office: str, places: Places) -> str:
    """Official name of an office, as it stands in lists and in the record."""
    return NATIONAL_NAME if office == NATIONAL else places.province(office).bhxh_name


def needs_login(settings: Settings) -> bool:
    """Whether people log in here; if not, they choose the office that they look at."""
    return settings.dashboard.access in ("accounts", "oidc")


def sign_in(office: str, places: Places, role: Role = Role.administrator) -> Actor:
    """The actor of a session without a login, for the chosen office.

    Whoever sits at the machine itself could use the command line as well, and is its administrator.

    Raises:
        LangngheError: there is no such office.
    """
    if office not in offices(places):
        raise LangngheError(f"there is no office {office}", "Choose one of the list.")
    return Actor(f"Cán bộ {office_name(office, places)}", role, office)


def _of_account(settings: Settings, record: Record) -> Actor:
    token = st.context.cookies.get(COOKIE)
    actor = session_actor(record, token, idle_minutes=settings.dashboard.idle_minutes) if token else None
    if actor is None:
        raise LoggedOut("nobody is logged in, or the session has ended", "Log in.")
    return actor


def is_fresh(issued: object, now: datetime, hours: float) -> bool:
    """Whether an identity that the provider issued then may be used now; the cookie that holds it would live for 30 days."""
    if not isinstance(issued, int | float):
        return False
    return timedelta(0) - timedelta(minutes=5) <= as_utc(now) - datetime.fromtimestamp(issued, as_utc(now).tzinfo) <= timedelta(hours=hours)


def _of_provider(settings: Settings, record: Record, machine_now: datetime) -> Actor:
    if not st.user.get("is_logged_in") or not is_fresh(st.user.get("iat"), machine_now, settings.dashboard.session_hours):
        raise LoggedOut("nobody is logged in, or the session has ended", "Log in.")
    mail = str(st.user.get("email") or "")
    actor = mail_actor(record, mail) if mail and st.user.get("email_verified") is not False else None
    if actor is None:
        raise NoAccount(f"there is no account for {mail or 'this person'}", "Ask an administrator: langnghe accounts add --mail.")
    return actor


def visitor(settings: Settings, record: Record, places: Places, office: str, machine_now: datetime) -> Actor:
    """Who this session is.

    Args:
        settings: say how people log in.
        record: holds accounts and sessions.
        places: the provinces.
        office: that was chosen, where nobody logs in.
        machine_now: the time by which the provider issues identities, whatever day a demo shows.

    Raises:
        LoggedOut: nobody is logged in, or the session has ended.
        NoAccount: the provider names somebody without an account.
    """
    if settings.dashboard.access == "accounts":
        return _of_account(settings, record)
    if settings.dashboard.access == "oidc":
        return _of_provider(settings, record, machine_now)
    return sign_in(office, places, Role.administrator if settings.dashboard.access == "local" else Role.officer)
