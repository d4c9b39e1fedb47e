"""Vấn đề nổi lên: the list of concerns, and of one the whole explanation."""

import streamlit as st

from alerts.overview import ConcernDetail, ConcernLine, concern_detail, concern_title, list_concerns
from dashboard import components, formats, tilemap
from dashboard.case_panel import show_cases
from dashboard.charts import legend, series_chart, series_finding, series_rows
from dashboard.concern_panel import show_actions
from dashboard.concern_view import (
    GROUPS,
    concern_figures,
    header_chips,
    notes,
    phrases_html,
    ranking_text,
    said_html,
    search_parameters,
    steps_html,
    story_html,
)
from dashboard.context import Context, current_context
from dashboard.correcting import show_place_menu
from dashboard.drawing import drawing, show_chart
from dashboard.first_run import is_first_run, show_first_run
from dashboard.novel import line_chips, line_text, new_lines
from dashboard.pages import link
from dashboard.picture import LABELS
from dashboard.quality import quality_note
from dashboard.results import annotations_of, targets_html
from dashboard.source_health import health_sentence
from dashboard.sparkline import DAYS, sparkline
from dashboard.today import state_chips
from langnghe.record.schema import Concern

ID = "id"


def show() -> None:
    """The concern that the address names, or the list."""
    context = current_context()
    asked = st.query_params.get(ID)
    if asked is None:
        _list(context)
        return
    # A link from the list to one of it changes what Streamlit knows of the address, not the one that the browser shows.
    st.query_params.from_dict({ID: asked})
    with context.record.reading() as session:
        known = asked.isascii() and asked.isdigit() and session.get(Concern, int(asked)) is not None
        if not known:
            _unknown(context, asked)
            return
        detail = concern_detail(session, context.actor, int(asked), context.settings, context.now)
    _detail(context, detail)


def _unknown(context: Context, asked: str) -> None:
    words = context.words
    components.heading(words("concern.unknown"))
    components.empty(words("concern.unknown_what", id=asked[:20]), words("concern.unknown_do"))
    link("concern", words("concern.back"), icon=":material/arrow_back:")
    link("today", words("nav.today"))


def _list(context: Context) -> None:
    words = context.words
    components.heading(words("nav.concern"), context.office(context.actor.office))
    if is_first_run(context):
        show_first_run(context)
        return
    group = st.segmented_control(
        words("concern.show"),
        list(GROUPS),
        default="watched",
        required=True,
        format_func=lambda one: words(f"concern.group_{one}"),
        label_visibility="collapsed",
        key="concern-group",
        persist_state="session",
    )
    with context.record.reading() as session:
        lines = list_concerns(session, context.actor, context.settings, states=GROUPS[group or "watched"])
    if not lines:
        components.empty(words(f"concern.empty_{group}"), words(f"concern.empty_{group}_do"))
    for line in lines:
        _line(context, line)
    components.paragraph(health_sentence(context), "note")


def _line(context: Context, line: ConcernLine) -> None:
    with st.container(border=True, key=f"row-concern-{line.id}", gap=None):
        words, picture = st.columns([5, 1], gap="small", vertical_alignment="center")
        with words:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link("concern", line.title, {ID: str(line.id)})
                st.html(components.chips_html(state_chips(line, context)), width="content")
            components.paragraph(line.why, "why")
        with picture:
            alt = context.words("today.spark", days=len(line.explanation.chart[-DAYS:]), title=line.title)
            st.html(sparkline(line.explanation.chart, alt))


def _detail(context: Context, detail: ConcernDetail) -> None:
    words, line = context.words, detail.line
    link("concern", words("concern.back"), icon=":material/arrow_back:")
    components.heading(line.title)
    st.html(components.chips_html(header_chips(detail, context)))
    components.paragraph(line.why, "finding")
    show_actions(context, detail)
    components.figures(concern_figures(line.explanation, words))
    left, right = st.columns([2.1, 1], gap="medium")
    with left:
        _said(context, line)
        _series(context, line)
    with right:
        show_cases(context, detail)
        _confidence(context, detail)
        _answers(context, detail)
        _history(context, detail)
    _where(context, line)
    _stories(context, line)


def _said(context: Context, line: ConcernLine) -> None:
    words = context.words
    components.section(words("concern.said"), words("concern.said_note"))
    if line.explanation.summary:
        st.html(said_html(line.explanation))
    if line.explanation.phrases:
        st.html(phrases_html(line.explanation, words))
    _new_lines(context, line)
    for note in notes(line.explanation, context):
        components.paragraph(note, "note")


def _new_lines(context: Context, line: ConcernLine) -> None:
    """Storylines of the concern that nobody told before its last days: in whose words, how they travel, whether they are rumours."""
    words, found = context.words, new_lines(context, line.concern)
    if not found:
        return
    components.section(words("novel.title"), words("novel.note"))
    for one in found:
        address = components.search_link_html(one.title, {"noi_dung": ",".join(map(str, one.story_ids)), "tat_ca": "1"})
        st.html(f'<div class="ln-new">{address}{components.chips_html(line_chips(one, words))}</div>')
        components.paragraph(line_text(one, words), "note")


