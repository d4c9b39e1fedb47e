"""Tài khoản: who is logged in, what that allows, and the own password."""

import streamlit as st

from dashboard import components
from dashboard.context import Context, current_context
from dashboard.leaving import leave_button
from dashboard.trouble import Said, acting
from langnghe.accounts.passwords import SHORTEST
from langnghe.accounts.people import change_own_password
from langnghe.actor import RANK, Role


def show() -> None:
    """The account of this session."""
    context = current_context()
    words, actor = context.words, context.actor
    office = context.office(actor.office)
    components.heading(words("account.mine"), words("account.below", name=actor.name, role=words(f"role.{actor.role}"), office=office))
    left, right = st.columns(2, gap="large")
    with left:
        components.section(words("account.may"))
        may = [words(f"account.may_{role}") for role in Role if RANK[role] <= RANK[actor.role]]
        components.bullets(may)
        if context.settings.dashboard.access in ("accounts", "oidc"):
            leave_button(context.settings, words)
    with right:
        _password(context)


def _password(context: Context) -> None:
    words, access = context.words, context.settings.dashboard.access
    components.section(words("account.password"))
    if access != "accounts":
        components.paragraph(words("account.of_provider" if access == "oidc" else "account.local"), "note")
        return
    components.paragraph(words("account.password_note"), "note")
    with st.form("own-password", clear_on_submit=True):
        for name, kind in (("old", "current-password"), ("new", "new-password"), ("again", "new-password")):
            st.text_input(words(f"account.{name}"), type="password", key=f"password-{name}", autocomplete=kind)
        st.form_submit_button(words("account.password"), type="primary", on_click=_change, args=(context,))


def _change(context: Context) -> None:
    old, new, again = (str(st.session_state.get(f"password-{name}") or "") for name in ("old", "new", "again"))
    with acting("account.changed"):
        if new != again:
            raise Said(context.words("account.differ"))
        if len(new) < SHORTEST:
            raise Said(context.words("account.short", n=SHORTEST))
        change_own_password(context.record, context.actor, old, new)


if __name__ == "__main__":
    show()
