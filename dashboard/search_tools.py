"""Beside a search: searches that are kept and tell what is new, the export of a result, and what is like one piece."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import streamlit as st

from dashboard import components
from dashboard.context import Context, current_index
from dashboard.forms import Field, Values, show_form, submit
from dashboard.pages import link
from dashboard.search_form import PARAMETERS, SearchForm, request_of
from dashboard.trouble import Said
from index.export import export
from index.interface import Hit, SearchRequest
from index.saved_searches import Saved, mark_read, remove, save, saved_searches
from index.similar import similar
from langnghe.actor import Role

LIKE = "giong"
"""Parameter of the address: the piece that others are to be like."""
FORMS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv", "jsonl": "application/x-ndjson"}
NAMES = {"xlsx": "Excel", "csv": "CSV", "jsonl": "JSON Lines"}
MOST_EXPORTED = 20_000
"""Rows that are written while the officer waits; larger ones are exported on the command line."""
SHOWN_SAVED = 6


def form_of_like() -> int | None:
    """The piece that the address asks for others like it."""
    asked = st.query_params.get(LIKE, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None


def show_similar(context: Context, document_id: int, show_hits: Callable[[Context, list[Hit]], None]) -> None:
    """What is like one piece."""
    words = context.words
    found = similar(context.record, current_index(), context.actor, document_id, config_dir=context.settings.config_dir)
    link("search", words("search.back"), icon=":material/arrow_back:")
    components.section(words("search.similar_title"), words("search.similar_note"))
    if not found:
        components.empty(words("search.no_similar"), words("search.no_similar_do"))
        return
    show_hits(context, found)


def parameters_of(request: SearchRequest) -> dict[str, str]:
    """The address of a search that was kept."""
    given = {
        "q": request.query,
        **{parameter: ",".join(map(str, getattr(request, name))) for name, parameter in PARAMETERS.items()},
        "tu": request.first_day.isoformat() if request.first_day else "",
        "den": request.last_day.isoformat() if request.last_day else "",
        "sap_xep": "moi" if request.sort == "newest" else "",
        "tat_ca": "" if request.relevant else "1",
    }
    return {name: value for name, value in given.items() if value}


def show_saved(context: Context) -> None:
    """The searches that are kept, with how many pieces are new."""
    words, known = context.words, saved_searches(context.record, context.actor)
    if not known:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="search-saved"):
        for one in known[:SHOWN_SAVED]:
            label = words("search.saved_new", name=one.name, n=one.new) if one.new else one.name
            link("search", label, parameters_of(one.request), icon=":material/bookmark:")
        with st.popover(words("search.manage"), icon=":material/bookmarks:"):
            for one in known:
                _manage(context, one)


def show_keep(context: Context, form: SearchForm) -> None:
    """The way to keep this search and be told what is new in it."""
    words = context.words
    if form.is_empty or not context.actor.may(Role.officer, context.actor.office):
        return
    with st.popover(words("search.keep"), icon=":material/bookmark_add:"):
        fields = [
            Field("name", words("search.keep_name")),
            Field("shared", words("search.keep_shared"), "switch"),
            Field("in_digest", words("search.keep_digest"), "switch"),
        ]
        show_form(fields, "keep-search", words("search.keep"), partial(_keep, context, form), "search.kept")


def _keep(context: Context, form: SearchForm, values: Values) -> None:
    if not values["name"]:
        raise Said(context.words("search.keep_name_missing"))
    request = request_of(form).model_copy(update={"offset": 0})
    save(context.record, context.actor, values["name"], request, shared=bool(values["shared"]), in_digest=bool(values["in_digest"]))


def _manage(context: Context, one: Saved) -> None:
    words = context.words
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.text(one.name)
        read = partial(_mark, context, one.id)
        st.button(words("search.mark_read", n=one.new), key=f"read-{one.id}", on_click=submit, args=(read, "press.saved"), type="tertiary")
        drop = partial(_remove, context, one.id)
        st.button(words("press.drop"), key=f"unkeep-{one.id}", on_click=submit, args=(drop, "press.saved"), type="tertiary")


def _mark(context: Context, key: int, _: Values) -> None:
    mark_read(context.record, context.actor, key)


def _remove(context: Context, key: int, _: Values) -> None:
    remove(context.record, context.actor, key)


def exported(context: Context, form: SearchForm, kind: str) -> bytes:
    """The result as a file; the service enters the export into the audit trail."""
    out = BytesIO()
    request = request_of(form).model_copy(update={"offset": 0, "facets": False})
    export(context.record, current_index(), context.actor, request, kind, out, context.settings.config_dir, language=context.words.language)
    return out.getvalue()


def show_export(context: Context, form: SearchForm, total: int) -> None:
    """Take the whole result home."""
    words = context.words
    with st.popover(words("search.export"), icon=":material/download:"):
        components.paragraph(words("search.export_note", n=words.number(total)), "note")
        if total > MOST_EXPORTED:
            components.paragraph(words("search.export_long", n=words.number(MOST_EXPORTED)), "note")
            return
        with st.container(horizontal=True):
            for kind, mime in FORMS.items():
                data = partial(exported, context, form, kind)
                st.download_button(NAMES[kind], data, f"lang-nghe.{kind}", mime, key=f"export-{kind}", on_click="ignore")
