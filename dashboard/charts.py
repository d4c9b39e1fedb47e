"""The series of a concern with its expected band, and what the picture shows in one sentence."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from alerts.explanation import ChartDay, Explanation
from dashboard import formats
from dashboard.palette import BAND, BLUE, BLUE_LIGHT, INK, LINE, MUTED, RED
from dashboard.sparkline import is_unusual
from langnghe.wording import Wording

HEIGHT = 230
NARROW = "containerSize()[0] < 480"
"""Whether a chart stands on a phone, in Vega's language."""


def series_frame(chart: Sequence[ChartDay]) -> pd.DataFrame:
    """The series as a table: day, negative, complaints, expected, low, high, unusual."""
    rows = [one.model_dump() | {"unusual": is_unusual(one)} for one in chart]
    frame = pd.DataFrame(rows, columns=["day", "negative", "complaints", "expected", "low", "high", "unusual"])
    return frame.assign(day=pd.to_datetime(frame["day"]))


NUMBERS = {"vi": (",", "."), "en": (".", ",")}
"""Language → the sign before decimals and the one between thousands."""


def style(chart: Any, words: Wording) -> Any:
    """The fonts, grids and inks of every chart, and its numbers as the language writes them."""
    decimal, thousands = NUMBERS[words.language]
    number = {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", " đ"]}
    axis = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": "#e7ecf1",
        "domainColor": LINE,
        "tickColor": LINE,
        "titleFontWeight": "normal",
    }
    # A chart is told by its sentence and its table; its single marks would be read out as "symbol mark container".
    styled = chart.configure(aria=False, mark=alt.MarkConfig(aria=False), locale={"number": number})
    return styled.configure_view(stroke=None).configure_axis(**axis)


def series_chart(chart: Sequence[ChartDay], since: date | None, words: Wording) -> Any:
    """Bars of each day over the expected band; days above it are darker and carry a triangle, the onset a dashed line."""
    # What is expected rarely is not to be written as nothing.
    numbers = {"usual": [formats.small(one.expected, words) for one in chart], "most": [words.number(one.high, 1) for one in chart]}
    frame = series_frame(chart).assign(**numbers)
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%d/%m", grid=False, labelFlush=False, tickCount=8))
    top = max([*(max(one.negative, one.high) for one in chart), 1])
    # Room above the highest bar for its triangle.
    y = alt.Y(
        "negative:Q",
        scale=alt.Scale(domain=[0, 1.18 * top], nice=False),
        title=words("chart.axis"),
        axis=alt.Axis(tickMinStep=1, tickCount=5, format=",d"),
    )
    base = alt.Chart(frame)
    tooltip = [
        alt.Tooltip("day:T", title=words("chart.day"), format="%d/%m/%Y"),
        alt.Tooltip("negative:Q", title=words("chart.negative"), format=",d"),
        alt.Tooltip("complaints:Q", title=words("chart.complaints"), format=",d"),
        alt.Tooltip("usual:N", title=words("chart.expected")),
        alt.Tooltip("most:N", title=words("chart.high")),
    ]
    band = base.mark_area(color=BAND, interpolate="step").encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    colour = alt.condition("datum.unusual", alt.value(RED), alt.value(BLUE_LIGHT))
    bars = base.mark_bar(width={"band": 0.85}, binSpacing=0).encode(
        alt.X("yearmonthdate(day):T", title=None, bandPosition=0), y, color=colour, tooltip=tooltip
    )
    usual = base.mark_line(color=BLUE, strokeDash=[4, 3], strokeWidth=1.4, interpolate="step").encode(x, alt.Y("expected:Q"))
    marks = base.transform_filter("datum.unusual").mark_point(shape="triangle-up", size=46, filled=True, color=RED, yOffset=-6).encode(x, y)
    layers = [band, usual, bars, marks] if since is None else [band, usual, bars, marks, *_onset(since, x, words)]
    return style(alt.layer(*layers).properties(height=HEIGHT), words)


def _onset(since: date, x: Any, words: Wording) -> list[Any]:
    """The line at the day on which a concern began."""
    onset = pd.DataFrame({"day": pd.to_datetime([since]), "said": [words("chart.since", day=f"{since:%d/%m}")]})
    rule = alt.Chart(onset).mark_rule(color=INK, strokeDash=[2, 2]).encode(x)
    said = alt.Chart(onset).mark_text(align="right", dx=-5, baseline="top", color=INK, fontSize=12)
    return [rule, said.encode(x, y=alt.value(2), text="said:N")]


def series_finding(explanation: Explanation, words: Wording) -> str:
    """What the series shows."""
    unusual = sum(is_unusual(one) for one in explanation.chart)
    most = max(explanation.chart, key=lambda one: one.negative, default=None)
    if most is None or not unusual:
        return words("chart.finding_quiet", days=len(explanation.chart))
    return words("chart.finding", n=unusual, days=len(explanation.chart), most=words.number(most.negative), day=formats.day(most.day))


def series_rows(explanation: Explanation, words: Wording) -> list[list[str]]:
    """The table behind the series, the newest day first; days without anything are left out."""
    return [
        [
            formats.day(one.day),
            words.number(one.negative),
            words.number(one.complaints),
            words.number(one.expected, 1),
            f"{words.number(one.low, 1)} – {words.number(one.high, 1)}",
            words("chart.yes") if is_unusual(one) else "",
        ]
        for one in reversed(explanation.chart)
        if one.negative or one.complaints
    ]


def legend(words: Wording) -> str:
    """The legend, as HTML."""
    parts = [
        f'<i style="background:{BLUE_LIGHT}"></i>{words("chart.legend_usual")}',
        f'<i style="background:{RED}"></i>▲ {words("chart.legend_unusual")}',
        f'<i style="background:{BAND}"></i>{words("chart.legend_band")}',
        f'<i style="height:0;border-top:2px dashed {BLUE};vertical-align:3px"></i>{words("chart.legend_expected")}',
    ]
    return f'<p class="ln-legend">{"".join(f"<span>{part}</span>" for part in parts)}</p>'
