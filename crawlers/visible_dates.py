"""The date that a page shows its readers, where no metadata says it: a short line near the title."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from crawlers.dates import Reading, parse_date
from crawlers.page import Page, inline_text, select
from langnghe.folding import fold

LONGEST_LINE = 70
"""Characters of a line that is a date and little else."""
NEAR = 25
"""Lines before and after the title among which its date is looked for."""
_DAY = r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2} (?:thang|thg) \w+(?: \w+)?,?(?: nam)? \d{4}"
_FULL = re.compile(rf"(?:{_DAY}).*\d{{1,2}}\s?[:hg]\s?\d{{2}}|\d{{1,2}}\s?[:hg]\s?\d{{2}}.*(?:{_DAY})")
_DAY_ALONE = re.compile(_DAY)
_RELATIVE = re.compile(r"\d+ ?(?:phut|gio|ngay|h|') ?truoc|hom (?:qua|nay),? (?:luc )?\d{1,2}[:h]\d{2}|vua xong")
_LINES = frozenset({"p", "div", "span", "time", "li", "td", "em", "i", "small", "h5", "h6", "b", "strong", "label", "abbr"})


def _lines(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Short elements without others below them that are short lines too, in the order of the page."""
    for element in tree.iter(*_LINES):
        own = (element.text or "").strip() or len(element) == 0 or element.tag == "time"
        if own and 4 <= len(text := inline_text(element)) <= LONGEST_LINE:
            yield element, text


def _near_title(page: Page) -> list[str]:
    """Short lines around the page's first heading, the nearest first."""
    titles = [title for title in select(page.tree, "h1") if inline_text(title)]
    if not titles:
        return []
    order = {element: number for number, element in enumerate(page.tree.iter())}
    found = list(_lines(page.tree))
    after = [text for element, text in found if order[element] > order[titles[0]]][:NEAR]
    before = [text for element, text in found if order[element] < order[titles[0]]][-NEAR:][::-1]
    mixed = [line for pair in zip(after, before, strict=False) for line in pair]
    return mixed + after[len(before) :] + before[len(after) :]


def visible_date(page: Page, reading: Reading | None = None) -> datetime | None:
    """The moment in the line nearest to the title that gives day and time; else an age, else a day."""
    lines = _near_title(page)
    for form in (_FULL, _RELATIVE, _DAY_ALONE):
        for line in lines:
            if form.search(fold(line)) and (moment := parse_date(line, page.fetched, reading)):
                return moment
    return None
