"""Addresses of the dashboard's pages; they carry no token, whoever follows one logs in first."""

from datetime import date
from urllib.parse import urlencode

from langnghe.places import NOWHERE


def concern_link(dashboard: str, concern_id: int) -> str:
    """The page of a concern."""
    return f"{dashboard.rstrip('/')}/concern?{urlencode({'id': concern_id})}"


def case_link(dashboard: str, case_id: int) -> str:
    """The page of a case."""
    return f"{dashboard.rstrip('/')}/case?{urlencode({'id': case_id})}"


def search_link(
    dashboard: str,
    *,
    words: str = "",
    province: str | None = None,
    topic: str | None = None,
    sentiment: str | None = None,
    intent: str | None = None,
    kind: str | None = None,
    source: str | None = None,
    severity: int | None = None,
    story: int | None = None,
    start: date | None = None,
    end: date | None = None,
) -> str:
    """The search that counts the same documents as a number does; every address of a search has this form."""
    given = {
        "q": words,
        "tinh": None if province == NOWHERE else province,
        "chu_de": topic,
        "sac_thai": sentiment,
        "y_dinh": intent,
        "loai": kind,
        "nguon": source,
        "muc": None if severity is None else str(severity),
        "noi_dung": None if story is None else str(story),
        "tu": start and start.isoformat(),
        "den": end and end.isoformat(),
    }
    return f"{dashboard.rstrip('/')}/search?{urlencode({name: value for name, value in given.items() if value})}"
