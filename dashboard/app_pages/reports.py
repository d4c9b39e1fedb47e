"""Báo cáo: make, preview and take home; every figure leads to the search that counts it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from alerts.reports.content import ProvinceRow, Report, TopicRow
from alerts.reports.making import Kind, MadeReport, kept_reports, make_report, period_of, read_report
from dashboard import components, formats
from dashboard.access import offices
from dashboard.context import Context, current_context
from dashboard.formats import DOCX
from dashboard.forms import submit
from dashboard.pages import link
from dashboard.trouble import Said
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.record.audit import audit
from langnghe.wording import Wording

ID = "id"
KINDS: tuple[Kind, ...] = ("daily", "weekly", "monthly", "span")
LAG: dict[Kind, timedelta] = {"daily": timedelta(1), "weekly": timedelta(3), "monthly": timedelta(10)}
"""By how much a report follows its period: on Monday last week's is wanted, in the first days of a month last month's."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """The report that the address names, or all."""
    context = current_context()
    asked = st.query_params.get(ID)
    if asked is None or not (asked.isascii() and asked.isdigit()):
        _all(context)
        return
    with context.record.reading() as session:
        made = read_report(session, context.actor, int(asked), context.settings)
    _one(context, made)


def _all(context: Context) -> None:
    words = context.words
    components.heading(words("nav.reports"), words("report.below"))
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        components.section(words("report.make"))
        if context.actor.may(Role.officer, context.actor.office):
            _make(context)
        else:
            components.notice(words("report.no_officer"))
    with right:
        components.section(words("report.made"))
        with context.record.reading() as session:
            known = kept_reports(session, context.actor)
        if not known:
            components.empty(words("report.none"), words("report.none_do"))
            return
        rows = []
        for one in known:
            name = components.link_html(title_of(one.kind, one.first_day, one.last_day, words), f"/reports?id={one.id}")
            edition = words.number(one.edition)
            rows.append([name, context.office(one.office), edition, formats.moment(one.cut_off), one.made_by])
        head = [words(f"report.column_{name}") for name in ("period", "office", "edition", "cut_off", "by")]
        components.table(head, rows, numbers_from=9, html_columns=(0,))


def title_of(kind: str, first: date, last: date, words: Wording) -> str:
    """What a report is called: ``Báo cáo tháng 11/2026``."""
    return words(f"report.title_{kind}", first=formats.day(first), last=formats.day(last), month=f"{first:%m/%Y}")


def _make(context: Context) -> None:
    words, today = context.words, vietnam_day(context.now)
    kind = st.segmented_control(
        words("report.kind"),
        KINDS,
        default="monthly",
        required=True,
        format_func=lambda one: words(f"report.kind_{one}"),
        key="report-kind",
    )
    if kind == "span":
        first = st.date_input(words("search.first_day"), today - timedelta(days=6), format="DD/MM/YYYY", key="report-first")
        last = st.date_input(words("search.last_day"), today, format="DD/MM/YYYY", key="report-last")
    else:
        # A name of its own for each kind: each has a day of its own to begin with.
        day = st.date_input(words("report.day"), today - LAG[kind], format="DD/MM/YYYY", key=f"report-day-{kind}", max_value=today)
        first, last = period_of(kind, day)
        name = "report.period" if last < today else "report.period_open"
        components.paragraph(words(name, first=formats.day(first), last=formats.day(last)), "note")
    known = offices(context.places) if context.actor.is_national else [context.actor.office]
    st.selectbox(words("nav.office"), known, format_func=context.office, key="report-office")
    st.checkbox(words("report.fresh"), key="report-fresh", help=words("report.fresh_help"))
    make = partial(_made, context, kind, first, last)
    st.button(words("report.make"), type="primary", icon=":material/summarize:", on_click=submit, args=(make, "report.done"))
    components.paragraph(words("report.note"), "note")


def _made(context: Context, kind: Kind, first: date, last: date, _: dict[str, object]) -> None:
    if last < first:
        raise Said(context.words("drive.wrong_days"))
    office, fresh = st.session_state["report-office"], bool(st.session_state["report-fresh"])
    made = make_report(context.record, context.actor, kind, first, last, context.settings, office=office, fresh=fresh)
    with context.record.reading() as session:
        known = kept_reports(session, context.actor)
    report = made.report
    same = [
        one
        for one in known
        if (one.kind, one.office, one.first_day, one.last_day) == (report.kind, report.office, report.first, report.last)
    ]
    st.query_params[ID] = str(max(same, key=lambda one: one.edition).id)


def _one(context: Context, made: MadeReport) -> None:
    words, report = context.words, made.report
    link("reports", words("report.back"), icon=":material/arrow_back:")
    components.heading(
        title_of(report.kind, report.first, report.last, words),
        words("report.of", office=report.office_name, at=formats.moment(report.cut_off), n=report.edition),
    )
    with st.container(horizontal=True):
        _download(context, made, "docx", made.document, DOCX)
        _download(context, made, "xlsx", made.annex, XLSX)
    components.figures([components.Figure(words.number(one.value), one.name) for one in report.overview[:5]])
    _tables(context, report)


def _download(context: Context, made: MadeReport, form: str, content: bytes, mime: str) -> None:
    def data() -> bytes:
        with context.record.session() as session:
            context.actor.require(Role.viewer, made.report.office, "take a report home")
            audit(session, context.actor, "export", f"report {made.name}", context.now, form=form)
        return content

    label = context.words(f"report.{form}")
    st.download_button(
        label,
        data,
        f"{made.name}.{form}",
        mime,
        icon=":material/download:",
        type="primary" if form == "docx" else "secondary",
        on_click="ignore",
    )


def _concerns(context: Context, report: Report) -> None:
    if not report.concerns:
        return
    components.section(context.words("report.concerns"))
    for concern in report.concerns:
        with st.container(border=True, key=f"row-concern-{concern.id}", gap=None):
            link("concern", concern.title, {ID: str(concern.id)})
            components.paragraph(concern.why, "why")
            for said in concern.said:
                components.paragraph(said, "note")


def _tables(context: Context, report: Report) -> None:
    words = context.words
    left, right = st.columns(2, gap="large")
    parts: list[tuple[DeltaGenerator, str, Sequence[TopicRow | ProvinceRow]]] = [
        (left, "report.topics", report.topics),
        (right, "report.provinces", report.provinces),
    ]
    for place, title, rows in parts:
        if not rows:
            continue
        with place:
            components.section(words(title))
            lines = [
                [
                    row.name,
                    *(
                        components.link_html(words.number(one.value), one.link)
                        for one in (row.all, row.negative, row.complaints, row.questions)
                    ),
                ]
                for row in sorted(rows, key=lambda one: (-one.negative.value, -one.all.value, one.name))[:15]
            ]
            head = [words("trend.topic" if title == "report.topics" else "map.province")]
            head += [words(f"report.column_{name}") for name in ("all", "negative", "complaints", "questions")]
            components.table(head, lines, html_columns=(1, 2, 3, 4))
    # A province's report has no other provinces: its concerns stand in their place.
    with st.container() if report.provinces else right:
        _concerns(context, report)
    if report.proposals:
        components.section(words("report.proposals"))
        components.bullets(report.proposals)
    if report.negative_stories:
        components.section(words("report.negative_stories"))
        for story in report.negative_stories[:8]:
            meta = f"{', '.join(story.outlets[:4])} · {formats.day(story.day)}"
            # What a comment stands under is its own beginning: once is enough.
            excerpt = "" if story.excerpt.strip("“”… ") in story.title else story.excerpt
            st.html(components.story_html(story.title, story.url, meta, excerpt))


if __name__ == "__main__":
    show()
