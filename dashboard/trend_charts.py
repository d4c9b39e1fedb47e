"""The pictures of the page of trends: topics by week, volume against stance, outlets, provinces against their own past."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard import formats
from dashboard.charts import NARROW, style
from dashboard.dot_names import OFF, Dot, place_names
from dashboard.palette import BAND, BLUE, BLUE_LIGHT, INK, LINE, MUTED, RED
from dashboard.trend_data import OutletCount, PlaceCount, TopicCount
from langnghe.wording import Wording

ROW, AXIS = 26, 62
"""Pixels of a row, and of the axis with its title: a chart's height holds both."""
LONGEST = 20
"""Characters of a name that a phone shows in a line."""
SHOWN_TOPICS, NAMED_TOPICS, NAMED_ON_PHONES, SHOWN_PLACES = 12, 7, 3, 15
ROOM, HIGHEST = 1.08, 110
"""How far the axes of volume and of percent reach beyond what they show."""
WIDE, PHONE = (940, 270), (270, 270)
"""Width and height that the dots have on a desk's screen and on a phone."""
DARK = 0.55
"""Part of the largest count from which a cell is so dark that its number is white."""


def in_lines(name: str) -> str:
    """A long name with the break at which a phone begins its second line."""
    spaces = [i for i, sign in enumerate(name) if sign == " "]
    if len(name) <= LONGEST or not spaces:
        return name
    at = min(spaces, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _names_axis(limit: int) -> Any:
    """The axis of names that :func:`in_lines` has written: two lines on a phone, else one."""
    expression = f"{NARROW} ? split(datum.label, '\\n') : replace(datum.label, '\\n', ' ')"
    middle = alt.ExprRef(f"{NARROW} ? -5 : 0")
    lines: dict[str, Any] = {"labelExpr": expression, "labelLineHeight": 12, "labelOffset": middle, "labelFlush": False}
    return alt.Axis(labelLimit=limit, domain=False, ticks=False, labelOverlap=False, **lines)


def heat_frame(weeks: Mapping[str, Mapping[date, int]], mondays: Sequence[date], names: Mapping[str, str], words: Wording) -> pd.DataFrame:
    """One row a cell of the busiest topics: topic, week, stories, and whether its number is white."""
    busiest = sorted(weeks, key=lambda topic: (-sum(weeks[topic].values()), topic))[:SHOWN_TOPICS]
    most = max([number for topic in busiest for number in weeks[topic].values()], default=1)
    rows = [
        {
            "topic": names[topic],
            "lines": in_lines(names[topic]),
            "week": f"{monday:%d/%m}",
            "stories": weeks[topic].get(monday, 0),
            "order": i,
        }
        for topic in busiest
        for i, monday in enumerate(mondays)
    ]
    frame = pd.DataFrame(rows, columns=["topic", "lines", "week", "stories", "order"])
    return frame.assign(dark=frame["stories"] >= DARK * most, shown=[words.number(one) if one else "" for one in frame["stories"]])


def heat_map(frame: pd.DataFrame, words: Wording) -> Any:
    """Topics by week; each cell holds its number, so that it reads without colour."""
    x = alt.X(
        "week:O",
        title=words("trend.week"),
        sort=alt.SortField("order"),
        axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, labelOverlap=True),
    )
    y = alt.Y("lines:N", title=None, sort=list(dict.fromkeys(frame["lines"])), axis=_names_axis(240))
    colour = alt.Color("stories:Q", legend=None, scale=alt.Scale(range=["#f3f6f9", "#f2c3a7", "#b3261e"], interpolate="rgb"))
    tooltip = [
        alt.Tooltip("topic:N", title=words("trend.topic")),
        alt.Tooltip("week:N", title=words("trend.week")),
        alt.Tooltip("stories:Q", title=words("chart.negative"), format=",d"),
    ]
    base = alt.Chart(frame).encode(x, y)
    cells = base.mark_rect(stroke="#ffffff", strokeWidth=2, cornerRadius=3).encode(colour, tooltip=tooltip)
    numbers = base.mark_text(fontSize=11).encode(text="shown:N", color=alt.condition("datum.dark", alt.value("#ffffff"), alt.value(INK)))
    return style(alt.layer(cells, numbers).properties(height=AXIS + ROW * max(frame["topic"].nunique(), 1)), words)


def stance_chart(topics: Sequence[TopicCount], names: Mapping[str, str], words: Wording) -> Any:
    """Volume against stance, one dot a topic; those with most negative stories carry their name."""
    top = max([one.stories for one in topics], default=1)
    rows = [
        {
            "topic": names[one.topic],
            "stories": one.stories,
            "percent": 100 * one.share,
            "negative": one.negative,
            "said": f"{words.number(100 * one.share)}%",
        }
        for one in topics
    ]
    frame = pd.DataFrame(rows, columns=["topic", "stories", "percent", "negative", "said"])
    x = alt.X(
        "stories:Q",
        title=words("trend.stories_axis"),
        scale=alt.Scale(domain=[0, ROOM * top], nice=False),
        axis=alt.Axis(format=",d", tickMinStep=1, tickCount=8),
    )
    y = alt.Y(
        "percent:Q",
        title=words("trend.share_axis"),
        scale=alt.Scale(domain=[0, HIGHEST], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100]),
    )
    tooltip = [
        alt.Tooltip("topic:N", title=words("trend.topic")),
        alt.Tooltip("stories:Q", title=words("trend.stories"), format=",d"),
        alt.Tooltip("negative:Q", title=words("chart.negative"), format=",d"),
        alt.Tooltip("said:N", title=words("trend.share")),
    ]
    base = alt.Chart(frame).encode(x, y)
    dots = base.mark_circle(size=90, color=BLUE, opacity=0.75).encode(tooltip=tooltip)
    return style(alt.layer(dots, *_names(frame, x, y, top)).properties(height=330), words)


