"""Addresses of this site: where a login may lead, and which pages there are."""

from pathlib import Path
from urllib.parse import urlsplit

PAGES = frozenset(path.stem for path in (Path(__file__).parent / "app_pages").glob("[a-z]*.py"))
"""Every page has the address of its file."""


def local_target(address: str | None) -> str:
    """A path of this site that a login may lead to; whatever leads elsewhere becomes the first page."""
    parts = urlsplit(address or "/")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith(("//", "/\\"))
    if not is_ours or "\\" in parts.path or any(ord(sign) < 32 for sign in address or ""):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_known(path: str) -> bool:
    """Whether there is a page of that path."""
    name = path.strip("/")
    return not name or name in PAGES
