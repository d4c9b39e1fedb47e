"""Correcting a label in place: it counts at once, survives a new annotation, and is searchable when the page comes back."""

from functools import partial
from typing import Any

import streamlit as st

from dashboard import components
from dashboard.context import Context, current_index
from dashboard.results import label_name
from dashboard.trouble import acting
from index.interface import Hit, open_index
from index.synchronise import drain_outbox
from langnghe.actor import Role
from langnghe.documents import Annotation
from langnghe.errors import LangngheError
from langnghe.folding import fold
from langnghe.places import NOWHERE
from langnghe.record.corrections import correct

PATIENCE = 5.0
"""Seconds to wait for another writer of the index; what waits longer is taken up by that one."""
Values = dict[str, Any]


def present_values(annotation: Annotation) -> Values:
    """What stands there now, by field."""
    return {
        "relevant": annotation.relevant,
        "topics": annotation.topic_ids(),
        "sentiment": annotation.sentiment.label,
        "intent": annotation.intent.label,
        "concern": annotation.concern,
        "provinces": annotation.all_provinces(),
    }


def changes(before: Values, after: Values) -> Values:
    """Fields whose value is another one; the order of topics and provinces says nothing."""

    def plain(value: Any) -> Any:
        return sorted(value) if isinstance(value, list) else value

    if before["relevant"] and not after["relevant"]:
        return {"relevant": False}
    return {field: value for field, value in after.items() if plain(value) != plain(before[field])}


def save(context: Context, document_id: int, changed: Values, *, whole_story: bool) -> int:
    """Store corrections; gives how many documents changed."""
    number = 0
    for field, value in changed.items():
        number = correct(context.record, context.actor, document_id, field, value, context.labels, context.places, whole_story=whole_story)
    return number


def make_searchable(context: Context) -> bool:
    """Bring the index up to the record; False where another process will do it, or there is no index now."""
    try:
        index = open_index(context.settings)
        try:
            drain_outbox(context.record, index, patience=PATIENCE)
        finally:
            index.close()
        current_index().refresh()
    except LangngheError:
        return False
    return True


def _form(context: Context, present: Values, copies: int, prefix: str) -> None:
    words = context.words
    st.toggle(words("label.relevant"), value=present["relevant"], key=f"{prefix}relevant")
    topics = [topic.id for topic in context.labels.topics]
    chosen = [topic for topic in present["topics"] if topic in topics]
    hint = words("search.any")
    st.multiselect(words("search.topics"), topics, chosen, format_func=context.topic, placeholder=hint, key=f"{prefix}topics")
    left, right = st.columns(2)
    for column, group in ((left, "sentiment"), (right, "intent")):
        known = [label.id for label in getattr(context.labels, group)]
        name, at = partial(label_name, context, group), known.index(present[group])
        column.selectbox(words(f"search.{group}s"), known, at, format_func=name, key=f"{prefix}{group}")
    levels = [int(label.id) for label in context.labels.concern]
    at = levels.index(present["concern"])
    name = partial(label_name, context, "concern")
    st.selectbox(words("search.concerns"), levels, at, format_func=name, key=f"{prefix}concern")
    # A piece of before July 2025 keeps the province of its own day; it can be given one of today too.
    provinces = list(dict.fromkeys([*present["provinces"], *(province.id for province in context.places.of_34)]))
    here = present["provinces"]
    st.multiselect(words("search.provinces"), provinces, here, format_func=context.places.name, placeholder=hint, key=f"{prefix}provinces")
    if copies > 1:
        st.checkbox(words("label.whole_story", n=copies), value=True, key=f"{prefix}whole")


def ask(context: Context, hit: Hit, copies: int) -> None:
    """The dialog in which an officer corrects the labels of a hit."""
    words, prefix = context.words, f"label-{hit.document_id}-"

    def body() -> None:
        present = present_values(Annotation.model_validate(hit.annotation))
        components.paragraph(words("label.correct_what"), "note")
        with st.form(f"correct-form-{hit.document_id}", border=False):
            _form(context, present, copies, prefix)
            store = partial(_store, context, hit.document_id, present, prefix)
            if st.form_submit_button(words("label.save"), type="primary", on_click=store):
                st.rerun()

    st.dialog(words("label.correct"))(body)()


def show_irrelevant(context: Context, hit: Hit) -> None:
    """The button that takes a piece that is about something else out of the counts, with its whole story: one click."""
    if hit.annotation is None or not hit.annotation["relevant"] or not context.actor.may(Role.officer):
        return
    leave = partial(_store_changes, context, hit.document_id, {"relevant": False}, whole_story=True)
    st.button(
        context.words("label.irrelevant"), key=f"irrelevant-{hit.document_id}", type="tertiary", icon=":material/block:", on_click=leave
    )


def places_to_choose(context: Context, present: list[str]) -> list[str]:
    """Where a piece may belong instead: one of several that it has, the session's own province, then all of them by their names."""
    several = present if len(present) > 1 else []
    own = [] if context.actor.is_national else [context.actor.office]
    every = [province.id for province in sorted(context.places.of_34, key=lambda province: fold(province.name))]
    return [code for code in dict.fromkeys([*several, *own, *every]) if [code] != present]


def show_place_menu(context: Context, document_id: int, present: list[str]) -> None:
    """The menu that gives a piece with its whole story another province: two clicks. Several provinces are set in the dialog."""
    if not context.actor.may(Role.officer):
        return
    words, key = context.words, f"place-{document_id}"
    codes: dict[str, str] = {}
    for code in places_to_choose(context, present):
        # An old province and the one of today may share a name, by which the menu tells what was chosen.
        codes.setdefault(context.places.name(code), code)
    if present:
        codes[words("label.no_place")] = NOWHERE
    move = partial(_move, context, document_id, key, codes)
    st.menu_button(words("label.place_wrong"), list(codes), key=key, type="tertiary", icon=":material/wrong_location:", on_click=move)


def _move(context: Context, document_id: int, key: str, codes: dict[str, str]) -> None:
    place, moved = st.session_state[key], 0
    with acting("label.saved"):
        provinces = [code for code in [codes[place]] if code != NOWHERE]
        moved = save(context, document_id, {"provinces": provinces}, whole_story=True)
    if moved:
        said = context.words("label.moved", n=moved, place=place)
        st.session_state["flash"] = ("did", said if make_searchable(context) else f"{said} {context.words('label.search_later')}")


def _store_changes(context: Context, document_id: int, changed: Values, *, whole_story: bool) -> None:
    with acting("label.saved"):
        save(context, document_id, changed, whole_story=whole_story)
    if st.session_state["flash"][0] == "done" and not make_searchable(context):
        st.session_state["flash"] = ("done", "label.saved_later")


def _store(context: Context, document_id: int, present: Values, prefix: str) -> None:
    """Take what the dialog holds."""
    changed = changes(present, {field: st.session_state[prefix + field] for field in present})
    if changed:
        _store_changes(context, document_id, changed, whole_story=bool(st.session_state.get(f"{prefix}whole")))
