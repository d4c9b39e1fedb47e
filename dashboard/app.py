"""The script that Streamlit runs: the frame around every page."""

from html import escape
from pathlib import Path

import streamlit as st

from dashboard.access import LoggedOut, NoAccount, needs_login, office_name, offices
from dashboard.components import flash
from dashboard.context import LANGUAGE, OFFICE, Context, current_context, current_words, samples
from dashboard.frame import say_in_words
from dashboard.leaving import leave_button, tell_visitor
from dashboard.pages import follow, make_pages
from dashboard.source_health import source_rows
from dashboard.trouble import tell, told
from langnghe.actor import Role
from langnghe.errors import ConfigurationError, LangngheError
from langnghe.settings import load_settings
from langnghe.wording import LANGUAGES

HERE = Path(__file__).parent
SIDEBAR = 248
"""Pixels; on a narrow screen the sidebar is hidden at first."""


def _office(context: Context) -> None:
    words, actor = context.words, context.actor
    if needs_login(context.settings):
        office = context.office(actor.office)
        st.html(f'<p class="ln-who"><strong>{escape(actor.name)}</strong><br>{escape(words(f"role.{actor.role}"))} · {escape(office)}</p>')
        leave_button(context.settings, words)
        return
    st.selectbox(
        words("nav.office"),
        offices(context.places),
        # By its official name in both languages: a list remembers what was chosen by how it was called.
        format_func=lambda office: office_name(office, context.places),
        key=OFFICE,
        persist_state="session",
        help=words("nav.office_help"),
    )


def _switches(context: Context) -> None:
    words = context.words
    with st.sidebar:
        _office(context)
        st.segmented_control(
            words("nav.language"),
            LANGUAGES,
            default=context.settings.language,
            format_func=lambda language: words(f"nav.language_{language}"),
            key=LANGUAGE,
            required=True,
            persist_state="session",
            label_visibility="collapsed",
        )
        if not samples(context).isdisjoint(row.source for row in source_rows(context)):
            st.html(f'<p class="ln-sample">{escape(words("nav.sample"))}</p>')


def hidden_pages(context: Context) -> set[str]:
    """Pages that would have nothing to say to this session; what may be done on them the services decide."""
    hidden = set() if needs_login(context.settings) else {"account"}
    return hidden if context.actor.may(Role.administrator) else hidden | {"admin"}


def main() -> None:
    """One rerun of one session."""
    st.set_page_config(page_title="Lắng Nghe", page_icon=str(HERE / "mark.svg"), layout="wide", initial_sidebar_state=SIDEBAR)
    st.html(HERE / "style.css")
    st.logo(str(HERE / "mark.svg"), size="large")
    try:
        words = current_words()
    except ConfigurationError as error:
        # There are no words to say it with.
        st.error(str(error))
        st.stop()
    try:
        context = current_context()
    except (LoggedOut, NoAccount) as error:
        # Known, so that Streamlit does not say that there is no such page; none of them is run.
        st.navigation(make_pages(words), position="hidden")
        tell_visitor(load_settings(), words, error)
        st.stop()
    except LangngheError as error:
        tell(words, error)
        st.stop()
    say_in_words(words, context.settings.config_dir)
    chosen = st.navigation(make_pages(words, hidden_pages(context)), expanded=True)
    follow()
    with told(words):
        _switches(context)
        flash(context)
        chosen.run()


main()
