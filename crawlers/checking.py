"""Verifying sources live: whether each address of theirs answers, leads to articles, is fresh, and its articles can be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from crawlers.article import NotAnArticle
from crawlers.discourse import topic_page, topic_rows
from crawlers.extraction import extract_page, reading_of, selectors_of
from crawlers.lists import BadFeed, listed_links, newest_listed, read_feed
from crawlers.page import Page
from crawlers.probe import Fetched
from crawlers.sitemaps import BadSitemap, read_sitemap
from crawlers.sources import FORUMS, Source
from crawlers.structures import Structures
from crawlers.thread import ThreadPage, thread_rows
from crawlers.urls import absolute, is_home
from crawlers.walls import is_blocked

Fetch = Callable[[Iterable[str]], dict[str, Fetched]]
"""Fetches addresses; :func:`crawlers.probe.fetch_pages` with its settings."""
STALE = timedelta(days=4)
"""A list whose newest entry is older stands still: the section has moved, or the feed was given up."""
SAMPLES = 2
"""Articles that are tried of each source."""


@dataclass(frozen=True)
class Finding:
    """What was found at one address of a source."""

    source: str
    url: str
    what: Literal["feed", "sitemap", "listing", "article"]
    verdict: Literal["ok", "stale", "failed"]
    detail: str


@dataclass(frozen=True)
class _Contents:
    """What a list leads to."""

    links: list[str]
    newest: datetime | None
    child: str | None = None
    """Of an index of sitemaps: the one whose articles are tried."""


def _entrances(source: Source) -> Iterator[tuple[Literal["feed", "sitemap", "listing"], str]]:
    yield from (("feed", each.url) for each in source.feeds)
    yield from (("sitemap", each.url) for each in source.sitemaps)
    yield from (("listing", each.url.replace("{page}", "1")) for each in source.listings)


def _own(source: Source, page: Page, links: Iterable[str | None]) -> list[str]:
    urls = dict.fromkeys(absolute(page.base, link) for link in links)
    return [url for url in urls if url and source.owns(url) and not is_home(url) and url != page.url]


def _threads(source: Source, page: Page, structures: Structures) -> _Contents:
    if source.kind == "discourse":
        rows = topic_rows(page, reading_of(source))
    else:
        rows = thread_rows(page, structures.threads[source.structure or "xenforo2"].thread, reading_of(source))
    return _Contents(_own(source, page, [row.url for row in rows]), max((row.latest for row in rows if row.latest), default=None))


def _contents(source: Source, what: str, page: Page, structures: Structures) -> _Contents:
    reading = reading_of(source)
    if what == "feed":
        feed = read_feed(page, reading)
        return _Contents(_own(source, page, feed.links), feed.newest)
    if what == "sitemap":
        sitemap = read_sitemap(page.body, page.fetched, reading)
        newest = max((each.latest for each in (*sitemap.pages, *sitemap.children) if each.latest), default=None)
        links = sitemap.recent or [each.url for each in sitemap.children]
        return _Contents(_own(source, page, links), newest, None if sitemap.pages else sitemap.newest_child)
    if source.kind in FORUMS:
        return _threads(source, page, structures)
    selectors = selectors_of(source, structures)
    return _Contents(_own(source, page, listed_links(page, selectors)), newest_listed(page, selectors, reading))


def _judge(contents: _Contents, now: datetime) -> tuple[Literal["ok", "stale", "failed"], str]:
    if not contents.links:
        return "failed", "leads to no article of this source"
    number = f"{len(contents.links)} addresses"
    if contents.newest and now - contents.newest > STALE:
        return "stale", f"{number}, the newest of {contents.newest:%Y-%m-%d}"
    return "ok", f"{number}, the newest of {contents.newest:%Y-%m-%d %H:%M}" if contents.newest else number


_NOTHING = _Contents([], None)


def _entrance(source: Source, what: str, fetched: Fetched, structures: Structures, now: datetime) -> tuple[str, str, _Contents]:
    """Verdict, detail and contents of an entrance."""
    if fetched.page is None or fetched.problem:
        wall = is_blocked(fetched.page) if fetched.page else None
        return "failed", wall or fetched.problem or "no answer", _NOTHING
    try:
        contents = _contents(source, what, fetched.page, structures)
    except (BadFeed, BadSitemap) as error:
        return "failed", is_blocked(fetched.page) or str(error), _NOTHING
    except NotAnArticle as refusal:
        return "failed", refusal.reason, _NOTHING
    if not contents.links and (wall := is_blocked(fetched.page)):
        return "failed", wall, _NOTHING
    return (*_judge(contents, now), contents)


def _article(source: Source, fetched: Fetched, structures: Structures) -> tuple[str, str]:
    if fetched.page is None or fetched.problem:
        return "failed", fetched.problem or "no answer"
    try:
        found = topic_page(fetched.page) if source.kind == "discourse" else extract_page(fetched.page, source, structures)
    except NotAnArticle as refusal:
        return "failed", refusal.reason
    if isinstance(found, ThreadPage):
        return "ok", f"{len(found.posts)} posts: {found.title}"
    if not found.published:
        return "failed", f"no time of publication: {found.title}"
    by_rule = found.by == "selectors" or not source.structure
    return ("ok" if by_rule else "stale"), f"{len(found.text)} characters by {found.by}: {found.title}"


def _of_children(children: dict[str, Source], fetch: Fetch, structures: Structures) -> Iterator[tuple[Source, str]]:
    """Articles that the chosen parts of indexes of sitemaps lead to."""
    for url, fetched in fetch(children).items():
        if fetched.page is not None and not fetched.problem:
            try:
                found = _contents(children[url], "sitemap", fetched.page, structures)
            except BadSitemap:
                continue
            yield from ((children[url], link) for link in found.links)


def _samples(found: Iterable[tuple[Source, str]]) -> dict[str, Source]:
    """A few articles of each source."""
    samples: dict[str, Source] = {}
    for source, url in found:
        if not urlsplit(url).path.endswith((".xml", ".gz")) and sum(each is source for each in samples.values()) < SAMPLES:
            samples[url] = source
    return samples


def check_sources(sources: Iterable[Source], fetch: Fetch, structures: Structures, now: datetime) -> Iterator[Finding]:
    """Findings on every entrance of the sources, and on a few articles that they lead to.

    ``stale`` is an entrance that stands still, or an article whose structure has changed, so that only the generic extraction reads it.
    """
    entrances = [(source, what, url) for source in sources for what, url in _entrances(source)]
    fetched = fetch(url for _, _, url in entrances)
    leads: list[tuple[Source, str]] = []
    children: dict[str, Source] = {}
    for source, what, url in entrances:
        verdict, detail, contents = _entrance(source, what, fetched[url], structures, now)
        yield Finding(source.id, url, what, verdict, detail)  # type: ignore[arg-type]
        leads += [(source, link) for link in contents.links]
        children |= {contents.child: source} if contents.child else {}
    samples = _samples([*leads, *_of_children(children, fetch, structures)])
    pages = fetch(samples)
    for url, source in samples.items():
        verdict, detail = _article(source, pages[url], structures)
        yield Finding(source.id, url, "article", verdict, detail)  # type: ignore[arg-type]
