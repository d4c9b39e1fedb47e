"""Đợt truyền thông: drives of the calendar and of offices, their echo, what comes, what deputies said, the ledger of gifts."""

from datetime import date, timedelta
from functools import partial

import streamlit as st

from alerts.drives.echo import Echo, echo_in_all, echo_of
from alerts.drives.ledgers import Statement, enter_statement, statements
from alerts.drives.planning import ROW, Activity, cancel_drive, enter_activities, known_drives, plan_drive
from alerts.policy_calendar import Coming, coming
from alerts.rules import Drive, drives_file
from dashboard import components, formats
from dashboard.context import Context, current_context
from dashboard.forms import Field, Values, as_day, options_of, show_form, submit
from dashboard.gifts import show_gifts
from dashboard.pages import link
from dashboard.source_health import health_sentence
from dashboard.trouble import Said
from langnghe.actor import Role
from langnghe.clock import vietnam_day
from langnghe.places import NOWHERE

KEY, PART = "dot", "xem"
PARTS = ("calendar", "coming", "deputies", "gifts")
YEAR = timedelta(days=365)
SHOWN_ECHO = 20


def show() -> None:
    """The drive that the address names, or the calendar."""
    context = current_context()
    if (key := st.query_params.get(KEY)) is not None:
        _one(context, key)
        return
    words = context.words
    components.heading(words("nav.drives"), words("drive.below"))
    asked = st.query_params.get(PART, "calendar")
    chosen = st.segmented_control(
        words("admin.part"),
        PARTS,
        default=asked if asked in PARTS else "calendar",
        required=True,
        format_func=lambda one: words(f"drive.{one}"),
        label_visibility="collapsed",
    )
    st.query_params[PART] = chosen
    {"calendar": _calendar, "coming": _coming, "deputies": _deputies, "gifts": show_gifts}[chosen](context)


def _where(drive: Drive, context: Context) -> str:
    return ", ".join(context.places.name(code) for code in drive.provinces) or context.words("alerts.nationwide")


def _calendar(context: Context) -> None:
    words, today = context.words, vietnam_day(context.now)
    with context.record.reading() as session:
        drives = known_drives(session, context.settings, today - YEAR, today + YEAR)
    rows = [
        [
            components.link_html(drive.name, f"/drives?dot={drive.key}") if drive.key else drive.name,
            f"{formats.day(drive.start)} – {formats.day(drive.end)}",
            words(f"drive.{_time_of(drive, today)}"),
            _where(drive, context),
            ", ".join(context.topic(topic) for topic in drive.topics),
        ]
        for drive in reversed(drives)
    ]
    if rows:
        head = [words(f"drive.column_{name}") for name in ("name", "days", "state", "where", "topics")]
        components.table(head, rows, numbers_from=9, html_columns=(0,) if all(drive.key for drive in drives) else ())
    else:
        components.empty(words("drive.none"), words("drive.none_do"))
    if context.actor.may(Role.officer, context.actor.office):
        with st.expander(words("drive.plan"), icon=":material/event:"):
            show_form(_plan_fields(context, today), "plan-drive", words("drive.plan"), partial(_plan, context), "drive.planned")


def _time_of(drive: Drive, today: date) -> str:
    return "over" if drive.end < today else "ahead" if drive.start > today else "running"


def _plan_fields(context: Context, today: date) -> list[Field]:
    words = context.words
    forms, form_name = options_of(drives_file(context.settings.config_dir).forms, words.language)
    topics = [label.id for label in context.labels.topics]
    provinces = [province.id for province in context.places.of_34]
    hint = words("case.choose")
    fields = [
        Field("name", words("drive.column_name")),
        Field("plan", words("drive.number"), hint="68/KH-BHXH"),
        Field("start", words("search.first_day"), "day", value=today),
        Field("end", words("search.last_day"), "day", value=today + timedelta(days=14)),
        Field("topics", words("search.topics"), "many", topics, context.topic, hint=hint),
        Field("forms", words("drive.forms"), "many", forms, form_name, hint=hint),
    ]
    if context.actor.is_national:
        fields.append(
            Field("provinces", words("search.provinces"), "many", provinces, context.places.name, hint=words("alerts.nationwide"))
        )
    return fields