def _names(frame: pd.DataFrame, x: Any, y: Any, top: int) -> list[Any]:
    """The names beside the dots, each screen's own."""
    shown = zip(frame["topic"], frame["stories"], frame["percent"], strict=True)
    dots = [Dot(str(topic), float(stories) / (ROOM * top), float(percent) / HIGHEST) for topic, stories, percent in shown]
    layers: list[Any] = []
    for (width, height), most, screen in ((WIDE, NAMED_TOPICS, f"!({NARROW})"), (PHONE, NAMED_ON_PHONES, NARROW)):
        # What has nothing negative comes last and has no name.
        places = place_names(dots, width, height, min(most, int((frame["negative"] > 0).sum())))
        for place in dict.fromkeys(places.values()):
            here = alt.Chart(frame.iloc[[i for i, one in places.items() if one == place]]).transform_filter(screen)
            off = -OFF if place.above else OFF
            text = here.mark_text(align="right" if place.ends_here else "left", dy=off, fontSize=11, color=INK)
            layers.append(text.encode(x, y, text="topic:N"))
    return layers


def outlet_chart(outlets: Sequence[OutletCount], names: Mapping[str, str], words: Wording) -> Any:
    """Stories of each source; the negative part is dark and carries its number."""
    rows = [
        {"outlet": name, "lines": in_lines(name), "stories": one.stories, "negative": one.negative}
        for one in outlets
        for name in [names.get(one.source, one.source)]
    ]
    frame = pd.DataFrame(rows, columns=["outlet", "lines", "stories", "negative"])
    y = alt.Y("lines:N", title=None, sort=list(frame["lines"]), axis=_names_axis(220))
    tooltip = [
        alt.Tooltip("outlet:N", title=words("concern.carrier")),
        alt.Tooltip("stories:Q", title=words("trend.stories"), format=",d"),
        alt.Tooltip("negative:Q", title=words("chart.negative"), format=",d"),
    ]
    x_axis = alt.Axis(format=",d", tickMinStep=1, tickCount=8)
    every = (
        alt.Chart(frame)
        .mark_bar(color=BAND, height=16)
        .encode(alt.X("stories:Q", title=words("trend.stories_axis"), axis=x_axis), y, tooltip=tooltip)
    )
    negative = alt.Chart(frame).mark_bar(color=RED, height=16).encode(alt.X("negative:Q"), y, tooltip=tooltip)
    numbers = alt.Chart(frame).mark_text(align="left", dx=4, color=MUTED, fontSize=11).encode(alt.X("stories:Q"), y, text="said:N")
    numbers = numbers.transform_calculate(said="format(datum.negative, ',d') + ' / ' + format(datum.stories, ',d')")
    return style(alt.layer(every, negative, numbers).properties(height=AXIS + ROW * max(len(frame), 1)), words)


def excess(place: PlaceCount) -> float:
    """By how much a province lies above what is usual there."""
    return place.observed - place.high


def place_chart(places: Sequence[PlaceCount], names: Mapping[str, str], words: Wording) -> Any:
    """Provinces against their own past: a bar up to the upper end of the usual, a dot for the last seven days."""
    shown = sorted(places, key=lambda one: (-excess(one), -one.observed, one.code))[:SHOWN_PLACES]
    rows = [
        {
            "place": names[one.code],
            "observed": one.observed,
            "high": one.high,
            "usual": formats.small(one.expected, words),
            "most": words.number(one.high, 1),
            "above": one.observed > one.high,
        }
        for one in shown
    ]
    frame = pd.DataFrame(rows, columns=["place", "observed", "high", "usual", "most", "above"])
    y = alt.Y("place:N", title=None, sort=list(frame["place"]), axis=alt.Axis(domain=False, ticks=False, labelOverlap=False))
    tooltip = [
        alt.Tooltip("place:N", title=words("map.province")),
        alt.Tooltip("observed:Q", title=words("map.stories"), format=",d"),
        alt.Tooltip("usual:N", title=words("map.expected")),
        alt.Tooltip("most:N", title=words("map.high")),
    ]
    x = alt.X("observed:Q", title=words("trend.week_axis"), axis=alt.Axis(format=",d", tickMinStep=1, tickCount=8))
    band = alt.Chart(frame).mark_bar(color=BAND, height=14).encode(alt.X("high:Q", title=words("trend.week_axis")), y, tooltip=tooltip)
    link = alt.Chart(frame).mark_rule(color=LINE).encode(alt.X("high:Q"), alt.X2("observed:Q"), y)
    shape = alt.Shape("above:N", legend=None, scale=alt.Scale(domain=[True, False], range=["triangle-up", "circle"]))
    colour = alt.condition("datum.above", alt.value(RED), alt.value(BLUE_LIGHT))
    dots = alt.Chart(frame).mark_point(filled=True, size=80, opacity=1).encode(x, y, shape=shape, color=colour, tooltip=tooltip)
    return style(alt.layer(band, link, dots).properties(height=AXIS + ROW * max(len(frame), 1)), words)
