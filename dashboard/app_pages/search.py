"""Tìm kiếm: the whole search, its address, and the correction of labels in place."""

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import components
from dashboard.answering import case_about_document, show_answer_menu
from dashboard.bulk import show_bulk, show_tick
from dashboard.context import Context, current_context, source_names
from dashboard.correcting import ask, show_irrelevant, show_place_menu
from dashboard.first_run import is_first_run, show_first_run
from dashboard.found import result_of
from dashboard.pages import link
from dashboard.results import copies, corrected_fields, hit_html, label_name
from dashboard.search_form import FACET_FILTERS, SearchForm, pages_of, read_form, write_form
from dashboard.search_tools import LIKE, form_of_like, show_export, show_keep, show_saved, show_similar
from dashboard.source_health import health_sentence, source_rows
from dashboard.teaching import TEACH, show_teaching, wants_teaching
from dashboard.trouble import told
from index.interface import Hint, Hit, SearchResult
from langnghe.actor import Role
from langnghe.documents import Annotation

FACET_VALUES = 6
KEYS = "search-"
"""Beginning of the names of this page's widgets in the session's state."""
EXAMPLES = ("thuốc BHYT", "rút BHXH một lần", '"lương hưu" 7 ngày qua')


def show() -> None:
    """The search that the address holds."""
    context = current_context()
    form = read_form(st.query_params.to_dict(), _known(context))
    if form_of_like() is not None:
        components.heading(context.words("nav.search"))
        with told(context.words):
            show_similar(context, form_of_like() or 0, _hits)
        return
    if wants_teaching():
        components.heading(context.words("nav.search"))
        with told(context.words):
            show_teaching(context, _hits)
        return
    # A link from this page to itself changes what Streamlit knows of the address, not the one that the browser shows.
    st.query_params.from_dict(write_form(form))
    components.heading(context.words("nav.search"))
    if is_first_run(context):
        show_first_run(context)
        return
    _inputs(context, form)
    with told(context.words):
        show_saved(context)
        if form.is_empty and context.actor.may(Role.officer, context.actor.office):
            link("search", context.words("teach.link"), {TEACH: "1"}, icon=":material/school:")
        result = result_of(context, form)
        _result(context, form, result)


def _known(context: Context) -> dict[str, set[str]]:
    labels = context.labels
    return {
        "provinces": {province.id for province in [*context.places.of_34, *context.places.of_63]},
        "topics": set(labels.by_id),
        "sentiments": {label.id for label in labels.sentiment},
        "intents": {label.id for label in labels.intent},
        "concerns": {label.id for label in labels.concern},
        "kinds": {"news", "comment", "forum", "social", "feedback"},
    }


def value_name(context: Context, name: str, value: str) -> str:
    """How a value of a filter is called."""
    if name == "provinces":
        province = context.places.name(value)
        return context.words("search.old_province", name=province) if value.startswith("63-") else province
    if name == "topics":
        return context.topic(value)
    if name == "kinds":
        return context.words(f"kind.{value}")
    if name == "sources":
        return source_names(context).get(value, value)
    groups = {"sentiments": "sentiment", "intents": "intent", "concerns": "concern"}
    return label_name(context, groups[name], value) if name in groups else value


def _take(name: str) -> Any:
    return st.session_state.get(KEYS + name)


def _changed(form: SearchForm) -> None:
    """Write what the widgets hold into the address, which is what the page is made from."""
    filters = {name: tuple(_take(name) or ()) for name in FACET_FILTERS.values()}
    filters |= {name: form.values(name) for name in ("stories", "concerns")}
    changed = SearchForm(
        words=_take("words") or "",
        filters=filters,
        first_day=_take("first_day"),
        last_day=_take("last_day"),
        newest=_take("sort") == "newest",
        everything=bool(_take("everything")),
    )
    st.query_params.from_dict(write_form(changed))


