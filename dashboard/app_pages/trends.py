"""Diễn biến: how topics, provinces and outlets move, each against its own past."""

from datetime import date, timedelta

import streamlit as st

from alerts.explanation import ChartDay
from alerts.panel import NATIONAL as COUNTRY
from dashboard import components, formats
from dashboard.charts import legend, series_chart
from dashboard.context import Context, current_context, source_names
from dashboard.drawing import drawing
from dashboard.picture import Drill, Table, show_picture
from dashboard.trend_charts import excess, heat_frame, heat_map, outlet_chart, place_chart, stance_chart
from dashboard.trend_data import EVERYTHING, PERIODS, DayCount, OutletCount, Topics, Trend, outlets_of, topics_of, trend_of
from langnghe.actor import NATIONAL
from langnghe.clock import vietnam_day

PROVINCE, TOPIC, DAYS, PICTURE = "tinh", "chu_de", "ngay", "xem"
PICTURES = ("series", "topics", "stance", "outlets", "places")


def show() -> None:
    """The trends that the address asks for."""
    context = current_context()
    words = context.words
    components.heading(words("nav.trends"), words("trend.below"))
    province, topic, days = _filters(context)
    trend = trend_of(context, days, topic)
    if not any(one.stories for one in trend.days[COUNTRY]):
        components.empty(words("trend.none"), words("trend.none_do"))
        return
    chosen = _chosen(context)
    if chosen == "series":
        _series(context, trend, province, topic, days)
    elif chosen == "topics":
        _topics(context, topics_of(context, days, province), province, days)
    elif chosen == "stance":
        _stance(context, topics_of(context, days, province), province, days)
    elif chosen == "outlets":
        _outlets(context, outlets_of(context, days, province, topic), province, topic, days)
    else:
        _places(context, trend, topic)


def _asked(name: str, known: list[str], default: str) -> str:
    asked = st.query_params.get(name, default)
    return asked if asked in known else default


def _filters(context: Context) -> tuple[str, str, int]:
    """Province ("" for all), topic and days of the address, with the switches that change them."""
    words = context.words
    provinces = ["", *(province.id for province in context.places.of_34)]
    topics = [EVERYTHING, *(label.id for label in [*context.labels.topics, *context.labels.subtopics])]
    own = "" if context.actor.office == NATIONAL else context.actor.office
    periods = [str(days) for days in PERIODS]
    left, middle, right = st.columns([1.2, 1.6, 1], vertical_alignment="bottom")
    province = left.selectbox(
        words("search.provinces"),
        provinces,
        provinces.index(_asked(PROVINCE, provinces, own)),
        format_func=lambda one: context.places.name(one) if one else words("alerts.nationwide").capitalize(),
    )
    topic = middle.selectbox(
        words("search.topics"),
        topics,
        topics.index(_asked(TOPIC, topics, EVERYTHING)),
        format_func=lambda one: words("trend.every_topic") if one == EVERYTHING else context.topic(one),
    )
    with right:
        days = st.segmented_control(
            words("trend.period"),
            periods,
            default=_asked(DAYS, periods, "28"),
            required=True,
            format_func=lambda one: words("span.days", n=one),
        )
    st.query_params.from_dict({**st.query_params.to_dict(), PROVINCE: province, TOPIC: topic, DAYS: days})
    return province, topic, int(days)


def _chosen(context: Context) -> str:
    chosen: str = st.segmented_control(
        context.words("trend.picture"),
        PICTURES,
        default=_asked(PICTURE, list(PICTURES), "series"),
        required=True,
        format_func=lambda one: context.words(f"trend.show_{one}"),
        label_visibility="collapsed",
    )
    st.query_params[PICTURE] = chosen
    return chosen


def _search(start: date, end: date, province: str, topic: str = EVERYTHING, **more: str) -> dict[str, str]:
    given = {"tu": start.isoformat(), "den": end.isoformat(), "tinh": province, "chu_de": "" if topic == EVERYTHING else topic, **more}
    return {name: value for name, value in given.items() if value}


