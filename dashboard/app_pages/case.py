"""Vụ việc: the board and the list of cases, and of one its deadlines, papers, approvals and history."""

from datetime import timedelta

import streamlit as st

from alerts.cases import CaseDetail, CaseFigures, CaseView, case_detail, case_figures, changes_since, list_cases
from dashboard import components, formats
from dashboard.case_panel import show_steps
from dashboard.case_papers import show_answers, show_papers
from dashboard.case_solutions import show_solutions
from dashboard.case_view import (
    BOARD,
    card_html,
    case_chips,
    columns_of,
    due_html,
    effect_text,
    figures_of,
    owner_text,
    receivers_text,
)
from dashboard.concern_view import steps_html
from dashboard.context import Context, current_context
from dashboard.pages import link
from langnghe.clock import vietnam_day
from langnghe.record.schema import Case, DocumentRow

ID, VIEW = "id", "xem"
VIEWS = {"bang": "board", "ds": "list", "xong": "closed"}
"""Value of the address → what is shown."""
PERIOD = timedelta(days=30)
SHOWN_ON_BOARD = 8
"""Cases of a column; the list has all."""


def show() -> None:
    """The case that the address names, or all."""
    context = current_context()
    asked = st.query_params.get(ID)
    if asked is None:
        _all(context)
        return
    # As on the page of concerns: the browser's address follows the link.
    st.query_params.from_dict({ID: asked})
    with context.record.reading() as session:
        known = asked.isascii() and asked.isdigit() and session.get(Case, int(asked)) is not None
        if not known:
            _unknown(context, asked)
            return
        detail = case_detail(session, context.actor, int(asked), context.settings, context.now)
    _one(context, detail)


def _unknown(context: Context, asked: str) -> None:
    words = context.words
    components.heading(words("case.unknown"))
    components.empty(words("case.unknown_what", id=asked[:20]), words("case.unknown_do"))
    link("case", words("case.back"), icon=":material/arrow_back:")


def _all(context: Context) -> None:
    words, day = context.words, vietnam_day(context.now)
    components.heading(words("nav.case"), context.office(context.actor.office))
    asked = st.query_params.get(VIEW, "bang")
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            words("case.view"),
            list(VIEWS),
            default=asked if asked in VIEWS else "bang",
            required=True,
            format_func=lambda one: words(f"case.view_{VIEWS[one]}"),
            label_visibility="collapsed",
        )
    st.query_params[VIEW] = chosen
    with context.record.reading() as session:
        views = list_cases(session, context.actor, context.now, unfinished=chosen != "xong")
        figures = case_figures(session, context.actor, day - PERIOD, day, context.now)
    components.figures(figures_of(figures, context))
    _waiting(context, figures)
    if chosen == "xong":
        views = [view for view in views if view.case.state == "closed"]
    if not views:
        components.empty(words(f"case.empty_{VIEWS[chosen]}"), words("case.empty_do"))
        link("concern", words("today.to_concerns"), icon=":material/arrow_forward:")
    elif chosen == "bang":
        _board(context, views)
    else:
        _list(context, views)


def _waiting(context: Context, figures: CaseFigures) -> None:
    """Papers that wait for somebody else's approval."""
    words = context.words
    if not figures.waiting_for_approval:
        return
    components.section(words("case.to_approve"))
    for paper in figures.waiting_for_approval[:5]:
        with st.container(key=f"row-paper-{paper.id}", gap=None):
            link("case", paper.subject, {ID: str(paper.case_id)})
            components.paragraph(words("case.by", who=", ".join(paper.authors), at=formats.moment(paper.written)), "note")


def _board(context: Context, views: list[CaseView]) -> None:
    words, columns = context.words, columns_of(views)
    for state, place in zip(BOARD, st.columns(len(BOARD), gap="small"), strict=True):
        with place:
            components.section(words(f"case.state_{state}"), words.number(len(columns[state])))
            for view in columns[state][:SHOWN_ON_BOARD]:
                with st.container(border=True, key=f"row-card-{view.case.id}", gap=None):
                    link("case", view.case.title, {ID: str(view.case.id)})
                    st.html(card_html(view, context))
            if len(columns[state]) > SHOWN_ON_BOARD:
                link("case", words("case.more", n=len(columns[state]) - SHOWN_ON_BOARD), {VIEW: "ds"})


def _list(context: Context, views: list[CaseView]) -> None:
    words = context.words
    rows = []
    for view in views:
        case = view.case
        office = context.office(case.office)
        due = due_html(view, context) if case.closed is None else formats.moment(case.closed)
        number = components.link_html(f"{case.id}", f"/case?id={case.id}")
        title = components.link_html(case.title, f"/case?id={case.id}")
        rows.append([number, title, words(f"case.state_{case.state}"), due, owner_text(case, context), office])
    head = [words(f"case.column_{name}") for name in ("number", "title", "state", "due", "officer", "office")]
    components.table(head, rows, numbers_from=len(head), html_columns=(0, 1, 3))


def _one(context: Context, detail: CaseDetail) -> None:
    words, case = context.words, detail.case
    link("case", words("case.back"), icon=":material/arrow_back:")
    components.heading(case.title, words("case.below", n=case.id, at=formats.moment(case.opened), who=case.opened_by))
    st.html(components.chips_html(case_chips(detail.view, context)) + due_html(detail.view, context))
    _meanwhile(context, detail)
    if case.formal:
        components.notice(words("case.formal_notice"))
    left, right = st.columns([2.1, 1], gap="medium")
    with left:
        show_papers(context, detail)
        show_solutions(context, detail)
        if detail.effect is not None:
            components.section(words("case.effect_title"))
            components.paragraph(effect_text(detail.effect, context), "finding")
    with right:
        show_steps(context, detail)
        _facts(context, detail)
        show_answers(context, detail)
        components.section(words("case.history"))
        st.html(steps_html(detail.history, context, "step"))


def _meanwhile(context: Context, detail: CaseDetail) -> None:
    """What somebody else did since this session last saw the case: the second officer sees what the first one did."""
    key, case = f"case-seen-{detail.case.id}", detail.case
    seen = st.session_state.get(key)
    st.session_state[key] = case.row_version
    if seen is None or seen == case.row_version:
        return
    with context.record.reading() as session:
        others = [event for event in changes_since(session, context.actor, case.id, seen) if event.actor != context.actor.name]
    if others:
        components.notice(context.words("case.meanwhile"))
        st.html(steps_html(others, context, "step"))


def _facts(context: Context, detail: CaseDetail) -> None:
    words, case = context.words, detail.case
    components.section(words("case.facts"))
    rows = [
        (words("case.officer"), owner_text(case, context)),
        (words("case.column_office"), context.office(case.office)),
        (words("case.responsible"), receivers_text(case, context) or "–"),
        (words("case.due_answer_title"), formats.moment(case.due)),
    ]
    if case.first_due is not None:
        rows.insert(3, (words("case.due_first_title"), formats.moment(case.first_due)))
    if case.first_response is not None:
        rows.append((words("case.first_response_at"), formats.moment(case.first_response)))
    components.facts(rows)
    if case.concern_id is not None:
        link("concern", words("case.to_concern"), {ID: str(case.concern_id)}, icon=":material/arrow_forward:")
    if case.document_id is not None:
        with context.record.reading() as session:
            row = session.get(DocumentRow, case.document_id)
        if row is not None:
            link("search", words("case.to_document"), {"noi_dung": str(row.story_id), "tat_ca": "1"}, icon=":material/arrow_forward:")


if __name__ == "__main__":
    show()
