"""Tìm kiếm › which pieces would teach the machine most: the ones that it doubts, to be labelled in place."""

from collections.abc import Callable

import streamlit as st

from dashboard import components
from dashboard.context import Context, current_index, settings_key
from dashboard.pages import link
from index.hits import load_hits
from index.interface import Hit, Plan
from index.lexicon import load_lexicon
from index.nodes import Combined, OneOf
from index.why import Wanted
from langnghe.actor import Role
from nlp.learning.suggestions import Suggestion, suggest

TEACH = "day"
"""Parameter of the address that asks for the pieces that would teach most."""
SUGGESTED, PAGE_SIZE = 50, 10
KEPT_SECONDS = 1800


def wants_teaching() -> bool:
    """Whether the address asks for the pieces that would teach most."""
    return st.query_params.get(TEACH) == "1"


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=40)
def _suggested(key: str, office: str, _context: Context) -> list[Suggestion]:  # noqa: ARG001
    return suggest(_context.record, _context.actor, SUGGESTED)


def _hits(context: Context, documents: list[int]) -> list[Hit]:
    """Documents as hits of a search, in the given order."""
    found = current_index().run(Plan(Combined(filters=(OneOf("id", tuple(documents)),)), limit=len(documents)))
    places = load_lexicon(context.settings.config_dir).places
    by_id = {hit.document_id: hit for hit in load_hits(context.record, found.hits, context.actor, [], Wanted({}, places))}
    return [by_id[document] for document in documents if document in by_id]


def show_teaching(context: Context, show_hits: Callable[[Context, list[Hit]], None]) -> None:
    """The pieces, ten at a time, those that were corrected meanwhile at rest until the list is made anew."""
    words = context.words
    link("search", words("search.back"), icon=":material/arrow_back:")
    components.section(words("teach.title"), words("teach.note", n=SUGGESTED))
    if not context.actor.may(Role.officer, context.actor.office):
        components.notice(words("teach.no_officer"))
        return
    found = _suggested(settings_key(context.settings), context.actor.office, context)
    if not found:
        components.empty(words("teach.none"), words("teach.none_do"))
        return
    pages = -(-len(found) // PAGE_SIZE)
    page = st.pagination(pages, key="teach-page") if pages > 1 else 1
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    show_hits(context, _hits(context, [one.document_id for one in shown]))
    components.paragraph(words("teach.what_for"), "note")
