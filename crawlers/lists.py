"""What feeds and section pages lead to."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import feedparser

from crawlers.article import HEADLINE_WORDS
from crawlers.dates import Reading, parse_date
from crawlers.page import Page, inline_text, select, values
from crawlers.structures import Selectors


class BadFeed(ValueError):
    """It is no feed."""


@dataclass(frozen=True)
class Feed:
    """A feed's links in its order, the time of its newest entry, and what is wrong with its form."""

    links: tuple[str | None, ...]
    newest: datetime | None
    malformed: str | None


def read_feed(page: Page, reading: Reading | None = None) -> Feed:
    """An RSS or Atom feed; a broken one gives what can be read of it.

    Raises:
        BadFeed: there is no feed in it.
    """
    feed = feedparser.parse(io.BytesIO(page.body), response_headers={"content-type": page.content_type or "application/xml"})
    if not feed.entries and not feed.get("version"):
        raise BadFeed(f"no feed: {feed.get('bozo_exception') or 'neither RSS nor Atom'}")
    stated = (entry.get("published") or entry.get("dc_date") for entry in feed.entries)
    times = [moment for text in stated if text and (moment := parse_date(str(text), page.fetched, reading))]
    malformed = f"malformed: {feed.bozo_exception}" if feed.bozo else None
    return Feed(tuple(entry.get("link") for entry in feed.entries), max(times, default=None), malformed)


def listed_links(page: Page, selectors: Selectors) -> Iterator[str | None]:
    """Links of a section page to articles: those that the selectors find, else those that read like headlines."""
    if selectors.links:
        for selector in selectors.links:
            yield from (link.get("href") for link in select(page.tree, selector))
    else:
        headlines = (link for link in select(page.tree, "a[href]") if len(inline_text(link).split()) >= HEADLINE_WORDS)
        yield from (link.get("href") for link in headlines)


def newest_listed(page: Page, selectors: Selectors, reading: Reading) -> datetime | None:
    """The latest time that a section page shows for what it lists; None where it shows none."""
    texts = [text for selector in selectors.dates for text in values(page.tree, selector)]
    return max((moment for text in texts if (moment := parse_date(text, page.fetched, reading))), default=None)
