"""Cases, worked out for lists, board and page: deadlines in words, what waits for whom, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from alerts.cases import CaseFigures, CaseView, Effect, load_workflow
from alerts.cases.papers import gap_in
from dashboard import formats
from dashboard.components import Chip, Figure, Tone, chips_html
from dashboard.context import Context
from dashboard.today import severity_chip
from langnghe.record.schema import Case, CasePaper, CaseSolution

STATES = ("open", "answering", "transferred", "answered", "closed")
"""Columns of the board, in the order of the work."""
BOARD = STATES[:-1]
TONES: dict[str, Tone] = {"open": "amber", "answering": "blue", "transferred": "grey", "answered": "green", "closed": "green"}
PAPER_TONES: dict[str, Tone] = {
    "draft": "grey",
    "submitted": "amber",
    "returned": "red",
    "approved": "blue",
    "sent": "green",
    "withdrawn": "grey",
}
SOLUTION_TONES: dict[str, Tone] = {"proposed": "amber", "approved": "blue", "refused": "red", "done": "green"}
ANSWERED_TO = 3
"""Outlets and labels that a line names."""


def state_chip(case: Case, context: Context) -> Chip:
    """Where a case stands."""
    return Chip(context.words(f"case.state_{case.state}"), TONES[case.state])


def case_chips(view: CaseView, context: Context) -> list[Chip]:
    """State, severity, and what is special about a case."""
    case, words = view.case, context.words
    chips = [state_chip(case, context), severity_chip(case.severity, context)]
    if case.formal:
        chips.append(Chip(words(f"case.formal_{case.formal}"), "amber", "§"))
    if case.pakn:
        chips.append(Chip(words("case.pakn_chip", code=case.pakn), "grey"))
    return chips


def due_text(view: CaseView, context: Context) -> str:
    """The next deadline in words, with its time: ``⚠ quá hạn 2 giờ (20/11/2026 07:00)``."""
    case, words = view.case, context.words
    if view.hours_left is None:
        return words("case.nothing_due" if case.closed is None else "due.closed")
    waits_for_first = case.first_due is not None and case.first_response is None and case.first_due <= case.due
    until = case.first_due if waits_for_first and case.first_due else case.due
    what = words("case.due_first" if waits_for_first else "case.due_answer")
    mark = "⚠ " if view.overdue else ""
    return f"{mark}{what} {formats.due(view.hours_left, words)} ({formats.moment(until)})"


def due_html(view: CaseView, context: Context) -> str:
    """The next deadline, red where it is over."""
    tone = "ln-late" if view.overdue else "ln-meta"
    return f'<p class="ln-line"><span class="{tone}">{escape(due_text(view, context))}</span></p>'


def owner_text(case: Case, context: Context) -> str:
    """Whose case it is."""
    return case.officer or context.words("case.nobody")


def receivers_text(case: Case, context: Context) -> str:
    """Whose answer it takes."""
    names = {one.id: one.name(context.words.language) for one in load_workflow(context.settings.config_dir).receivers}
    return ", ".join(names.get(one, one) for one in case.responsible)


def card_html(view: CaseView, context: Context) -> str:
    """A case on the board, below its title."""
    case = view.case
    chips = [severity_chip(case.severity, context)]
    if case.formal:
        chips.append(Chip(context.words(f"case.formal_{case.formal}"), "amber", "§"))
    who = f'<p class="ln-line ln-meta">{escape(owner_text(case, context))}</p>'
    return chips_html(chips) + due_html(view, context) + who


def figures_of(figures: CaseFigures, context: Context) -> list[Figure]:
    """What the head of the office asks: what is late, what waits, how fast the first answer leaves."""
    words = context.words
    hours = figures.first_response_hours
    taken = "–" if hours is None else formats.span(hours, words)
    in_time = words("case.in_time", n=figures.in_time, all=figures.in_time + figures.late)
    return [
        Figure(
            words.number(len(figures.overdue)),
            words("case.overdue"),
            words("case.of_unfinished", n=figures.unfinished),
            bool(figures.overdue),
        ),
        Figure(words.number(len(figures.unanswered)), words("case.unanswered"), words("case.unanswered_note")),
        Figure(words.number(len(figures.waiting_for_approval)), words("case.to_approve"), words("case.to_approve_note")),
        Figure(taken, words("case.first_response"), in_time),
    ]


@dataclass(frozen=True)
class PaperView:
    """A paper as a case's page shows it."""

    paper: CasePaper
    title: str
    chips: list[Chip]
    meta: str


