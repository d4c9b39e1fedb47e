"""Papers on a case's page: written from what was approved before, decided by somebody else, sent."""

from functools import partial

import streamlit as st

from alerts import cases
from alerts.answers import FittingAnswer, fitting_answers
from alerts.cases import CaseDetail, load_workflow
from alerts.cases.papers import gap_in
from alerts.past import answers_for
from dashboard import components, formats
from dashboard.case_files import show_paper_file, show_quick_report
from dashboard.case_view import paper_html, paper_view
from dashboard.context import Context
from dashboard.forms import Button, Field, Values, options_of, show_form, submit
from dashboard.trouble import Said
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.record.schema import CasePaper, CaseSolution, Concern

PAPER_ACTIONS = {
    "draft": ("edit", "submit", "withdraw"),
    "returned": ("edit", "submit", "withdraw"),
    "submitted": ("approve", "return", "withdraw"),
    "approved": ("send", "return", "withdraw"),
    "sent": ("reply",),
    "withdrawn": (),
}
"""State of a paper → what may be done with it, as the workflow has it."""
PRIMARY = ("submit", "approve", "send")
"""What brings a paper on."""
_KEPT = "paper-kept-"
"""Beginning of the names of versions that this session has saved."""


def may_decide(context: Context, paper: CasePaper | CaseSolution) -> bool:
    """Whether this session may approve it: an approver who wrote none of it. The service decides."""
    authors = paper.authors if isinstance(paper, CasePaper) else [paper.author]
    return context.actor.may(Role.approver) and context.actor.name not in authors


def answers_of(detail: CaseDetail, context: Context) -> list[FittingAnswer]:
    """Approved answers that fit the case and hold today."""
    day = vietnam_day(context.now)
    if detail.case.concern_id is not None:
        # The same that the concern's page and the quick report offer.
        with context.record.reading() as session:
            return answers_for(session.get_one(Concern, detail.case.concern_id), day, context.settings)
    text = " ".join([detail.case.title, *(event.detail.get("text", "") for event in detail.history if event.event == "noted")])
    return fitting_answers(text, day, topics=[detail.case.topic], config_dir=context.settings.config_dir)


def show_papers(context: Context, detail: CaseDetail) -> None:
    """All papers of a case, with what may be done with each."""
    words = context.words
    components.section(words("case.papers"), words("case.papers_note"))
    show_quick_report(context, detail.case)
    for paper in detail.papers:
        with st.container(border=True, gap="small", key=f"paper-{paper.id}"):
            st.html(paper_html(paper_view(paper, context)))
            if context.actor.may(Role.officer, detail.case.office):
                _paper_actions(context, paper)
            else:
                show_paper_file(context, paper)
    if not detail.papers:
        components.empty(words("case.no_papers"), words("case.no_papers_do"))
    if "write" in detail.steps and context.actor.may(Role.officer, detail.case.office):
        with st.expander(words("case.begin_paper"), icon=":material/edit_document:", expanded=not detail.papers):
            _begin(context, detail)


def _begin(context: Context, detail: CaseDetail) -> None:
    words, workflow, case = context.words, load_workflow(context.settings.config_dir), detail.case
    language = words.language
    kinds, kind_name = options_of([kind for kind in workflow.papers if not case.formal or kind.formal], language)
    receivers, receiver_name = options_of(workflow.receivers, language)
    fitting = answers_of(detail, context)
    questions = {one.answer.id: one.answer.questions[0] for one in fitting}
    fields = [
        Field("kind", words("case.paper_kind"), "choice", kinds, kind_name),
        # What was approved before and fits best is taken unless the officer says otherwise.
        Field(
            "answer",
            words("case.from_answer"),
            "choice",
            [*questions, ""],
            lambda one: questions.get(one, words("case.no_answer")),
        ),
        Field("recipient", words("case.recipient"), hint=words("case.recipient_hint")),
        Field("receiver", words("case.receiver"), "choice", ["", *receivers], lambda one: receiver_name(one) if one else "–"),
    ]
    if fitting:
        components.paragraph(words("case.answers_fit", n=len(fitting)), "note")

    def begin(values: Values) -> None:
        cases.begin_paper(
            context.record,
            context.actor,
            case.id,
            values["kind"],
            context.settings,
            answer_id=values["answer"] or None,
            recipient=values["recipient"],
            receiver=values["receiver"] or None,
        )

    show_form(fields, f"begin-{case.id}-{case.row_version}", words("case.begin_paper"), begin, "case.paper_begun")


def _paper_actions(context: Context, paper: CasePaper) -> None:
    words = context.words
    if paper.state == "submitted" and not may_decide(context, paper):
        components.paragraph(words("case.wait_for_approver"), "note")
    if "edit" in PAPER_ACTIONS[paper.state]:
        _edit(context, paper)
    with st.container(horizontal=True, gap="small"):
        for action in PAPER_ACTIONS[paper.state]:
            # While a gap is left its form is open, with the button that submits.
            if action == "edit" or (action == "submit" and gap_in(paper.text) is not None):
                continue
            is_for_others = action in ("approve", "return") and not may_decide(context, paper)
            if not is_for_others and not (action == "reply" and paper.reply_due is None):
                _paper_action(context, paper, action)
        show_paper_file(context, paper)


