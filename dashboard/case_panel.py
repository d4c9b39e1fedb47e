"""What may be done about a case as a whole, and the cases beside a concern."""

from functools import partial

import streamlit as st

from alerts import cases
from alerts.cases import CaseDetail, CaseView, load_workflow
from alerts.cases.handling import FORMAL
from alerts.concern_actions import offices_of
from alerts.overview import ConcernDetail
from dashboard import components
from dashboard.access import offices
from dashboard.case_view import case_chips, due_html, owner_text
from dashboard.components import chips_html
from dashboard.context import Context
from dashboard.forms import Field, Values, options_of, show_form, submit
from dashboard.pages import lead_to, link
from dashboard.trouble import acting
from langnghe.actor import Role
from langnghe.record.schema import Case, Concern

STEPS = ("assign", "note", "describe", "mark", "hand_over", "close", "reopen")
"""Steps of the workflow that concern the case as a whole, in the order in which they are offered."""


def may_act(context: Context, concern: Concern) -> bool:
    """Whether the session's office acts on a concern; the services decide, this only keeps a button from being offered in vain."""
    actor = context.actor
    return actor.may(Role.officer) and (actor.is_national or actor.office in offices_of(concern))


def open_case(context: Context, concern_id: int) -> None:
    """Open a case about a concern and go there: one click."""
    with acting("case.opened"):
        case = cases.open_case(context.record, context.actor, concern_id, context.settings)
        lead_to("case", {"id": str(case.id)})


def open_case_of(detail: ConcernDetail) -> Case | None:
    """The case about a concern that is not closed."""
    return next((view.case for view in detail.cases if view.case.state != "closed"), None)


def open_or_see(context: Context, detail: ConcernDetail) -> None:
    """The button that opens a case about a concern, or the way to the one that is open."""
    if (case := open_case_of(detail)) is not None:
        link("case", context.words("case.see", n=case.id), {"id": str(case.id)}, icon=":material/assignment:")
        return
    open_one = partial(open_case, context, detail.line.id)
    st.button(context.words("case.open"), type="primary", icon=":material/assignment_add:", on_click=open_one)


def show_cases(context: Context, detail: ConcernDetail) -> None:
    """The cases about a concern, the unfinished ones first."""
    components.section(context.words("case.title"))
    if not detail.cases:
        components.paragraph(context.words("case.none"), "note")
    for view in sorted(detail.cases, key=lambda view: view.case.state == "closed"):
        show_line(context, view)


def show_line(context: Context, view: CaseView) -> None:
    """A case as one of several."""
    with st.container(border=True, key=f"row-case-{view.case.id}", gap=None):
        link("case", context.words("case.line", n=view.case.id, title=view.case.title), {"id": str(view.case.id)})
        st.html(chips_html(case_chips(view, context)) + due_html(view, context))
        components.paragraph(owner_text(view.case, context), "note")


def step_fields(context: Context, case: Case, step: str) -> list[Field]:
    """What a step asks for."""
    words, workflow = context.words, load_workflow(context.settings.config_dir)
    outcomes, outcome_name = options_of(workflow.outcomes, words.language)
    receivers, receiver_name = options_of(workflow.receivers, words.language)
    elsewhere = [office for office in offices(context.places) if office != case.office]
    fields = {
        "assign": [Field("officer", words("case.officer"), value=case.officer or context.actor.name, hint=words("case.officer_hint"))],
        "note": [Field("note", words("case.note"), "text", hint=words("case.note_hint"), height=90)],
        "describe": [
            Field("title", words("case.name"), value=case.title),
            Field("responsible", words("case.responsible"), "many", receivers, receiver_name, case.responsible, words("case.choose")),
            Field("pakn", words("case.pakn"), value=case.pakn, hint=words("case.pakn_hint")),
        ],
        "mark": [
            Field(
                "formal",
                words("case.formal"),
                "choice",
                ["", *FORMAL],
                partial(_formal_name, context),
                case.formal or "",
            )
        ],
        "hand_over": [
            Field("office", words("case.to_office"), "choice", elsewhere, context.office),
            Field("reason", words("case.why")),
        ],
        "close": [
            Field("outcome", words("case.outcome"), "choice", outcomes, outcome_name),
            Field("note", words("case.note")),
        ],
        "reopen": [Field("reason", words("case.why"))],
    }
    return fields[step]


def _formal_name(context: Context, mark: str) -> str:
    return context.words(f"case.formal_{mark}" if mark else "case.formal_none")


def take_step(context: Context, case: Case, step: str, values: Values) -> None:
    """Call the service for a step, on the version that is on the screen: whoever came first wins, the other one is told."""
    record, actor, settings, seen = context.record, context.actor, context.settings, case.row_version
    if step == "assign":
        cases.assign(record, actor, case.id, values["officer"], settings, row_version=seen)
    elif step == "note":
        cases.note(record, actor, case.id, values["note"], settings, row_version=seen)
    elif step == "describe":
        title, responsible, pakn = values["title"], values["responsible"], values["pakn"]
        cases.describe(record, actor, case.id, settings, title=title, responsible=responsible, pakn=pakn, row_version=seen)
    elif step == "mark":
        cases.mark_formal(record, actor, case.id, values["formal"] or None, settings, row_version=seen)
    elif step == "hand_over":
        cases.hand_over(record, actor, case.id, values["office"], values["reason"], settings, row_version=seen)
    elif step == "close":
        cases.close_case(record, actor, case.id, values["outcome"], settings, note=values["note"], row_version=seen)
    else:
        cases.reopen_case(record, actor, case.id, values["reason"], settings, row_version=seen)


def show_steps(context: Context, detail: CaseDetail) -> None:
    """The steps that the case allows, one form at a time."""
    words, case = context.words, detail.case
    offered = [step for step in STEPS if step in detail.steps]
    components.section(words("case.step"))
    if not context.actor.may(Role.officer, case.office):
        components.paragraph(words("case.read_only"), "note")
        return
    if "assign" in offered and case.officer is None:
        mine = partial(take_step, context, case, "assign", {"officer": context.actor.name})
        label = words("case.take_up")
        st.button(
            label, icon=":material/person_raised_hand:", on_click=submit, args=(lambda _: mine(), "case.assign_done"), width="stretch"
        )
    chosen = st.selectbox(
        words("case.step"),
        offered,
        index=None,
        format_func=lambda step: words(f"case.do_{step}"),
        placeholder=words("case.step_hint"),
        key=f"case-step-{case.id}-{case.row_version}",
        label_visibility="collapsed",
    )
    if chosen is not None:
        key = f"case-{case.id}-{chosen}-{case.row_version}"
        show_form(
            step_fields(context, case, chosen),
            key,
            words(f"case.do_{chosen}"),
            partial(take_step, context, case, chosen),
            f"case.{chosen}_done",
        )