def _period(context: Context, days: int) -> tuple[date, date]:
    end = vietnam_day(context.now)
    return end - timedelta(days=days - 1), end


def series_finding(days: list[DayCount], context: Context) -> str:
    """What a series shows."""
    words, unusual = context.words, [one for one in days if one.is_unusual]
    total = sum(one.negative for one in days)
    if not unusual:
        return words("trend.series_quiet", n=words.number(total), days=len(days))
    most = max(unusual, key=lambda one: one.negative)
    return words(
        "trend.series_unusual",
        n=words.number(total),
        days=len(days),
        unusual=len(unusual),
        most=words.number(most.negative),
        day=formats.day(most.day),
    )


def _series(context: Context, trend: Trend, province: str, topic: str, shown: int) -> None:
    words, days = context.words, trend.days[province or COUNTRY]
    components.section(words("trend.show_series"), words("chart.note"))
    chart = [
        ChartDay(day=one.day, negative=one.negative, complaints=one.complaints, expected=one.expected, low=one.low, high=one.high)
        for one in days
    ]
    rows = [
        [
            components.search_link_html(formats.day(one.day), _search(one.day, one.day, province, topic)),
            words.number(one.stories),
            words.number(one.negative),
            words.number(one.complaints),
            formats.small(one.expected, words),
            f"{words.number(one.low, 1)} – {words.number(one.high, 1)}",
            words("chart.yes") if one.is_unusual else "",
        ]
        for one in reversed(days)
    ]
    head = [
        words("chart.day"),
        words("trend.stories"),
        *(words(f"chart.{name}") for name in ("negative", "complaints", "expected", "band", "unusual")),
    ]
    start, end = _period(context, shown)
    drill = Drill(words("trend.documents"), _search(start, end, province, topic, sac_thai="negative"))
    show_picture(
        context,
        series_finding(days, context),
        drawing(series_chart, chart, None, words),
        Table(head, rows, html_columns=(0,)),
        drill=drill,
        legend=legend(words),
    )


