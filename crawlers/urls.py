"""Addresses: one form for all ways to write one, so that a page is one page."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|zarsrc|zalo_\w+|gidzl|mc_[ce]id|igshid|_ga|ref|ref_src|share|vn_\w+)$", re.IGNORECASE)
"""Parameters that say where a reader came from, not what is read."""


def tidy(url: str) -> str:
    """A URL without fragment, tracking and default port, its parameters sorted, its host in lower case."""
    parts = urlsplit(url.strip())
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(name)])
    host = (parts.hostname or "").lower()
    port = "" if parts.port in (None, 80 if parts.scheme == "http" else 443) else f":{parts.port}"
    tidied: str = canonicalize_url(urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", query, "")))
    return tidied


def absolute(base: str, link: str | None) -> str | None:
    """A link of a page as a tidy URL; None for what leads nowhere on the web."""
    if not link:
        return None
    try:
        url = urljoin(base, link.strip())
        return tidy(url) if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The host, without ``www.``."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.")


def is_home(url: str) -> bool:
    """Whether it is the front page of its host."""
    parts = urlsplit(url)
    return parts.path in {"", "/", "/index.html", "/index.htm"} and not parts.query
