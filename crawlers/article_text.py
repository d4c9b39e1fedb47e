"""The text of an article: what the structure's selectors find, else what trafilatura does, completed by what it leaves out."""

import copy
import re

from crawlers.page import Page, block_text, clean, prune, select
from crawlers.structures import Selectors
from langnghe.folding import fold

_RELATED_LINE = re.compile(r"^(>+|»|\*?\s*(mời (độc giả|bạn) (đọc|xem)|xem thêm|đọc thêm|tin liên quan)\s*[:>])", re.IGNORECASE)
_SIGNATURE = re.compile(r"(?:theo |nguồn:? ?)?(?:[^\W\d_a-zà-ỹ][\w.]*[ ,-]*){1,6}(?:\([^)]{2,30}\))?")
"""A line of names, as an article's author signs it."""
LONGEST_SIGNATURE = 45
SAME_BEGINNING = 40
"""Characters by which a lead is known again that metadata cut short."""


def _without_related(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not _RELATED_LINE.match(line))


def selected_text(page: Page, chosen: Selectors) -> str:
    """What the first fruitful selector finds, a line for each block; empty where none finds anything."""
    for selector in chosen.body:
        for element in select(page.tree, selector):
            if text := _without_related(block_text(prune(copy.deepcopy(element), chosen.drop))):
                return text
    return ""


def generic_text(page: Page) -> str:
    """What trafilatura takes for the page's text, a line for each block; empty where it finds none."""
    import trafilatura  # a quarter of a second that pages of known structure do not need

    if not page.is_markup:
        return ""
    # It works on a copy of the tree.
    text = trafilatura.extract(page.tree, url=page.url, include_comments=False, include_formatting=False)
    lines = (clean(line).removeprefix("- ") for line in (text or "").split("\n"))
    return _without_related("\n".join(line for line in lines if line))


def _shown(lead: str, page: Page) -> str | None:
    """The lead as readers see it: metadata may cut it short, or hold what the page does not show."""
    beginning = fold(lead)[:SAME_BEGINNING]
    return next((line for line in page.visible_text.split("\n") if len(line) >= len(lead) - 3 and fold(line).startswith(beginning)), None)


def completed(text: str, page: Page, title: str | None, lead: str | None) -> str:
    """A generic text with the lead that stands above it, without title and signature."""
    lines = text.split("\n")
    if title and fold(lines[0]) == fold(title):
        lines = lines[1:]
    if len(lines) > 1 and len(lines[-1]) <= LONGEST_SIGNATURE and _SIGNATURE.fullmatch(lines[-1]):
        lines = lines[:-1]
    if lead and len(lead) >= SAME_BEGINNING and fold(lead)[:SAME_BEGINNING] not in fold(text) and (shown := _shown(lead, page)):
        lines = [shown, *lines]
    return "\n".join(lines)