def paper_view(paper: CasePaper, context: Context) -> PaperView:
    """A paper in words: kind and state, who wrote, approved and sent it."""
    words, workflow = context.words, load_workflow(context.settings.config_dir)
    said = [words("case.by", who=", ".join(paper.authors), at=formats.moment(paper.written))]
    if paper.approver and paper.approved:
        said.append(words("case.approved_by", who=paper.approver, at=formats.moment(paper.approved)))
    if paper.sent and paper.channel:
        channel = workflow.choice("channels", paper.channel).name(words.language)
        said.append(words("case.sent_by", channel=channel, at=formats.moment(paper.sent)))
    if paper.reply_due and paper.replied is None:
        said.append(words("case.reply_due", at=formats.moment(paper.reply_due)))
    chips = [Chip(words(f"paper.state_{paper.state}"), PAPER_TONES[paper.state])]
    return PaperView(paper, workflow.kind(paper.kind).name(words.language), chips, " · ".join(said))


def paper_html(view: PaperView) -> str:
    """A paper in one block."""
    paper = view.paper
    remark = f'<p class="ln-late">↩ {escape(paper.remark)}</p>' if paper.remark and paper.state == "returned" else ""
    reply = f'<p class="ln-p"><strong>↳</strong> {escape(paper.reply)}</p>' if paper.reply else ""
    # What still has a gap stands in its form below, open.
    is_open = paper.state == "submitted" or (paper.state == "draft" and not gap_in(paper.text))
    return (
        f'<p class="ln-line"><strong>{escape(view.title)}</strong> {escape(paper.recipient and f"· {paper.recipient}")}</p>'
        f'{chips_html(view.chips)}<p class="ln-line ln-meta">{escape(view.meta)}</p>{remark}'
        f'<details class="ln-why" {"open" if is_open else ""}><summary>{escape(paper.subject)}</summary>'
        f'<div class="ln-paper">{escape(paper.text)}</div></details>{reply}'
    )


def solution_html(solution: CaseSolution, context: Context) -> str:
    """A communication solution in one block."""
    words, workflow = context.words, load_workflow(context.settings.config_dir)
    language = words.language
    channels = ", ".join(workflow.choice("channels", one).name(language) for one in solution.channels)
    audience = ", ".join(words(f"audience.{one}") for one in solution.audience) or words("audience.all")
    planned = words("case.planned_for", day=formats.day(solution.planned)) if solution.planned else ""
    meta = " · ".join(
        filter(None, [audience, channels, planned, words("case.by", who=solution.author, at=formats.moment(solution.written))])
    )
    decided = f'<p class="ln-line ln-meta">{escape(solution.remark)}</p>' if solution.remark else ""
    chip = chips_html([Chip(words(f"solution.state_{solution.state}"), SOLUTION_TONES[solution.state])])
    name = escape(workflow.choice("solutions", solution.kind).name(language))
    return (
        f'<p class="ln-line"><strong>{name}</strong></p>{chip}<p class="ln-p">{escape(solution.message)}</p>'
        f'<p class="ln-line ln-meta">{escape(meta)}</p>{decided}'
    )


def effect_text(effect: Effect, context: Context) -> str:
    """What an answer changed, in one sentence, with the same topic elsewhere beside it."""
    words = context.words
    before, after = words.number(effect.before.negative_a_day, 1), words.number(effect.after.negative_a_day, 1)
    said = words("case.effect", before=before, after=after, days=effect.before.days)
    if effect.elsewhere_before is not None and effect.elsewhere_after is not None:
        there = words.number(effect.elsewhere_before.negative_a_day, 1), words.number(effect.elsewhere_after.negative_a_day, 1)
        said += words("case.effect_elsewhere", before=there[0], after=there[1])
    return said if effect.complete else said + words("case.effect_early")


def columns_of(views: Sequence[CaseView]) -> dict[str, list[CaseView]]:
    """The board: state → its cases, what is due first."""
    return {state: [view for view in views if view.case.state == state] for state in BOARD}
