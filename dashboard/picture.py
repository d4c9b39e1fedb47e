"""A picture as every one stands on a page: a sentence with its finding, the table behind it, the way to the documents, what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from dashboard import components
from dashboard.context import Context
from dashboard.drawing import Drawing, show_chart
from dashboard.pages import link
from dashboard.quality import quality_note
from dashboard.source_health import health_sentence

LABELS = ("sentiment", "topics")
"""Labels that counts of negative stories by topic rest on."""


@dataclass(frozen=True)
class Table:
    """The numbers of a picture."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    html_columns: tuple[int, ...] = ()
    numbers_from: int = 1


@dataclass(frozen=True)
class Drill:
    """Where the documents behind a picture are."""

    label: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    page: str = "search"


def show_picture(
    context: Context,
    finding: str,
    chart: Drawing,
    table: Table,
    *,
    drill: Drill | None = None,
    legend: str = "",
    rests_on: tuple[str, ...] = LABELS,
) -> None:
    """A picture with all that belongs to it.

    Args:
        context: the session.
        finding: what the picture shows, in one sentence; also what those hear who do not see it.
        chart: what is drawn.
        table: its numbers.
        drill: the search or page with the documents behind it.
        legend: HTML above the chart: a map is longer than a screen.
        rests_on: the machine's labels that it is counted by.
    """
    components.paragraph(finding, "finding")
    if legend:
        st.html(legend)
    show_chart(chart, finding)
    with st.expander(context.words("chart.table")):
        components.table(table.head, table.rows, html_columns=table.html_columns, numbers_from=table.numbers_from)
    if drill is not None:
        link(drill.page, drill.label, drill.parameters, icon=":material/arrow_forward:")
    components.paragraph(f"{health_sentence(context)} {quality_note(rests_on, context.words)}", "note")
