"""Tìm kiếm › one correction for all pieces that were ticked."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import components
from dashboard.context import Context
from dashboard.correcting import make_searchable
from dashboard.results import label_name
from dashboard.trouble import Said, acting
from index.interface import Hit
from langnghe.actor import Role
from langnghe.record.corrections import correct

FIELDS = ("relevant", "sentiment", "intent", "concern", "topics", "provinces")
PICKED = "picked-"
"""Beginning of the names of the ticks in the session's state."""


def picked(hits: Sequence[Hit]) -> list[int]:
    """The documents that are ticked."""
    return [hit.document_id for hit in hits if st.session_state.get(f"{PICKED}{hit.document_id}")]


def show_tick(context: Context, hit: Hit) -> None:
    """The tick of one hit, below its title."""
    st.checkbox(context.words("bulk.tick"), key=f"{PICKED}{hit.document_id}")


def show_bulk(context: Context, hits: Sequence[Hit]) -> None:
    """The form that corrects what is ticked; officers alone are offered it."""
    words, chosen = context.words, picked(hits)
    if not context.actor.may(Role.officer) or not any(hit.annotation for hit in hits):
        return
    with st.popover(words("bulk.open", n=len(chosen)), icon=":material/checklist:"):
        if not chosen:
            components.paragraph(words("bulk.how"), "note")
            return
        field = st.selectbox(words("bulk.field"), FIELDS, format_func=lambda one: words(f"admin.field_{one}"), key="bulk-field")
        value = _value(context, field)
        act = partial(_correct_all, context, chosen, field, value)
        st.button(words("bulk.do", n=len(chosen)), type="primary", on_click=act, key="bulk-do")


def _value(context: Context, field: str) -> Any:
    words, labels = context.words, context.labels
    hint, key = words("search.any"), f"bulk-{field}"
    if field == "relevant":
        shown = {False: words("label.irrelevant"), True: words("label.relevant")}
        return st.radio(words("admin.field_relevant"), list(shown), format_func=shown.__getitem__, key=key, label_visibility="collapsed")
    if field == "topics":
        topics = [topic.id for topic in labels.topics]
        return st.multiselect(words("search.topics"), topics, format_func=context.topic, placeholder=hint, key=key)
    if field == "provinces":
        codes = [province.id for province in context.places.of_34]
        return st.multiselect(words("search.provinces"), codes, format_func=context.places.name, placeholder=hint, key=key)
    known: list[str | int] = [int(label.id) if field == "concern" else label.id for label in getattr(labels, field)]
    return st.selectbox(words(f"search.{field}s"), known, format_func=partial(label_name, context, field), key=key)


def _correct_all(context: Context, documents: Sequence[int], field: str, value: Any) -> None:
    with acting("bulk.done"):
        if field == "topics" and not value:
            raise Said(context.words("bulk.nothing"))
        for document in documents:
            correct(context.record, context.actor, document, field, value, context.labels, context.places)
    if st.session_state["flash"][0] != "done":
        return
    for document in documents:
        st.session_state[f"{PICKED}{document}"] = False
    if not make_searchable(context):
        st.session_state["flash"] = ("done", "label.saved_later")
