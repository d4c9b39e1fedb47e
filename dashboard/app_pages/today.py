"""Hôm nay: what needs me."""

import streamlit as st

from alerts.overview import Overview
from dashboard import components, formats
from dashboard.approvals import show_approvals
from dashboard.case_view import due_html, owner_text
from dashboard.context import Context, current_context, source_names
from dashboard.first_run import is_first_run, show_first_run
from dashboard.pages import link
from dashboard.source_health import health_sentence, source_rows
from dashboard.today import (
    SHOWN_CASES,
    SHOWN_CONCERNS,
    SHOWN_SILENT,
    SHOWN_WITH_WORDS,
    ConcernRow,
    concern_rows,
    headline,
    silent_line,
    todays_overview,
    week_figures,
)


def show() -> None:
    """The first page of an office."""
    context = current_context()
    words, view = context.words, todays_overview(context)
    is_new = is_first_run(context)
    said = words("first.below") if is_new else headline(view, words)
    title = words("today.title", weekday=formats.weekday(view.day, words), day=formats.day(view.day))
    office = context.office(context.actor.office)
    components.heading(
        title,
        words("today.below", office=office, hour=formats.hour(view.at), said=said),
    )
    if is_new:
        show_first_run(context)
        return
    components.figures(week_figures(view, context.actor.office, words))
    left, right = st.columns([2.15, 1], gap="medium")
    with left:
        _concerns(context, view)
    with right:
        show_approvals(context)
        _cases(context, view)
        _silent(context, view)


def _concerns(context: Context, view: Overview) -> None:
    words, rows = context.words, concern_rows(view, context)
    components.section(words("today.concerns"), words("today.concerns_note"))
    if not rows:
        sources = source_rows(context)
        silent = sum(one.silent is not None for one in sources)
        is_heard = 2 * silent <= len(sources)
        what = words("today.no_concerns_do") if is_heard else words("today.silent_too", n=silent, all=len(sources))
        components.empty(words("today.no_concerns"), what)
    for row in rows[:SHOWN_CONCERNS]:
        _concern(row, with_words=len(rows) <= SHOWN_WITH_WORDS)
    if len(rows) > SHOWN_CONCERNS:
        link("concern", words("today.all_concerns", n=len(rows)), icon=":material/arrow_forward:")


def _concern(row: ConcernRow, *, with_words: bool) -> None:
    with st.container(border=True, key=f"row-concern-{row.id}", gap=None):
        words, picture = st.columns([4.4, 1], gap="small", vertical_alignment="center")
        with words:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link("concern", row.title, {"id": str(row.id)})
                st.html(components.chips_html(row.chips), width="content")
            components.paragraph(row.why, "why")
            if with_words and row.said:
                components.paragraph(f"“{row.said}”", "note")
        with picture:
            st.html(row.picture)


def _cases(context: Context, view: Overview) -> None:
    words = context.words
    components.section(words("today.cases"))
    if not view.cases_due:
        components.empty(words("today.no_cases"), words("today.no_cases_do"))
    for one in view.cases_due[:SHOWN_CASES]:
        with st.container(border=True, key=f"row-case-{one.case.id}", gap=None):
            link("case", one.case.title, {"id": str(one.case.id)})
            st.html(due_html(one, context))
            components.paragraph(owner_text(one.case, context), "note")
    if len(view.cases_due) > SHOWN_CASES:
        link("case", words("today.more_cases", n=len(view.cases_due) - SHOWN_CASES), icon=":material/arrow_forward:")


def _silent(context: Context, view: Overview) -> None:
    words, names = context.words, source_names(context)
    components.section(words("today.silent"))
    if view.silent:
        st.html("".join(silent_line(one, names, view, words) for one in view.silent[:SHOWN_SILENT]))
    components.paragraph(health_sentence(context), "note")
    link("sources", words("today.to_sources"), icon=":material/arrow_forward:")


if __name__ == "__main__":
    show()
