"""Answers with status 200 that are no content: challenges, cookie walls, home pages and "not found" in disguise."""

import re
from urllib.parse import urlsplit

from crawlers.page import Page, first
from crawlers.urls import is_home
from langnghe.folding import fold

_CHALLENGE_SIGNS = (
    "_cf_chl_opt", "challenge-platform/", "challenge-error-text", "cf-captcha-container", "px-captcha", "/_incapsula_resource",
    "ddos-guard",
)  # fmt: skip
_CHALLENGE = re.compile(r"<title>\s*(?:just a moment|attention required|access denied)|g-recaptcha-response[^>]*required")
_RELOADS = re.compile(r"(window\.|document\.)?location(\.href)?\s*(\.reload|\.replace|=)")
_SETS_COOKIE = re.compile(r"document\.cookie\s*=")
_MISSING = re.compile(
    r"^\W*(?:loi |error )?404\b|\bpage not found|^\W*not found|\bkhong tim thay (?:trang|bai|noi dung|duong dan|lien ket|chu de)"
    r"|\b(?:trang|bai viet|chu de|noi dung|duong dan|lien ket)\b[^.]{0,40}\b(?:khong ton tai|khong tim thay|da bi xoa|da bi go|khong con)"
)
LOGIN = re.compile(r"\b(ban phai dang nhap|ban can dang nhap|vui long dang nhap|you must be logged in|log ?in to continue)\b")
SMALL_WALL = 6_000
"""Characters: a page that only sets a cookie and loads itself again is shorter."""
SHORT = 400
"""Characters of text: a page that says "not found" and little else is shorter."""


def _is_challenge(head: str) -> bool:
    return any(sign in head for sign in _CHALLENGE_SIGNS) or _CHALLENGE.search(head) is not None


def is_blocked(page: Page) -> str | None:
    """Why the page is a wall, or None."""
    head = page.text[:30_000]
    if _is_challenge(head.lower()) and len(page.visible_text) < SHORT * 3:
        return "challenge"
    if len(page.text) < SMALL_WALL and _SETS_COOKIE.search(head) and _RELOADS.search(head) and not page.visible_text:
        return "cookie wall"
    if len(page.text) < SMALL_WALL * 10 and len(page.visible_text) < SHORT * 2 and LOGIN.search(fold(page.visible_text)):
        return "login wall"
    return None


def is_missing(page: Page) -> str | None:
    """Why the page stands for one that does not exist, or None."""
    canonical = page.canonical_url
    if canonical and is_home(canonical) and not is_home(page.url) and not urlsplit(page.url).query:
        return "soft 404: the home page instead of the page"
    title = fold(" ".join(filter(None, (first(page.tree, ["title"]), first(page.tree, ["h1"])))))
    if _MISSING.search(title) and len(page.visible_text) < SHORT * 5:
        return "soft 404: says that it was not found"
    return None
