"""From what was read to the draft of an answer in two clicks: what is to be written, and its case stands open with the draft."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from sqlalchemy import select

from alerts import cases
from alerts.cases import case_detail, load_workflow
from alerts.cases.opening import open_case_about_document
from dashboard.case_papers import answers_of
from dashboard.context import Context
from dashboard.forms import options_of
from dashboard.pages import lead_to
from dashboard.trouble import acting
from langnghe.record.schema import Case

CASE_ALONE = "case"
"""What a menu offers beside the kinds of papers: a case about which nothing is written yet."""


def show_answer_menu(context: Context, about: str, open_one: Callable[[], Case], *, with_case: bool, quiet: bool = False) -> None:
    """The menu of what can be written.

    Args:
        context: the session.
        about: what it is about, as the end of the menu's name in the session.
        open_one: opens the case, or gives the one that is open.
        with_case: whether a case alone is offered too, where no button beside the menu does that.
        quiet: whether it stands in a row of a list.
    """
    words = context.words
    papers, paper_name = options_of(load_workflow(context.settings.config_dir).papers, words.language)
    names = {CASE_ALONE: words("case.open")} if with_case else {}
    names |= {paper: paper_name(paper) for paper in papers}
    key = f"answer-{about}"
    st.menu_button(
        words("case.handle" if with_case else "case.write"),
        list(names),
        key=key,
        icon=":material/edit_document:",
        type="tertiary" if quiet else "secondary",
        format_func=names.__getitem__,
        on_click=partial(_begin, context, key, open_one),
    )


def _begin(context: Context, key: str, open_one: Callable[[], Case]) -> None:
    kind = st.session_state[key]
    with acting("case.opened" if kind == CASE_ALONE else "case.paper_begun"):
        case = open_one()
        lead_to("case", {"id": str(case.id)})
        if kind != CASE_ALONE:
            # What was approved before and fits best is taken, as in the form on the case's own page.
            fitting = _fitting(context, case.id)
            cases.begin_paper(context.record, context.actor, case.id, kind, context.settings, answer_id=fitting)


def _fitting(context: Context, case_id: int) -> str | None:
    with context.record.reading() as session:
        detail = case_detail(session, context.actor, case_id, context.settings, context.now)
    return next((one.answer.id for one in answers_of(detail, context)), None)


def case_about_document(context: Context, document_id: int) -> Case:
    """The case about one piece that this session's office has open, or a new one."""
    query = select(Case).where(Case.document_id == document_id, Case.state != "closed")
    if not context.actor.is_national:
        query = query.where(Case.office == context.actor.office)
    with context.record.reading() as session:
        known = session.scalars(query.order_by(Case.id)).first()
    return known or open_case_about_document(context.record, context.actor, document_id, context.settings)
