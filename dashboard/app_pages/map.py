"""Bản đồ: every province against its own past, on the map of today or on that of before 1 July 2025."""

from datetime import timedelta

import streamlit as st

from alerts.panel import UNPLACED
from dashboard import components, formats, tilemap
from dashboard.context import Context, current_context
from dashboard.drawing import drawing
from dashboard.picture import Drill, Table, show_picture
from dashboard.trend_charts import excess
from dashboard.trend_data import EVERYTHING, PlaceCount, Trend, trend_of
from langnghe.clock import vietnam_day

TOPIC, MAP = "chu_de", "ban_do"
MAPS = ("34", "63")
SHOWN = 28
"""Days that the trend behind the map is read for; the map itself shows the last seven."""
RESTS_ON = ("sentiment", "topics", "provinces")


def show() -> None:
    """The map that the address asks for."""
    context = current_context()
    words = context.words
    components.heading(words("nav.map"), words("map.below"))
    topic, chosen = _filters(context)
    trend = trend_of(context, SHOWN, topic, of_63=chosen == "63")
    _map(context, trend, topic, chosen)


def _filters(context: Context) -> tuple[str, str]:
    words = context.words
    topics = [EVERYTHING, *(label.id for label in [*context.labels.topics, *context.labels.subtopics])]
    asked, asked_map = st.query_params.get(TOPIC, EVERYTHING), st.query_params.get(MAP, "34")
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    topic = left.selectbox(
        words("search.topics"),
        topics,
        topics.index(asked) if asked in topics else 0,
        format_func=lambda one: words("trend.every_topic") if one == EVERYTHING else context.topic(one),
    )
    with right:
        chosen = st.segmented_control(
            words("map.which"),
            MAPS,
            default=asked_map if asked_map in MAPS else "34",
            required=True,
            format_func=lambda one: words(f"map.of_{one}"),
        )
    st.query_params.from_dict({TOPIC: topic, MAP: chosen})
    return topic, chosen


def finding_of(weeks: list[PlaceCount], names: dict[str, str], chosen: str, context: Context) -> str:
    """What the map shows."""
    words = context.words
    above = sorted((one for one in weeks if excess(one) > 0), key=lambda one: (-excess(one), one.code))
    if not above:
        return words("map.quiet_63" if chosen == "63" else "map.quiet", n=words.number(sum(one.observed for one in weeks)))
    first = above[0]
    key = "map.finding_one" if len(above) == 1 else "map.finding"
    return words(
        key, n=len(above), name=names[first.code], observed=words.number(first.observed), expected=formats.small(first.expected, words)
    )


def _map(context: Context, trend: Trend, topic: str, chosen: str) -> None:
    words, places = context.words, context.places
    grid = tilemap.grid_of_63(places.folder) if chosen == "63" else places.tiles
    names = {one.code: places.name(one.code) for one in trend.weeks}
    observed, high = {one.code: one.observed for one in trend.weeks}, {one.code: one.high for one in trend.weeks}
    end = vietnam_day(context.now)
    period = {"tu": (end - timedelta(days=6)).isoformat(), "den": end.isoformat(), "sac_thai": "negative"}
    about = {"chu_de": topic} if topic != EVERYTHING else {}
    frame = tilemap.tile_frame(grid, observed, high, words, period | about)
    rows = [_row(one, names, context, period | about) for one in sorted(trend.weeks, key=lambda one: (-excess(one), names[one.code]))]
    head = [words(f"map.{name}") for name in ("province", "stories", "expected", "high", "level")]
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        finding, chart = finding_of(trend.weeks, names, chosen, context), drawing(tilemap.tile_map, frame, words)
        drill = Drill(words("trend.documents"), period | about)
        show_picture(
            context, finding, chart, Table(head, rows, html_columns=(0,)), drill=drill, legend=tilemap.legend(words), rests_on=RESTS_ON
        )
        _without_place(context, trend, chosen)
    with right:
        components.section(words("map.above_title"))
        above = [
            row for row, one in zip(rows, sorted(trend.weeks, key=lambda one: (-excess(one), names[one.code])), strict=True) if one.observed
        ]
        if above:
            components.table(head[:4], [row[:4] for row in above[:12]], html_columns=(0,))
        else:
            components.empty(words("map.none_here"), words("map.none_here_do"))


def _row(one: PlaceCount, names: dict[str, str], context: Context, period: dict[str, str]) -> list[str]:
    words = context.words
    name = components.search_link_html(names[one.code], period | {"tinh": one.code})
    grade = words(f"map.{tilemap.level(one.observed, one.high)}")
    return [name, words.number(one.observed), formats.small(one.expected, words), words.number(one.high, 1), grade]


def _without_place(context: Context, trend: Trend, chosen: str) -> None:
    """What no tile can show: pieces that name no province, or on the old map only one of today."""
    unplaced = sum(day.negative for day in trend.days[UNPLACED][-7:])
    said = context.words("map.unplaced", n=context.words.number(unplaced))
    components.paragraph(f"{said} {context.words('map.of_63_note')}" if chosen == "63" else said, "note")


if __name__ == "__main__":
    show()
