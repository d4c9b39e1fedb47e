"""Quản trị › Nguồn tin: what each source is crawled by; one is paused or resumed here, and a new one drafted from its address."""

from functools import partial
from typing import Any

import streamlit as st

from crawlers.sources import Source, load_sources
from dashboard import components
from dashboard.configuration import add_source, draft, may_edit, save_source
from dashboard.context import Context
from dashboard.forms import Field, Values, show_form
from dashboard.trouble import acting
from langnghe.config_edits import edits_folder, read_sources

STATES: dict[str, bool | str] = {"on": True, "off": False, "unverified": "unverified"}
DRAFT = "source-draft"
NATIONWIDE = ""


def _state_of(source: Source) -> str:
    return next(name for name, value in STATES.items() if value == source.enabled)


def show_source_settings(context: Context) -> None:
    """The list, the form of one, and the draft of a new one."""
    words = context.words
    sources = {name: source for name, source in load_sources(context.settings.config_dir).items() if not source.sample}
    edited = set(read_sources(edits_folder(context.settings.data_dir)).sources)
    components.section(words("admin.sources"), words("feeds.note"))
    left, right = st.columns([1.55, 1], gap="large")
    with right:
        if may_edit(context.actor):
            _one(context, sources)
            _new(context)
        else:
            components.notice(words("admin.national_only"))
    with left:
        _list(context, sources, edited)


def _list(context: Context, sources: dict[str, Source], edited: set[str]) -> None:
    words = context.words
    number = {name: sum(_state_of(one) == name for one in sources.values()) for name in STATES}
    components.figures([components.Figure(words.number(n), words(f"feeds.number_{name}")) for name, n in number.items()])
    rows = []
    for source in sorted(sources.values(), key=lambda one: (one.home_province or "", one.name)):
        home = context.places.name(source.home_province) if source.home_province else words("alerts.nationwide")
        delay = words("feeds.seconds", n=words.number(source.delay or context.settings.crawl.min_delay))
        origin = words("admin.edited_here") if source.id in edited else words("admin.of_file")
        state = words(f"feeds.{_state_of(source)}")
        rows.append([components.external_link(source.name, source.homepage), state, home, origin, delay, words.number(source.weight, 1)])
    head = [words(f"feeds.column_{name}") for name in ("name", "state", "home", "origin", "delay", "weight")]
    components.table(head, rows, numbers_from=4, html_columns=(0,))


def _one(context: Context, sources: dict[str, Source]) -> None:
    words = context.words
    components.section(words("feeds.edit"))
    chosen = st.selectbox(words("feeds.which"), list(sources), format_func=lambda one: sources[one].name, key="source-which")
    source = sources[chosen]
    provinces = [NATIONWIDE, *(province.id for province in context.places.of_34)]
    if source.home_province and source.home_province not in provinces:
        provinces.append(source.home_province)
    home = source.home_province or NATIONWIDE
    shortest = context.settings.crawl.min_delay
    fields = [
        Field("state", words("feeds.state"), "choice", list(STATES), lambda one: words(f"feeds.{one}"), _state_of(source)),
        Field("home", words("feeds.home"), "choice", provinces, partial(_place, context), home),
        Field("delay", words("feeds.delay", n=words.number(shortest)), "number", value=source.delay or float(shortest)),
        Field("weight", words("feeds.weight"), "number", value=source.weight),
    ]
    show_form(fields, f"source-{chosen}-{source.enabled}", words("label.save"), partial(_save, context, source), "feeds.saved")
    components.paragraph(words("feeds.when"), "note")


def _place(context: Context, code: str) -> str:
    return context.places.name(code) if code else context.words("alerts.nationwide").capitalize()


def _save(context: Context, source: Source, values: Values) -> None:
    before: dict[str, Any] = {"enabled": source.enabled, "home_province": source.home_province or NATIONWIDE}
    before |= {"delay": source.delay, "weight": source.weight}
    after = {"enabled": STATES[values["state"]], "home_province": values["home"], "delay": values["delay"], "weight": values["weight"]}
    if after["delay"] == context.settings.crawl.min_delay and source.delay is None:
        after["delay"] = None
    edits = read_sources(edits_folder(context.settings.data_dir)).sources.get(source.id)
    kept = edits.model_dump(exclude_none=True) if edits else {}
    changed = {name: value for name, value in after.items() if value != before[name]}
    save_source(context.record, context.actor, context.settings, source.id, **kept | changed)


def _new(context: Context) -> None:
    """A new source: its address, the draft as a file, and the file as it is to be taken."""
    words = context.words
    components.section(words("feeds.new"), words("feeds.new_note"))
    show_form([Field("url", words("feeds.url"), hint="https://baodiaphuong.example/")], "draft-source", words("feeds.draft"),
              partial(_draft, context), "feeds.drafted", primary=False)  # fmt: skip
    made = st.session_state.get(DRAFT)
    if made is None:
        return
    for note in made.notes:
        components.paragraph(note, "note")
    st.text_area(words("feeds.file"), made.text, height=260, key="source-file")
    st.button(words("feeds.take"), type="primary", on_click=_take, args=(context,))


def _draft(context: Context, values: Values) -> None:
    st.session_state.pop(DRAFT, None)
    st.session_state[DRAFT] = draft(context.actor, context.settings, values["url"] or "")


def _take(context: Context) -> None:
    with acting("feeds.taken"):
        add_source(context.record, context.actor, context.settings, str(st.session_state.get("source-file") or ""))
        st.session_state.pop(DRAFT, None)
