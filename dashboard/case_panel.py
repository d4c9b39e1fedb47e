"""The case beside a concern: open, give to somebody, note, close; every step through the service."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from alerts import cases
from alerts.cases import CaseView
from alerts.concern_actions import offices_of
from alerts.overview import ConcernDetail
from dashboard import components, formats
from dashboard.components import Chip, chips_html
from dashboard.concern_view import steps_html
from dashboard.context import Context
from dashboard.today import severity_chip
from dashboard.trouble import acting
from langnghe.actor import Role
from langnghe.record.schema import Concern


def _value(name: str) -> str:
    return str(st.session_state.get(name) or "")


def may_act(context: Context, concern: Concern) -> bool:
    """Whether the session's office acts on a concern; the services decide, this only keeps a button from being offered in vain."""
    actor = context.actor
    return actor.may(Role.officer) and (actor.is_national or actor.office in offices_of(concern))


def open_case(context: Context, concern_id: int) -> None:
    """Open a case about a concern: one click."""
    with acting("case.opened"):
        cases.open_case(context.record, context.actor, concern_id, context.settings)


def _assign(context: Context, case_id: int, version: int) -> None:
    with acting("case.assigned"):
        cases.assign(context.record, context.actor, case_id, _value("case-officer"), context.settings, row_version=version)


def _note(context: Context, case_id: int, version: int) -> None:
    with acting("case.noted"):
        cases.note(context.record, context.actor, case_id, _value("case-note"), context.settings, row_version=version)


def _close(context: Context, case_id: int, version: int) -> None:
    with acting("case.closed"):
        outcome, said = _value("case-outcome"), _value("case-closing-note")
        cases.close_case(context.record, context.actor, case_id, outcome, context.settings, note=said, row_version=version)


def _reopen(context: Context, case_id: int, version: int) -> None:
    with acting("case.reopened"):
        cases.reopen_case(context.record, context.actor, case_id, _value("case-reopen-why"), context.settings, row_version=version)


def _assign_form(words: Callable[..., str]) -> None:
    st.text_input(words("case.officer"), key="case-officer", placeholder=words("case.officer_hint"))


def _note_form(words: Callable[..., str]) -> None:
    st.text_area(words("case.note"), key="case-note", height=90, placeholder=words("case.note_hint"))


def _close_form(words: Callable[..., str]) -> None:
    outcomes = [one.id for one in cases.load_workflow().outcomes]
    st.selectbox(words("case.outcome"), outcomes, format_func=lambda one: words(f"close.{one}"), key="case-outcome")
    st.text_input(words("case.note"), key="case-closing-note")


def _reopen_form(words: Callable[..., str]) -> None:
    st.text_input(words("case.why"), key="case-reopen-why")


FORMS = {
    "assign": (_assign_form, _assign),
    "note": (_note_form, _note),
    "close": (_close_form, _close),
    "reopen": (_reopen_form, _reopen),
}
"""Step → its form and what it does."""


def steps_of(context: Context, state: str) -> list[str]:
    """Steps that a case in ``state`` allows."""
    allowed = cases.next_steps(state, context.settings)
    return [step for step in FORMS if step in allowed]


def show_cases(context: Context, detail: ConcernDetail) -> None:
    """The cases about a concern; without one, the button that opens it."""
    words = context.words
    components.section(words("case.title"))
    unfinished = [view for view in detail.cases if view.case.state != "closed"]
    if not unfinished and may_act(context, detail.line.concern):
        components.paragraph(words("case.none"), "note")
        open_one = partial(open_case, context, detail.line.id)
        st.button(words("case.open"), type="primary", icon=":material/assignment_add:", on_click=open_one, width="stretch")
    for view in [*unfinished, *(view for view in detail.cases if view.case.state == "closed")]:
        _show_case(context, view)


def _show_case(context: Context, view: CaseView) -> None:
    words, case = context.words, view.case
    with st.container(border=True):
        state: Chip = Chip(words(f"case.state_{case.state}"), "green" if case.state == "closed" else "blue")
        late = "ln-late" if view.overdue else "ln-meta"
        due = (
            f"{formats.due(view.hours_left, words)} ({formats.moment(case.due)})"
            if view.hours_left is not None
            else formats.due(None, words)
        )
        mark = "⚠ " if view.overdue else ""
        st.html(
            f'<p class="ln-line"><strong>{escape(words("case.number", n=case.id))}</strong> {escape(case.title)}</p>'
            f"{chips_html([state, severity_chip(case.severity, context)])}"
            f'<p class="ln-line"><span class="{late}">{mark}{escape(due)}</span></p>'
            f'<p class="ln-line ln-meta">{escape(words("case.officer"))}: {escape(case.officer or words("case.nobody"))}</p>'
        )
        _show_step(context, view)
        with st.expander(words("case.history")), context.record.reading() as session:
            st.html(steps_html(cases.case_history(session, context.actor, case.id), context, "step"))


def _show_step(context: Context, view: CaseView) -> None:
    words, case = context.words, view.case
    chosen = st.selectbox(
        words("case.step"),
        steps_of(context, case.state),
        index=None,
        format_func=lambda step: words(f"case.do_{step}"),
        placeholder=words("case.step_hint"),
        key=f"case-step-{case.id}-{case.row_version}",
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    form, act = FORMS[chosen]
    with st.form(f"case-{case.id}-{chosen}", border=False):
        form(words)
        # The version that the officer has before the eyes: whoever came first wins, the other one is told.
        done = partial(act, context, case.id, case.row_version)
        st.form_submit_button(words(f"case.do_{chosen}"), type="primary", on_click=done, width="stretch")
