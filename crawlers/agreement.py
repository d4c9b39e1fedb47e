"""Whether a source's selectors still find what stands on its pages: their text is held against the generic extraction's.

A layout that changes makes selectors find half a text, or another one, without any error. Two ways to read a page rarely go wrong
together: where they part for page after page, somebody has to look (:mod:`crawlers.health`). The second reading costs as much as all the
rest of a page, so not every page gets one; which do is said in ``config/crawling.yaml`` (``compared_...``).
"""

from collections import Counter, deque
from statistics import median
from zlib import crc32

from crawlers.article import Article
from crawlers.article_text import generic_text
from crawlers.health_rules import HealthRules
from crawlers.page import Page
from langnghe.stories import syllables


def agreement(one: str, other: str) -> float:
    """F1 of the words (as a multiset, without case and marks) that two texts share, 0 to 1."""
    words, others = Counter(syllables(one)), Counter(syllables(other))
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 1.0


class Watch:
    """Compares some of the pages of one run of a source: all until it is known to agree, then a fixed share and what is short."""

    def __init__(self, rules: HealthRules) -> None:
        self.rules = rules
        self.latest: deque[float] = deque(maxlen=rules.compared_first)

    def _is_known_to_agree(self) -> bool:
        return len(self.latest) == self.rules.compared_first and median(self.latest) >= self.rules.agreement_least

    def is_due(self, article: Article) -> bool:
        """Whether a page is compared; the same page always is or always is not, once the source is known to agree."""
        in_share = crc32(article.url.encode()) % self.rules.compared_one_in == 0
        return not self._is_known_to_agree() or in_share or len(article.text) < self.rules.compared_short

    def compare(self, page: Page, article: Article, *, has_selectors: bool) -> float | None:
        """How far the two readings agree; 0 where the selectors found nothing, None where the page is not compared."""
        if not has_selectors:
            return None
        if article.by == "selectors" and not self.is_due(article):
            return None
        agreed = agreement(article.text, generic_text(page)) if article.by == "selectors" else 0.0
        self.latest.append(agreed)
        return agreed