def _plan(context: Context, values: Values) -> None:
    start, end = as_day(values["start"]), as_day(values["end"])
    if start is None or end is None or end < start:
        raise Said(context.words("drive.wrong_days"))
    drive = Drive(
        name=values["name"],
        plan=values["plan"] or None,
        start=start,
        end=end,
        topics=values["topics"],
        provinces=values.get("provinces") or [],
        forms=values["forms"],
    )
    plan_drive(context.record, context.actor, drive, context.settings)


def _one(context: Context, key: str) -> None:
    words, today = context.words, vietnam_day(context.now)
    link("drives", words("drive.back"), icon=":material/arrow_back:")
    with context.record.reading() as session:
        echo = echo_of(session, context.actor, key, today, context.settings)
        loud = echo_in_all(echo)
    drive = echo.drive
    components.heading(drive.name, f"{formats.day(drive.start)} – {formats.day(drive.end)} · {_where(drive, context)}")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        _echo(context, echo, loud, today)
        _forms(context, echo)
    with right:
        rows = [
            (words("drive.number"), drive.plan or "–"),
            (words("nav.office"), context.office(drive.office) if drive.office else words("drive.of_file")),
            (words("search.topics"), ", ".join(context.topic(topic) for topic in drive.topics) or "–"),
        ]
        components.facts(rows)
        if context.actor.may(Role.officer, context.actor.office):
            _enter(context, drive)


def _echo(context: Context, echo: Echo, loud: float | None, today: date) -> None:
    words = context.words
    components.section(words("drive.echo"), words("drive.echo_note"))
    if echo.drive.start > today:
        components.empty(words("drive.not_begun"), words("drive.not_begun_do"))
        return
    if loud is None:
        components.empty(words("drive.no_echo"), words("drive.no_echo_do"))
        return
    key = "drive.finding" if echo.comparable else "drive.finding_alone"
    components.paragraph(words(key, times=words.number(loud, 1), day=formats.day(echo.last), n=len(echo.comparable)), "finding")
    rows = []
    for row in echo.rows[:SHOWN_ECHO]:
        place = context.place(row.province)
        parameters = {"chu_de": row.topic, "tu": echo.drive.start.isoformat(), "den": echo.last.isoformat()}
        parameters |= {} if row.province == NOWHERE else {"tinh": row.province}
        rows.append(
            [
                components.search_link_html(place, parameters),
                context.topic(row.topic),
                words.number(row.before / row.before_days, 1),
                words.number(row.during / row.days, 1),
                words.number(row.echo, 1) if row.echo is not None else "–",
                words.number(row.positive),
                words.number(row.negative),
            ]
        )
    head = [words(f"drive.column_{name}") for name in ("where", "topic", "before", "during", "echo", "positive", "negative")]
    components.table(head, rows, numbers_from=2, html_columns=(0,))
    components.paragraph(health_sentence(context), "note")


def _forms(context: Context, echo: Echo) -> None:
    words = context.words
    components.section(words("drive.by_form"), words("drive.by_form_note"))
    if not echo.forms:
        components.empty(words("drive.no_activities"), words("drive.no_activities_do"))
        return
    _, form_name = options_of(drives_file(context.settings.config_dir).forms, words.language)
    rows = [
        [
            form_name(row.form),
            *(words.number(number) for number in (row.activities, row.cost, row.reach, row.new_voluntary, row.new_household)),
            words.number(row.cost_of_one, 0) if row.cost_of_one is not None else "–",
        ]
        for row in echo.forms
    ]
    head = [words(f"drive.column_{name}") for name in ("form", "activities", "cost", "reach", "voluntary", "household", "cost_of_one")]
    components.table(head, rows)