def _turned(form: SearchForm, key: str) -> None:
    st.query_params.from_dict(write_form(replace(form, page=int(st.session_state[key]))))


def _cleared(form: SearchForm) -> None:
    st.query_params.from_dict(write_form(SearchForm(words=form.words)))


def _hold(name: str, value: Any) -> str:
    """Give a widget what the address says; its name in the session's state."""
    st.session_state[KEYS + name] = value
    return KEYS + name


def _inputs(context: Context, form: SearchForm) -> None:
    words = context.words
    changed: dict[str, Any] = {"on_change": _changed, "args": (form,)}
    box, filters, order = st.columns([4.2, 1.15, 1.25], vertical_alignment="bottom")
    with box:
        st.text_input(
            words("search.words"),
            key=_hold("words", form.words),
            placeholder=words("search.placeholder"),
            help=words("search.help"),
            icon=":material/search:",
            **changed,
        )
    with (
        filters,
        st.popover(
            words("search.filters", n=form.chosen) if form.chosen else words("search.filter"), icon=":material/tune:", width="stretch"
        ),
    ):
        _filters(context, form, changed)
    with order:
        shown = "newest" if form.newest or not form.words else "relevance"
        st.selectbox(
            words("search.sort"),
            ["relevance", "newest"],
            format_func=lambda one: words(f"search.sort_{one}"),
            key=_hold("sort", shown),
            **changed,
        )
    _chosen(context, form)


def _filters(context: Context, form: SearchForm, changed: dict[str, Any]) -> None:
    words = context.words
    options = {
        "provinces": [province.id for province in context.places.of_34],
        "topics": [label.id for label in [*context.labels.topics, *context.labels.subtopics]],
        "sentiments": [label.id for label in context.labels.sentiment],
        "intents": [label.id for label in context.labels.intent],
        "kinds": ["news", "comment", "forum", "social", "feedback"],
        "sources": sorted({row.source for row in source_rows(context)} | set(form.values("sources"))),
    }
    above, (left, right) = st.container(), st.columns(2)
    places = {"sentiments": left, "intents": right, "kinds": left, "sources": right}
    for name, known in options.items():
        places.get(name, above).multiselect(
            words(f"search.{name}"),
            [*known, *(value for value in form.values(name) if value not in known)],
            format_func=partial(value_name, context, name),
            key=_hold(name, list(form.values(name))),
            placeholder=words("search.any"),
            **changed,
        )
    left.date_input(words("search.first_day"), key=_hold("first_day", form.first_day), format="DD/MM/YYYY", **changed)
    right.date_input(words("search.last_day"), key=_hold("last_day", form.last_day), format="DD/MM/YYYY", **changed)
    st.checkbox(words("search.everything"), key=_hold("everything", form.everything), **changed)


def _chosen(context: Context, form: SearchForm) -> None:
    """The filters in words, each with a link that takes it off."""
    words = context.words
    chosen = [(name, value) for name in (*FACET_FILTERS.values(), "concerns", "stories") for value in form.values(name)]
    days = [(name, day) for name, day in (("first_day", form.first_day), ("last_day", form.last_day)) if day]
    if not chosen and not days:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="search-chosen"):
        for name, value in chosen:
            label = words("search.story") if name == "stories" else value_name(context, name, value)
            link("search", label, write_form(form.toggled(name, value)), icon=":material/close:")
        for name, day in days:
            without = replace(form, page=1, first_day=None) if name == "first_day" else replace(form, page=1, last_day=None)
            link("search", words(f"search.chosen_{name}", day=f"{day:%d/%m/%Y}"), write_form(without), icon=":material/close:")
        st.button(words("search.clear"), type="tertiary", on_click=_cleared, args=(form,))


