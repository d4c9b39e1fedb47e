"""Communication solutions on a case's page: proposed, decided by somebody else, carried out."""

from functools import partial

import streamlit as st

from alerts import cases
from alerts.cases import CaseDetail, load_workflow
from dashboard import components
from dashboard.case_papers import may_decide
from dashboard.case_view import solution_html
from dashboard.context import Context
from dashboard.forms import Field, Values, as_day, options_of, show_form
from langnghe.actor import Role
from langnghe.record.schema import CaseSolution


def show_solutions(context: Context, detail: CaseDetail) -> None:
    """The communication solutions of a case."""
    words, case = context.words, detail.case
    components.section(words("case.solutions"), words("case.solutions_note"))
    for solution in detail.solutions:
        with st.container(border=True, gap="small", key=f"solution-{solution.id}"):
            st.html(solution_html(solution, context))
            if context.actor.may(Role.officer, case.office):
                _solution_actions(context, solution)
    if not detail.solutions:
        components.paragraph(words("case.no_solutions"), "note")
    if "plan" in detail.steps and context.actor.may(Role.officer, case.office):
        with st.expander(words("case.propose"), icon=":material/campaign:"):
            _propose(context, detail)


def _propose(context: Context, detail: CaseDetail) -> None:
    words, workflow, case = context.words, load_workflow(context.settings.config_dir), detail.case
    kinds, kind_name = options_of(workflow.solutions, words.language)
    channels, channel_name = options_of(workflow.channels, words.language)
    hint = words("case.choose")

    def audience_name(one: str) -> str:
        return words(f"audience.{one}")

    fields = [
        Field("kind", words("case.solution_kind"), "choice", kinds, kind_name),
        Field("message", words("case.message"), "text", hint=words("case.message_hint")),
        Field(
            "audience",
            words("case.audience"),
            "many",
            context.labels.audience,
            lambda one: words(f"audience.{one}"),
            hint=words("audience.all"),
        ),
        Field("channels", words("case.channels"), "many", channels, channel_name, hint=hint),
        Field("planned", words("case.planned"), "day"),
    ]

    def propose(values: Values) -> None:
        cases.propose_solution(
            context.record,
            context.actor,
            case.id,
            values["kind"],
            values["message"],
            context.settings,
            audience=values["audience"],
            channels=values["channels"],
            planned=as_day(values["planned"]),
            row_version=case.row_version,
        )

    show_form(fields, f"propose-{case.id}-{case.row_version}", words("case.propose"), propose, "case.proposed")


def _solution_actions(context: Context, solution: CaseSolution) -> None:
    words = context.words
    actions = {"proposed": ("approve", "refuse"), "approved": ("finish",)}.get(solution.state, ())
    with st.container(horizontal=True, gap="small"):
        for action in actions:
            if action != "finish" and not may_decide(context, solution):
                continue
            label, act = words(f"case.solution_{action}"), partial(_act_on_solution, context, solution, action)
            with st.popover(label, width="content"):
                fields = [Field("remark", words("case.what_was_done" if action == "finish" else "case.why"), "text", height=80)]
                show_form(fields, f"solution-{action}-{solution.id}-{solution.row_version}", label, act, f"case.solution_{action}_done")


def _act_on_solution(context: Context, solution: CaseSolution, action: str, values: Values) -> None:
    record, actor, settings, seen = context.record, context.actor, context.settings, solution.row_version
    if action == "approve":
        cases.approve_solution(record, actor, solution.id, settings, remark=values["remark"], row_version=seen)
    elif action == "refuse":
        cases.refuse_solution(record, actor, solution.id, values["remark"], settings, row_version=seen)
    else:
        cases.finish_solution(record, actor, solution.id, values["remark"], settings, row_version=seen)
