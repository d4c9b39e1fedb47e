"""Drafting a source file from an address: which feeds and sitemaps there are, how its lists are read, which structure its articles have."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawlers.checking import Fetch
from crawlers.extraction import structure_of
from crawlers.lists import BadFeed, listed_links, read_feed
from crawlers.page import Page, clean, first, select
from crawlers.probe import Fetched
from crawlers.sitemaps import BadSitemap, read_sitemap
from crawlers.sources import Source
from crawlers.structures import Selectors, Structures, ThreadStructure
from crawlers.urls import absolute, host_of, is_home
from langnghe.errors import Unavailable

MOST_FEEDS = 8
FEW_LINKS = 5
"""Headlines from which a page is worth being read as a section page."""
_SECTIONS = re.compile(
    r"bhxh|bao-?hiem|an-?sinh|suc-?khoe|y-?te|lao-?dong|viec-?lam|xa-?hoi|thoi-?su|phap-?luat|ban-?doc|doi-?song|chinh-?sach"
)
_FEED_LINK = re.compile(r"\.(rss|atom)(\?|$)|/(rss|feed)/[^#]+|/feed/?$", re.IGNORECASE)
_FEED_INDEX = re.compile(r"/rss(\.html?|\.aspx)?/?$", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """A source file that loads, and what a person should look at."""

    id: str
    text: str
    notes: tuple[str, ...]


class _Site:
    """What was found at an address so far."""

    def __init__(self, url: str, fetch: Fetch, structures: Structures) -> None:
        parts = urlsplit(url)
        self.url, self.home = url, f"{parts.scheme}://{parts.netloc}/"
        self.host, self.fetch, self.structures = host_of(url), fetch, structures
        self.pages = self._pages(fetch([url, self.home, f"{self.home}robots.txt"]))
        if url not in self.pages:
            raise Unavailable(f"{url} can't be read: {self.problem}", "Look at it in a browser; what needs an account can't be a source.")

    def _pages(self, fetched: dict[str, Fetched]) -> dict[str, Page]:
        self.problem = next((each.problem for each in fetched.values() if each.problem), "no answer")
        return {url: each.page for url, each in fetched.items() if each.page is not None and each.problem is None}

    def _own(self, page: Page, links: Iterable[str | None]) -> list[str]:
        urls = dict.fromkeys(absolute(page.base, link) for link in links)
        return [url for url in urls if url and (host_of(url) == self.host or host_of(url).endswith(f".{self.host}"))]

    def _links(self, page: Page) -> list[str]:
        return self._own(page, [link.get("href") for link in select(page.tree, "a[href]")])

    def _feed_candidates(self) -> Iterator[str]:
        shown = [self.pages[url] for url in (self.url, self.home) if url in self.pages]
        for page in shown:
            stated = "link[type='application/rss+xml'], link[type='application/atom+xml']"
            yield from self._own(page, [link.get("href") for link in select(page.tree, stated)])
        links = [link for page in shown for link in self._links(page)]
        indexes = [link for link in links if _FEED_INDEX.search(link)][:1]
        for page in self._pages(self.fetch(indexes)).values():
            links += self._links(page)
        yield from (link for link in links if _FEED_LINK.search(link))

    def feeds(self) -> dict[str, list[str]]:
        """Feeds that can be read → the articles that they lead to; where there are many, those whose name fits the matter."""
        found = list(dict.fromkeys(self._feed_candidates()))
        fitting = [url for url in found if _SECTIONS.search(url)]
        chosen = (fitting if len(found) > MOST_FEEDS and fitting else found)[:MOST_FEEDS]
        feeds: dict[str, list[str]] = {}
        for url, page in self._pages(self.fetch(chosen)).items():
            try:
                links = self._own(page, read_feed(page).links)
            except BadFeed:
                continue
            feeds |= {url: links} if links else {}
        return feeds

    def sitemaps(self) -> list[str]:
        """Sitemaps that robots.txt names and that can be read."""
        robots = self.pages.get(f"{self.home}robots.txt")
        named = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", robots.text) if robots else []
        good = []
        for url, page in self._pages(self.fetch([url for url in named if host_of(url) == self.host][:4])).items():
            try:
                sitemap = read_sitemap(page.body, page.fetched)
            except BadSitemap:
                continue
            good += [url] if any(each.latest for each in (*sitemap.pages, *sitemap.children)) else []
        return good

    def section(self) -> list[str]:
        """Articles that the given page leads to, if it is a section page."""
        page = self.pages[self.url]
        links = [link for link in self._own(page, listed_links(page, Selectors())) if not is_home(link) and link != page.url]
        return links if len(links) >= FEW_LINKS else []

    def structure(self, articles: list[str]) -> str | None:
        """The structure that most of some articles have."""
        names = {id(structure): name for name, structure in self.structures.pages.items()}
        pages = self._pages(self.fetch(articles[:3])).values()
        recognised = Counter(names.get(id(structure_of(page, None, self.structures))) for page in pages)
        return recognised.most_common(1)[0][0] if recognised else None

    def forum(self) -> dict[str, Any] | None:
        """The fields of a forum, if it is one."""
        page = self.pages[self.url]
        if (first(page.tree, ["meta[name=generator]::attr(content)"]) or "").startswith("Discourse"):
            return {"kind": "discourse", "listings": [f"{self.home}latest.json"]}
        structure = structure_of(page, None, self.structures)
        if isinstance(structure, ThreadStructure):
            name = next(name for name, each in self.structures.threads.items() if each is structure)
            return {"kind": "xenforo", "listings": [self.url], "structure": name}
        return None

    def name(self) -> str:
        """What the site calls itself."""
        page = self.pages.get(self.home) or self.pages[self.url]
        return clean(page.meta.get("og:site_name") or first(page.tree, ["title"]) or self.host)[:80]


def _newspaper(site: _Site) -> tuple[dict[str, Any], list[str]]:
    """Fields of a newspaper or an office's site, and notes."""
    feeds, sitemaps, section = site.feeds(), site.sitemaps(), site.section()
    structure = site.structure(section or [link for links in feeds.values() for link in links])
    listings = [site.url] if section else []
    found = {"feeds": list(feeds), "sitemaps": sitemaps, "listings": listings}
    kind = next((kind for kind, key in (("feed", "feeds"), ("listing", "listings"), ("sitemap", "sitemaps")) if found[key]), None)
    if kind is None:
        remedy = "Name one of its section pages; a site that needs a browser can't be a source."
        raise Unavailable(f"{site.url} leads to no feed, sitemap or headlines", remedy)
    notes = [] if structure else ["no known structure: its articles are read by the generic extraction; selectors would be surer"]
    fields = {"kind": kind, **{key: urls for key, urls in found.items() if urls}} | ({"structure": structure} if structure else {})
    return fields, notes


def draft_source(url: str, fetch: Fetch, structures: Structures) -> Draft:
    """A source file for the site at ``url``, a front or section page.

    Raises:
        Unavailable: the page can't be read, or leads nowhere.
    """
    site = _Site(url, fetch, structures)
    forum = site.forum()
    fields, notes = (forum, []) if forum else _newspaper(site)
    source_id = re.sub(r"[^a-z0-9-]", "-", site.host.split(".")[0])[:40].strip("-")
    source_id = source_id if len(source_id) > 1 else re.sub(r"[^a-z0-9-]", "-", site.host)[:40]
    data = {"id": source_id, "name": site.name(), "enabled": "unverified", "homepage": site.home, **fields}
    Source.model_validate(data)
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=200)
    return Draft(source_id, text, (*notes, "choose the sections that matter, and look at home_province, weight and the terms of use"))