def _result(context: Context, form: SearchForm, result: SearchResult) -> None:
    words = context.words
    for hint in result.hints:
        _hint(context, form, hint)
    if not result.total:
        components.empty(words("search.none"), words("search.none_do"))
        show_keep(context, form)
        _examples(words)
        return
    left, right = st.columns([2.9, 1], gap="medium")
    with left:
        components.section(
            words("search.total", n=words.number(result.total)), words("search.shown", page=form.page, pages=pages_of(result.total))
        )
        with st.container(horizontal=True, gap="small", key="search-tools"):
            show_keep(context, form)
            show_export(context, form, result.total)
            show_bulk(context, result.hits)
        _hits(context, result.hits)
        _turn(form, pages_of(result.total))
        components.paragraph(words("label.note"), "note")
        components.paragraph(health_sentence(context), "note")
    with right:
        _facets(context, form, result)


def _turn(form: SearchForm, pages: int) -> None:
    if pages > 1:
        # A name of its own for each page of each search: what the address says is what it shows.
        key = f"{KEYS}page-{urlencode(write_form(form))}"
        st.pagination(pages, default=min(form.page, pages), key=key, on_change=_turned, args=(form, key))


def _hint(context: Context, form: SearchForm, hint: Hint) -> None:
    words = context.words
    offers = {"offer_province": ("provinces", "province"), "offer_topic": ("topics", "topic")}
    name, value = offers.get(hint.key, ("", ""))
    # The index names a topic in Vietnamese, whatever language the session has.
    own = {"name": value_name(context, name, str(hint.values[value]))} if value in hint.values else {}
    said = words(f"search.hint.{hint.key}", **hint.values | own)
    if value and value in hint.values:
        link("search", said, write_form(form.toggled(name, str(hint.values[value]))), icon=":material/filter_alt:")
    else:
        components.paragraph(said, "note")


def _examples(words: Any) -> None:
    components.paragraph(words("search.examples"), "note")
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES:
            link("search", example, {"q": example}, icon=":material/search:")


def _hits(context: Context, hits: list[Hit]) -> None:
    words = context.words
    with context.record.reading() as session:
        fields = corrected_fields(session, context.actor, [hit.document_id for hit in hits])
        same = copies(session, context.actor, [hit.story_id for hit in hits if hit.story_id is not None])
    for hit in hits:
        number = same.get(hit.story_id or 0, 1)
        with st.container(border=True, gap=None, key=f"hit-{hit.document_id}"):
            st.html(hit_html(hit, fields.get(hit.document_id, set()), same, context))
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                _hit_actions(context, hit, number)
                if number > 1 and hit.story_id is not None:
                    link("search", words("search.copies", n=number), {"noi_dung": str(hit.story_id)}, icon=":material/content_copy:")
                link("search", words("search.similar"), {LIKE: str(hit.document_id)}, icon=":material/hub:")


def _hit_actions(context: Context, hit: Hit, copies: int) -> None:
    """What an officer does with a hit: its labels, its place, that it is about something else, an answer to it."""
    if hit.annotation is None or not context.actor.may(Role.officer):
        return
    show_tick(context, hit)
    if st.button(context.words("label.correct"), key=f"correct-{hit.document_id}", type="tertiary", icon=":material/edit:"):
        ask(context, hit, copies)
    show_place_menu(context, hit.document_id, Annotation.model_validate(hit.annotation).all_provinces())
    show_irrelevant(context, hit)
    about = partial(case_about_document, context, hit.document_id)
    show_answer_menu(context, f"piece-{hit.document_id}", about, with_case=True, quiet=True)


def _facets(context: Context, form: SearchForm, result: SearchResult) -> None:
    words = context.words
    for facet, name in FACET_FILTERS.items():
        counts = result.facets.get(facet, {})
        if not counts:
            continue
        components.section(words(f"search.{name}"))
        with st.container(key=f"facet-{name}", gap=None):
            for value, number in list(counts.items())[:FACET_VALUES]:
                mark = "✓ " if value in form.values(name) else ""
                label = words("search.facet", name=mark + value_name(context, name, value), n=words.number(number))
                link("search", label, write_form(form.toggled(name, value)))


if __name__ == "__main__":
    show()