def _mondays(start: date, end: date) -> list[date]:
    first = start - timedelta(days=start.weekday())
    return [first + timedelta(days=7 * i) for i in range((end - first).days // 7 + 1)]


def _topics(context: Context, topics: Topics, province: str, shown: int) -> None:
    words = context.words
    components.section(words("trend.show_topics"), words("trend.topics_note"))
    start, end = _period(context, shown)
    mondays, names = _mondays(start, end)[-13:], {topic: context.topic(topic) for topic in topics.weeks}
    frame = heat_frame(topics.weeks, mondays, names, words)
    if frame.empty:
        components.empty(words("trend.no_negative"), words("trend.no_negative_do"))
        return
    last, before = mondays[-1], mondays[-2] if len(mondays) > 1 else mondays[-1]
    risen = max(topics.weeks, key=lambda topic: topics.weeks[topic].get(last, 0) - topics.weeks[topic].get(before, 0))
    now, then = (topics.weeks[risen].get(one, 0) for one in (last, before))
    finding = words("trend.topics_finding", topic=names[risen], now=words.number(now), before=words.number(then))
    if now <= then:
        finding = words("trend.topics_quiet", day=formats.day(end))
    rows = [
        [
            components.search_link_html(names[topic], _search(mondays[0], end, province, topic, sac_thai="negative")),
            *(words.number(topics.weeks[topic].get(one, 0)) for one in mondays),
        ]
        for topic in sorted(topics.weeks, key=lambda topic: -sum(topics.weeks[topic].values()))
    ]
    table = Table([words("trend.topic"), *(f"{one:%d/%m}" for one in mondays)], rows, html_columns=(0,))
    drill = Drill(words("trend.topic_documents", topic=names[risen]), _search(start, end, province, risen, sac_thai="negative"))
    show_picture(context, finding, drawing(heat_map, frame, words), table, drill=drill)


def _stance(context: Context, topics: Topics, province: str, shown: int) -> None:
    words = context.words
    components.section(words("trend.show_stance"), words("trend.stance_note"))
    names = {one.topic: context.topic(one.topic) for one in topics.counts}
    parents = [one for one in topics.counts if one.topic in {label.id for label in context.labels.topics}]
    if not parents:
        components.empty(words("trend.none"), words("trend.none_do"))
        return
    most = parents[0]
    finding = words(
        "trend.stance_finding",
        topic=names[most.topic],
        n=words.number(most.negative),
        all=words.number(most.stories),
        percent=words.number(100 * most.share),
    )
    start, end = _period(context, shown)
    rows = [
        [
            components.search_link_html(names[one.topic], _search(start, end, province, one.topic)),
            words.number(one.stories),
            words.number(one.negative),
            f"{words.number(100 * one.share)}%",
        ]
        for one in topics.counts
    ]
    head = [words("trend.topic"), words("trend.stories"), words("chart.negative"), words("trend.share")]
    drill = Drill(words("trend.topic_documents", topic=names[most.topic]), _search(start, end, province, most.topic))
    show_picture(context, finding, drawing(stance_chart, parents, names, words), Table(head, rows, html_columns=(0,)), drill=drill)


def _outlets(context: Context, outlets: list[OutletCount], province: str, topic: str, shown: int) -> None:
    words, names = context.words, source_names(context)
    components.section(words("trend.show_outlets"), words("trend.outlets_note"))
    if not outlets:
        components.empty(words("trend.none"), words("trend.none_do"))
        return
    first = outlets[0]
    finding = words(
        "trend.outlets_finding",
        outlet=names.get(first.source, first.source),
        n=words.number(first.negative),
        all=words.number(first.stories),
    )
    start, end = _period(context, shown)
    rows = [
        [
            components.search_link_html(names.get(one.source, one.source), _search(start, end, province, topic, nguon=one.source)),
            words(f"kind.{one.kind}"),
            words.number(one.stories),
            words.number(one.negative),
        ]
        for one in outlets
    ]
    head = [words("concern.carrier"), words("concern.kind"), words("trend.stories"), words("chart.negative")]
    parameters = _search(start, end, province, topic, nguon=first.source)
    drill = Drill(words("trend.outlet_documents", outlet=names.get(first.source, first.source)), parameters)
    chart = drawing(outlet_chart, outlets, names, words)
    show_picture(context, finding, chart, Table(head, rows, html_columns=(0,), numbers_from=2), drill=drill)


def _places(context: Context, trend: Trend, topic: str) -> None:
    words = context.words
    components.section(words("trend.show_places"), words("trend.places_note"))
    names = {one.code: context.places.name(one.code) for one in trend.weeks}
    above = sorted((one for one in trend.weeks if excess(one) > 0), key=lambda one: -excess(one))
    finding = words("trend.places_quiet")
    if above:
        finding = words(
            "trend.places_finding",
            n=len(above),
            name=names[above[0].code],
            observed=words.number(above[0].observed),
            high=words.number(above[0].high, 1),
        )
    start, end = _period(context, 7)
    rows = [
        [
            components.search_link_html(names[one.code], _search(start, end, one.code, topic, sac_thai="negative")),
            words.number(one.observed),
            formats.small(one.expected, words),
            words.number(one.high, 1),
            words("chart.yes") if excess(one) > 0 else "",
        ]
        for one in sorted(trend.weeks, key=lambda one: (-excess(one), names[one.code]))
    ]
    head = [words(f"map.{name}") for name in ("province", "stories", "expected", "high")] + [words("chart.unusual")]
    parameters = {"chu_de": topic} if topic != EVERYTHING else {}
    drill = Drill(words("trend.to_map"), parameters, "map")
    show_picture(
        context,
        finding,
        drawing(place_chart, trend.weeks, names, words),
        Table(head, rows, html_columns=(0,)),
        drill=drill,
        rests_on=("sentiment", "topics", "provinces"),
    )


if __name__ == "__main__":
    show()