def _edit(context: Context, paper: CasePaper) -> None:
    """The text of a draft, open while a gap of its template is left."""
    words, gap = context.words, gap_in(paper.text)
    if gap is not None:
        components.notice(words("case.gap_left", gap=gap))
    with st.expander(words("case.paper_edit"), icon=":material/edit:", expanded=gap is not None):
        act = partial(act_on_paper, context, paper, "edit")
        key = f"paper-edit-{paper.id}-{paper.row_version}"
        fields = paper_fields(context, paper, "edit")
        submitting = Button(words("case.paper_keep_submit"), partial(keep_and_submit, context, paper), "case.paper_submit_done")
        show_form(fields, key, words("case.paper_keep"), act, "case.paper_edit_done", primary=gap is not None, also=submitting)


def _paper_action(context: Context, paper: CasePaper, action: str) -> None:
    words, key = context.words, f"paper-{action}-{paper.id}-{paper.row_version}"
    label, fields = words(f"case.paper_{action}"), paper_fields(context, paper, action)
    act = partial(act_on_paper, context, paper, action)
    if not fields:
        st.button(label, key=key, type="primary", on_click=submit, args=(act, f"case.paper_{action}_done"))
        return
    with st.popover(label, width="content"):
        show_form(fields, key, label, act, f"case.paper_{action}_done", primary=action in PRIMARY)


def paper_fields(context: Context, paper: CasePaper, action: str) -> list[Field]:
    """What an action with a paper asks for."""
    words, workflow = context.words, load_workflow(context.settings.config_dir)
    channels, channel_name = options_of(workflow.channels, words.language)
    fields = {
        "edit": [
            Field("subject", words("case.subject"), value=paper.subject),
            Field("text", words("case.text"), "text", value=paper.text, height=300),
            Field("recipient", words("case.recipient"), value=paper.recipient),
        ],
        "return": [Field("reason", words("case.what_to_change"), "text", hint=words("case.what_to_change_hint"))],
        "withdraw": [Field("reason", words("case.why"))],
        "send": [
            Field("channel", words("case.channel"), "choice", channels, channel_name),
            Field("link", words("case.link"), hint="https://"),
        ],
        "reply": [Field("reply", words("case.reply"), "text")],
    }
    return fields.get(action, [])


def _seen(paper: CasePaper) -> int:
    """The version that the officer knows: what they saved a moment ago, though a button of before it was still on the screen."""
    return max(paper.row_version, int(st.session_state.get(f"{_KEPT}{paper.id}", 0)))


def _keep(context: Context, paper: CasePaper, values: Values) -> CasePaper:
    """Store what the form of a draft holds."""
    kept = cases.edit_paper(
        context.record,
        context.actor,
        paper.id,
        context.settings,
        subject=values["subject"],
        text=values["text"],
        recipient=values["recipient"],
        row_version=_seen(paper),
    )
    st.session_state[f"{_KEPT}{paper.id}"] = kept.row_version
    return kept


def keep_and_submit(context: Context, paper: CasePaper, values: Values) -> None:
    """Store what the form of a draft holds and ask for its approval; what has a gap is stored and stays a draft."""
    kept = _keep(context, paper, values)
    if (gap := gap_in(kept.text)) is not None:
        raise Said(context.words("case.gap_kept", gap=gap))
    cases.submit_paper(context.record, context.actor, paper.id, context.settings, row_version=kept.row_version)


def act_on_paper(context: Context, paper: CasePaper, action: str, values: Values) -> None:
    """Call the service for an action with a paper, on the version that is on the screen."""
    record, actor, settings, seen = context.record, context.actor, context.settings, _seen(paper)
    if action == "edit":
        _keep(context, paper, values)
    elif action == "submit":
        with record.reading() as session:
            text = session.get_one(CasePaper, paper.id).text
        if (gap := gap_in(text)) is not None:
            raise Said(context.words("case.gap", gap=gap))
        cases.submit_paper(record, actor, paper.id, settings, row_version=seen)
    elif action == "approve":
        cases.approve_paper(record, actor, paper.id, settings, row_version=seen)
    elif action == "return":
        cases.return_paper(record, actor, paper.id, values["reason"], settings, row_version=seen)
    elif action == "withdraw":
        cases.withdraw_paper(record, actor, paper.id, values["reason"], settings, row_version=seen)
    elif action == "send":
        cases.send_paper(record, actor, paper.id, values["channel"], settings, link=values["link"] or None, row_version=seen)
    else:
        cases.answer_reply(record, actor, paper.id, values["reply"], settings, row_version=seen)


def show_answers(context: Context, detail: CaseDetail) -> None:
    """The approved answers that fit, with the articles of law and until when they hold."""
    words, fitting = context.words, answers_of(detail, context)
    if not fitting:
        return
    components.section(words("case.answers"))
    for one in fitting:
        with st.expander(one.answer.questions[0]):
            components.paragraph(one.answer.text)
            until = words("case.holds_until", day=formats.day(one.expires)) if one.expires else words("case.holds")
            components.paragraph(f"{one.answer.basis} · {until}", "note")
