"""Whether a source's selectors still find what stands on its pages: their text is held against the generic extraction's.

A layout that changes makes selectors find half a text, or another one, without any error. Two ways to read a page rarely go wrong
together: where they part for page after page, somebody has to look (:mod:`crawlers.health`).
"""

from collections import Counter

from crawlers.article import Article
from crawlers.article_text import generic_text
from crawlers.page import Page
from langnghe.stories import syllables

FIRST, THEN_EVERY = 4, 25
"""The first pages of a run are compared, then every so many: the generic extraction costs twenty milliseconds."""


def agreement(one: str, other: str) -> float:
    """F1 of the words (as a multiset, without case and marks) that two texts share, 0 to 1."""
    words, others = Counter(syllables(one)), Counter(syllables(other))
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 1.0


class Watch:
    """Compares some of the pages of one run."""

    def __init__(self) -> None:
        self.seen = 0

    def compare(self, page: Page, article: Article, *, has_selectors: bool) -> float | None:
        """How far the two readings agree; 0 where the selectors found nothing, None where the page is not compared."""
        if not has_selectors:
            return None
        if article.by != "selectors":
            return 0.0
        self.seen += 1
        if self.seen > FIRST and self.seen % THEN_EVERY:
            return None
        return agreement(article.text, generic_text(page))
