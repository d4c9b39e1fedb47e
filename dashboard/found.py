"""What a search has found, kept for as long as somebody turns its pages or opens and closes what stands beside it."""

from dataclasses import replace

import streamlit as st

from dashboard.context import Context, current_index, settings_key
from dashboard.search_form import SearchForm, request_of
from dashboard.stamp import stamp
from index.interface import SearchRequest, SearchResult
from index.search import search

KEPT_SECONDS = 20


@st.cache_data(show_spinner=False, ttl=KEPT_SECONDS, max_entries=100)
def _found(key: str, office: str, action: int, request: str, _context: Context) -> SearchResult:  # noqa: ARG001
    asked = SearchRequest.model_validate_json(request)
    return search(_context.record, current_index(), _context.actor, asked, _context.settings.config_dir)


def _kept(context: Context, request: SearchRequest) -> SearchResult:
    # A correction is seen at once: like every action it leaves a trace in the audit trail.
    action, _, _ = stamp(context.record)
    return _found(settings_key(context.settings), context.actor.office, action, request.model_dump_json(), context)


def result_of(context: Context, form: SearchForm) -> SearchResult:
    """The page of hits that a form asks for, with the counts beside it, which are the same on each of its pages."""
    request = request_of(form)
    first = _kept(context, request.model_copy(update={"offset": 0}))
    if not request.offset:
        return first
    return replace(_kept(context, request.model_copy(update={"facets": False})), facets=first.facets)