def _confidence(context: Context, detail: ConcernDetail) -> None:
    """How far the numbers carry, and what raised the concern to its place."""
    words, confidence = context.words, detail.confidence
    components.section(words("confidence.title"))
    doubts = [words(f"confidence.{doubt}") for doubt in confidence.doubts]
    said = words(f"confidence.{confidence.level}").capitalize()
    components.paragraph(f"{said}: {', '.join(doubts)}." if doubts else f"{said}.", "finding")
    if said := ranking_text(detail.ranking, words):
        components.paragraph(said, "note")


def _answers(context: Context, detail: ConcernDetail) -> None:
    """Approved answers that fit, and what was answered to concerns like it."""
    words = context.words
    given = [(past, answer) for past in detail.past for answer in past.answers]
    if not detail.answers and not given:
        return
    components.section(words("case.answers"))
    for fitting in detail.answers:
        with st.expander(fitting.answer.questions[0]):
            components.paragraph(fitting.answer.text)
            components.paragraph(fitting.answer.basis, "note")
    for past, answer in given[:3]:
        with st.expander(words("concern.answered_then", day=formats.day(past.concern.opened))):
            components.paragraph(answer.text)


def _series(context: Context, line: ConcernLine) -> None:
    words, explanation = context.words, line.explanation
    components.section(words("chart.title"), words("chart.note"))
    finding = series_finding(explanation, words)
    components.paragraph(finding, "finding")
    st.html(legend(words))
    show_chart(drawing(series_chart, explanation.chart, explanation.since, words), finding)
    components.paragraph(f"{health_sentence(context)} {quality_note(LABELS, words)}", "note")
    with st.expander(words("chart.table")):
        head = [words(f"chart.{name}") for name in ("day", "negative", "complaints", "expected", "band", "unusual")]
        components.table(head, series_rows(explanation, words))
    link(
        "search",
        words("concern.documents_link", n=words.number(explanation.documents)),
        search_parameters(line.concern, explanation),
        icon=":material/search:",
    )


def _where(context: Context, line: ConcernLine) -> None:
    words, explanation = context.words, line.explanation
    components.section(words("map.title"), words("map.note", days=explanation.window_days))
    with context.record.reading() as session:
        counts = tilemap.negative_stories(session, context.actor, line.concern.topic, explanation.start, explanation.day)
    finding, search = tilemap.map_finding(explanation, words), search_parameters(line.concern, explanation)
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        components.paragraph(finding, "finding")
        st.html(tilemap.legend(words))
        show_chart(drawing(tilemap.tile_map, tilemap.tiles(context.places, counts, explanation, words, search), words), finding)
    with right:
        shown = {share.code for share in explanation.provinces}
        rows = [
            [
                components.search_link_html(share.name, search | {"tinh": share.code}),
                words.number(share.observed),
                formats.small(share.expected, words),
                words.number(share.high, 1),
            ]
            for share in explanation.provinces
        ]
        others = sorted(((number, code) for code, number in counts.items() if code not in shown), reverse=True)
        rows += [
            [components.search_link_html(context.places.name(code), search | {"tinh": code}), words.number(number), "–", "–"]
            for number, code in others
        ]
        head = [words(f"map.{name}") for name in ("province", "stories", "expected", "high")]
        components.table(head, rows, caption=words("map.table"), html_columns=(0,))
        carriers = [[one.outlet, words(f"kind.{one.kind}"), words.number(one.documents)] for one in explanation.carriers]
        head = [words(f"concern.{name}") for name in ("carrier", "kind", "pieces")]
        components.table(head, carriers, caption=words("concern.carriers"), numbers_from=2)
        components.paragraph(f"{health_sentence(context)} {quality_note((*LABELS, 'provinces'), words)}", "note")


def _stories(context: Context, line: ConcernLine) -> None:
    words = context.words
    components.section(words("concern.stories"), words("concern.stories_note"))
    with context.record.reading() as session:
        labels = annotations_of(session, context.actor, [story.document_id for story in line.explanation.stories])
    for story in line.explanation.stories:
        told = labels.get(story.document_id)
        with st.container(border=True, gap=None, key=f"hit-story-{story.document_id}"):
            st.html(story_html(story, words, targets_html(told.targets if told else [], context)))
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                if told is not None:
                    show_place_menu(context, story.document_id, told.all_provinces())
                link(
                    "search",
                    words("concern.copies_link", n=story.copies) if story.copies > 1 else words("concern.story_link"),
                    {"noi_dung": str(story.story_id)},
                    icon=":material/search:",
                )


def _history(context: Context, detail: ConcernDetail) -> None:
    words = context.words
    with st.expander(words("concern.history"), expanded=len(detail.events) <= 3):
        st.html(steps_html(detail.events, context, "event"))
    if detail.similar:
        with st.expander(words("concern.similar")):
            for concern in detail.similar:
                with st.container(key=f"row-similar-{concern.id}", gap=None):
                    link("concern", concern_title(concern, context.labels, context.places, words), {ID: str(concern.id)})
                    components.paragraph(f"{formats.day(concern.opened)} · {words(f'state.{concern.state}')}", "note")
    components.paragraph(words("label.note"), "note")


if __name__ == "__main__":
    show()
