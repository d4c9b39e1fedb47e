"""A new installation: nothing was collected yet, so that nothing can be said, and what the first steps are."""

import streamlit as st
from sqlalchemy import select

from dashboard import components
from dashboard.context import Context
from dashboard.pages import link
from dashboard.source_health import source_rows
from langnghe.actor import Role
from langnghe.record.schema import DocumentRow


def is_first_run(context: Context) -> bool:
    """Whether nothing was crawled, imported or brought yet."""
    if source_rows(context):
        return False
    with context.record.reading() as session:
        return session.scalar(select(DocumentRow.id).limit(1)) is None


def show_first_run(context: Context) -> None:
    """Say so, and the steps for whoever looks: silence is not calm."""
    words, is_administrator = context.words, context.actor.may(Role.administrator)
    components.notice(words("first.nothing"))
    components.section(words("first.steps"))
    components.numbered([words(f"first.{step}") for step in (("sources", "run", "wait") if is_administrator else ("ask", "bring", "wait"))])
    with st.container(horizontal=True, gap="small"):
        if is_administrator:
            link("admin", words("first.to_sources"), {"xem": "sources"}, icon=":material/rss_feed:")
        link("intake", words("first.to_intake"), icon=":material/add_comment:")
