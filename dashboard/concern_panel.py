"""What an officer decides about a concern: a case about it, later, no, or back again."""

from datetime import timedelta
from functools import partial

import streamlit as st

from alerts.cases import open_case
from alerts.concern_actions import REASONS, dismiss, offices_of, reopen, snooze
from alerts.overview import ConcernDetail
from dashboard import components
from dashboard.answering import show_answer_menu
from dashboard.case_panel import may_act, open_case_of, open_or_see
from dashboard.context import Context
from dashboard.trouble import acting
from langnghe.clock import vietnam_day
from langnghe.record.schema import Case, Concern

SNOOZE_DAYS = (1, 3, 7, 14)


def show_actions(context: Context, detail: ConcernDetail) -> None:
    """The decisions in a row; they stand before all that explains the concern."""
    words, concern = context.words, detail.line.concern
    if not may_act(context, concern):
        is_here = context.actor.is_national or context.actor.office in offices_of(concern)
        components.paragraph(words("concern.read_only" if is_here else "concern.elsewhere"), "note")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="concern-act"):
        open_or_see(context, detail)
        show_answer_menu(context, f"concern-{concern.id}", partial(_case, context, detail), with_case=False)
        if concern.state in ("snoozed", "dismissed", "closed"):
            st.button(words("concern.reopen"), icon=":material/undo:", on_click=partial(_reopen, context, concern))
            return
        _rest(context, concern)


def _case(context: Context, detail: ConcernDetail) -> Case:
    return open_case_of(detail) or open_case(context.record, context.actor, detail.line.id, context.settings)


def _rest(context: Context, concern: Concern) -> None:
    """Let it rest."""
    words = context.words
    with st.popover(words("concern.snooze"), icon=":material/snooze:"):
        components.paragraph(words("concern.snooze_what"), "note")
        st.text_input(words("case.note"), key="snooze-note")
        with st.container(horizontal=True):
            for days in SNOOZE_DAYS:
                st.button(words("span.days", n=days), key=f"snooze-{days}", on_click=partial(_snooze, context, concern, days))
    with st.popover(words("concern.dismiss"), icon=":material/close:"):
        components.paragraph(words("concern.dismiss_what"), "note")
        st.radio(words("concern.reason"), REASONS, format_func=lambda one: words(f"reason.{one}"), key="dismiss-reason")
        st.text_input(words("case.note"), key="dismiss-note")
        st.button(words("concern.dismiss"), key="dismiss", type="primary", on_click=partial(_dismiss, context, concern))


def _snooze(context: Context, concern: Concern, days: int) -> None:
    until = vietnam_day(context.now) + timedelta(days=days)
    with acting("concern.snoozed"):
        note = str(st.session_state.get("snooze-note") or "")
        snooze(context.record, context.actor, concern.id, until, note=note, row_version=concern.row_version)


def _dismiss(context: Context, concern: Concern) -> None:
    with acting("concern.dismissed"):
        reason, note = st.session_state["dismiss-reason"], str(st.session_state.get("dismiss-note") or "")
        dismiss(context.record, context.actor, concern.id, reason, context.settings, note=note, row_version=concern.row_version)


def _reopen(context: Context, concern: Concern) -> None:
    with acting("concern.reopened"):
        reopen(context.record, context.actor, concern.id, row_version=concern.row_version)
