"""The pages and their addresses; a page links to another one by its name."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.components import plain_label
from langnghe.wording import Wording

HERE = Path(__file__).parent
_NEXT = "next-page"
GROUPS: dict[str, tuple[str, ...]] = {
    "nav.daily": ("today", "concern", "case", "search"),
    "nav.analysis": ("trends", "map", "drives"),
    "nav.editorial": ("editing", "intake", "reports"),
    "nav.system": ("sources", "admin", "account"),
}
"""Heading of the navigation → pages; each page is a file of ``app_pages/``, which Streamlit reads when it is opened."""
ICONS = {
    "today": ":material/today:",
    "concern": ":material/notification_important:",
    "case": ":material/assignment:",
    "search": ":material/search:",
    "trends": ":material/show_chart:",
    "map": ":material/map:",
    "editing": ":material/newspaper:",
    "drives": ":material/campaign:",
    "reports": ":material/summarize:",
    "intake": ":material/add_comment:",
    "sources": ":material/rss_feed:",
    "admin": ":material/admin_panel_settings:",
    "account": ":material/person:",
}


def _home() -> None:
    # The default page has no address of its own; mails and bookmarks need one.
    st.switch_page(page("today"))


def make_pages(words: Wording, hidden: Collection[str] = ()) -> dict[str, list[Any]]:
    """All pages by heading, ready for ``st.navigation``; those in ``hidden`` keep their address and leave the list."""
    found = {
        name: st.Page(
            HERE / "app_pages" / f"{name}.py",
            title=words(f"nav.{name}"),
            icon=ICONS[name],
            url_path=name,
            visibility="hidden" if name in hidden else "visible",
        )
        for names in GROUPS.values()
        for name in names
    }
    st.session_state["pages"] = found
    home = st.Page(_home, title=words("nav.today"), default=True, visibility="hidden")
    groups: dict[str, list[Any]] = {words(heading): [found[name] for name in names] for heading, names in GROUPS.items()}
    first = next(iter(groups))
    return groups | {first: [home, *groups[first]]}


def page(name: str) -> Any:
    """The page called ``name``."""
    return st.session_state["pages"][name]


def lead_to(name: str, parameters: Mapping[str, str]) -> None:
    """Have the action of a widget's callback end on another page, as if a link had been followed."""
    st.session_state[_NEXT] = (name, dict(parameters))


def follow() -> None:
    """Go where the last action leads, if it leads anywhere."""
    if (asked := st.session_state.pop(_NEXT, None)) is not None:
        st.switch_page(page(asked[0]), query_params=asked[1])


def link(name: str, label: str, parameters: Mapping[str, str] | None = None, *, icon: str | None = None, width: Any = "content") -> None:
    """A link to a page, with its parameters in the address."""
    # Streamlit shows a link's label as Markdown.
    st.page_link(page(name), label=plain_label(label), query_params=dict(parameters or {}), icon=icon, width=width)
