"""What a session that is nobody's sees: that it has ended, or that it has to log in, with the way back to the same page."""

from urllib.parse import quote, urlsplit

import streamlit as st

from dashboard import components
from dashboard.access import LOGIN, LOGOUT, LoggedOut, NoAccount
from dashboard.login_page import link_html
from langnghe.settings import Settings
from langnghe.wording import Wording


def _here() -> str:
    parts = urlsplit(st.context.url or "/")
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def logged_out(settings: Settings, words: Wording) -> None:
    """Nobody is logged in: how to."""
    if settings.dashboard.access == "oidc":
        was_in = bool(st.user.get("is_logged_in"))
        components.heading(words("login.ended" if was_in else "login.title"))
        components.paragraph(words("login.ended_do" if was_in else "login.provider_do"))
        st.button(words("login.provider"), type="primary", icon=":material/login:", on_click=st.login)
        return
    components.heading(words("login.ended"))
    components.paragraph(words("login.ended_do"))
    st.html(link_html(words("login.again"), f"{LOGIN}?tiep={quote(_here(), safe='')}"))


def tell_visitor(settings: Settings, words: Wording, error: LoggedOut | NoAccount) -> None:
    """The page of somebody who may see no other."""
    if isinstance(error, NoAccount):
        components.trouble(words, words("login.no_account"), words("login.no_account_do"), str(error))
        st.button(words("login.leave"), on_click=st.logout)
        return
    logged_out(settings, words)


def leave_button(settings: Settings, words: Wording) -> None:
    """The way out."""
    if settings.dashboard.access == "oidc":
        st.button(words("login.leave"), icon=":material/logout:", on_click=st.logout, width="stretch")
    else:
        st.html(link_html(words("login.leave"), LOGOUT))