def _enter(context: Context, drive: Drive) -> None:
    words, office = context.words, context.actor.office
    forms, form_name = options_of(drives_file(context.settings.config_dir).forms, words.language)
    provinces = [province.id for province in context.places.of_34] if context.actor.is_national else [office]
    with st.expander(words("drive.enter"), icon=":material/edit_calendar:"):
        fields = [
            Field("ref", words("drive.ref"), hint="01"),
            Field("day", words("chart.day"), "day", value=max(drive.start, min(drive.end, vietnam_day(context.now)))),
            Field("province", words("map.province"), "choice", provinces, context.places.name),
            Field("form", words("drive.column_form"), "choice", forms, form_name),
            Field("content", words("case.text"), "text", height=80),
            *(Field(name, words(f"drive.column_{name}"), "whole") for name in ("cost", "reach", "voluntary", "household")),
        ]
        show_form(fields, f"activity-{drive.key}", words("drive.enter"), partial(_activity, context, drive), "drive.entered")
    if drive.key.startswith(ROW):
        cancel = partial(_cancel, context, drive)
        st.button(words("drive.cancel"), icon=":material/event_busy:", on_click=submit, args=(cancel, "drive.cancelled"))


def _activity(context: Context, drive: Drive, values: Values) -> None:
    day = as_day(values["day"])
    if day is None or not values["ref"]:
        raise Said(context.words("drive.missing"))
    activity = Activity(
        ref=values["ref"],
        day=day,
        province=values["province"],
        form=values["form"],
        content=values["content"],
        cost=values["cost"],
        reach=values["reach"],
        new_voluntary=values["voluntary"],
        new_household=values["household"],
    )
    enter_activities(context.record, context.actor, drive.key, [activity], context.settings)


def _cancel(context: Context, drive: Drive, _: Values) -> None:
    cancel_drive(context.record, context.actor, drive.key, context.settings)
    st.query_params.pop(KEY, None)


def _coming(context: Context) -> None:
    words = context.words
    components.section(words("drive.coming"), words("drive.coming_note"))
    with context.record.reading() as session:
        found = coming(session, context.actor, vietnam_day(context.now), context.settings)
    if not found:
        components.empty(words("drive.nothing_comes"), words("drive.nothing_comes_do"))
    for one in found:
        _event(context, one)


def _event(context: Context, one: Coming) -> None:
    words, occurrence = context.words, one.occurrence
    with st.container(border=True, gap="small"):
        when = words("drive.begun") if one.days_left <= 0 else words("drive.in_days", n=one.days_left)
        meta = f"{formats.day(occurrence.start)} – {formats.day(occurrence.end)} · {when}"
        st.html(components.story_html(occurrence.event.name(words.language), None, meta))
        components.bullets(one.questions)
        for fitting in one.answers:
            with st.expander(fitting.answer.questions[0]):
                components.paragraph(fitting.answer.text)
                components.paragraph(fitting.answer.basis, "note")


def _deputies(context: Context) -> None:
    words, today = context.words, vietnam_day(context.now)
    components.section(words("drive.deputies"), words("drive.deputies_note"))
    with context.record.reading() as session:
        found = statements(session, context.actor, today - YEAR, today)
    if found:
        rows = [
            [formats.day(one.day), one.session, one.deputy, context.place(one.province), context.topic(one.topic), one.said]
            for one in found
        ]
        head = [words(f"drive.column_{name}") for name in ("day", "session", "deputy", "where", "topic", "said")]
        components.table(head, rows, numbers_from=9)
    else:
        components.empty(words("drive.no_statements"), words("drive.no_statements_do"))
    if context.actor.may(Role.officer, context.actor.office):
        with st.expander(words("drive.add_statement"), icon=":material/record_voice_over:"):
            provinces = [NOWHERE, *(province.id for province in context.places.of_34)]
            topics = [label.id for label in context.labels.topics]
            fields = [
                Field("day", words("chart.day"), "day", value=today),
                Field("session", words("drive.column_session")),
                Field("deputy", words("drive.column_deputy")),
                Field("province", words("map.province"), "choice", provinces, context.place),
                Field("topic", words("trend.topic"), "choice", topics, context.topic),
                Field("said", words("drive.column_said"), "text"),
                Field("link", words("intake.link"), hint="https://"),
            ]
            show_form(fields, "statement", words("drive.add_statement"), partial(_state, context), "drive.statement_added")


def _state(context: Context, values: Values) -> None:
    day = as_day(values["day"])
    if day is None:
        raise Said(context.words("drive.missing"))
    given = {name: values[name] for name in ("session", "deputy", "province", "topic", "said")}
    enter_statement(context.record, context.actor, Statement(day=day, link=values["link"] or None, **given), context.settings)


if __name__ == "__main__":
    show()
