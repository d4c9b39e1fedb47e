"""A search as the address of the page holds it, and what it asks of the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from index.interface import SearchRequest

PAGE_SIZE = 10
PARAMETERS = {
    "provinces": "tinh",
    "topics": "chu_de",
    "sentiments": "sac_thai",
    "intents": "y_dinh",
    "concerns": "muc",
    "kinds": "loai",
    "sources": "nguon",
    "stories": "noi_dung",
}
"""Filter → its parameter in the address; several values are joined by commas. Mails write the same ones (``alerts.links``)."""
FACET_FILTERS = {
    "province": "provinces",
    "topic": "topics",
    "sentiment": "sentiments",
    "intent": "intents",
    "kind": "kinds",
    "source": "sources",
}
"""Facet of the index → the filter that its values go into, in the order in which they are shown."""
MOST_PAGES = 100


@dataclass(frozen=True)
class SearchForm:
    """What the reader has entered; ``everything`` includes pieces that do not concern the insurances."""

    words: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    newest: bool = False
    everything: bool = False
    page: int = 1

    def values(self, name: str) -> tuple[str, ...]:
        """Chosen values of a filter."""
        return self.filters.get(name, ())

    def with_filter(self, name: str, values: tuple[str, ...]) -> "SearchForm":
        """The same search with other values of a filter, from its first page."""
        return replace(self, filters={**self.filters, name: values}, page=1)

    def toggled(self, name: str, value: str) -> "SearchForm":
        """The same search with a value chosen, or no longer."""
        chosen = self.values(name)
        return self.with_filter(name, tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not self.words and not any(self.filters.values()) and self.first_day is None and self.last_day is None

    @property
    def chosen(self) -> int:
        """How many filters are set, the words aside."""
        days = (self.first_day is not None) + (self.last_day is not None)
        return sum(bool(values) for values in self.filters.values()) + days + self.everything


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _page(text: str | None) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text and text.isascii() and text.isdigit() else 1


def read_form(parameters: Mapping[str, str], known: Mapping[str, set[str]]) -> SearchForm:
    """The search of an address; what is not known there is left out, so that an old link still leads somewhere.

    Args:
        parameters: of the address.
        known: filter → values that exist; a filter that is not in it takes any.
    """
    filters: dict[str, tuple[str, ...]] = {}
    for name, parameter in PARAMETERS.items():
        given = [value for value in parameters.get(parameter, "").split(",") if value]
        if name in ("stories", "concerns"):
            given = [value for value in given if value.isascii() and value.isdigit()]
        values = tuple(dict.fromkeys(value for value in given if name not in known or value in known[name]))
        if values:
            filters[name] = values
    return SearchForm(
        words=parameters.get("q", ""),
        filters=filters,
        first_day=_day(parameters.get("tu")),
        last_day=_day(parameters.get("den")),
        newest=parameters.get("sap_xep") == "moi",
        everything=parameters.get("tat_ca") == "1",
        page=_page(parameters.get("trang")),
    )


def write_form(form: SearchForm) -> dict[str, str]:
    """The parameters of the address of a search; what is at its default is left out."""
    given = {
        "q": form.words.strip(),
        **{parameter: ",".join(form.values(name)) for name, parameter in PARAMETERS.items()},
        "tu": form.first_day.isoformat() if form.first_day else "",
        "den": form.last_day.isoformat() if form.last_day else "",
        "sap_xep": "moi" if form.newest else "",
        "tat_ca": "1" if form.everything else "",
        "trang": str(form.page) if form.page > 1 else "",
    }
    return {name: value for name, value in given.items() if value}


def request_of(form: SearchForm) -> SearchRequest:
    """What is asked of the index."""
    more: dict[str, Any] = {name: tuple(map(int, form.values(name))) for name in ("stories", "concerns")}
    return SearchRequest(
        query=form.words,
        first_day=form.first_day,
        last_day=form.last_day,
        provinces=form.values("provinces"),
        topics=form.values("topics"),
        sentiments=form.values("sentiments"),
        intents=form.values("intents"),
        kinds=form.values("kinds"),
        sources=form.values("sources"),
        relevant=None if form.everything else True,
        sort="newest" if form.newest or not form.words else "relevance",
        limit=PAGE_SIZE,
        offset=(form.page - 1) * PAGE_SIZE,
        facets=True,
        **more,
    )


def pages_of(total: int) -> int:
    """Pages that can be turned to."""
    return min(max(-(-total // PAGE_SIZE), 1), MOST_PAGES)
