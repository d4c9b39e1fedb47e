"""What stands at a site that is no source yet: its feeds, sitemaps, section pages, boards, and the structure of its articles."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.checking import STALE, Fetch
from crawlers.extraction import structure_of
from crawlers.lists import BadFeed, listed_links, read_feed
from crawlers.page import Page, clean, first, inline_text, select
from crawlers.probe import Fetched
from crawlers.sitemaps import BadSitemap, Sitemap, read_sitemap
from crawlers.structures import Selectors, Structures
from crawlers.urls import absolute, host_of, is_home
from crawlers.walls import is_blocked
from langnghe.errors import Unavailable
from langnghe.folding import fold

MOST = 8
"""Feeds, sections or boards that are looked at: each costs the pause between two requests."""
FEW_LINKS = 5
"""Headlines from which a page is worth being read as a section page."""
USUAL_SITEMAPS = ("sitemap.xml", "news-sitemap.xml", "sitemap_index.xml")
"""Looked for where robots.txt names none."""
_MATTER = re.compile(
    r"bhxh|bhyt|bao[- ]?hiem|an[- ]?sinh|suc[- ]?khoe|y[- ]?te|lao[- ]?dong|viec[- ]?lam|xa[- ]?hoi|thoi[- ]?su|phap[- ]?luat|ban[- ]?doc"
    r"|doi[- ]?song|chinh[- ]?sach|huu[- ]?tri|tam[- ]?su"
)
_FEED_LINK = re.compile(r"\.(rss|atom)(\?|$)|/(rss|feed)/[^#]+|/feed/?$", re.IGNORECASE)
_FEED_INDEX = re.compile(r"/rss(\.html?|\.aspx)?/?$", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"/comments/feed|/feed/comments|comments\.(rss|xml)", re.IGNORECASE)
_STATED_FEEDS = "link[type='application/rss+xml'], link[type='application/atom+xml']"
_BOARDS = ".node-title a[href], .nodeTitle a[href], a[href*='/forums/'], a[href*='forumdisplay'], a[href*='/f/']"


def fits(*texts: str) -> bool:
    """Whether an address or a title speaks of what the insurances touch."""
    return any(_MATTER.search(fold(text)) for text in texts)


class Remembered:
    """Fetches each address once."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[str, Fetched] = {}

    def __call__(self, urls: Iterable[str]) -> dict[str, Fetched]:
        """The addresses' pages, those asked for before as they were then."""
        wanted = list(dict.fromkeys(urls))
        if missing := [url for url in wanted if url not in self._known]:
            self._known |= self._fetch(missing)
        return {url: self._known[url] for url in wanted}


class Survey:
    """What was found at an address so far; ``left_out`` says what was found and is of no use."""

    def __init__(self, url: str, fetch: Fetch, structures: Structures) -> None:
        parts = urlsplit(url)
        self.url, self.home = url, f"{parts.scheme}://{parts.netloc}/"
        self.host, self.fetch, self.structures = host_of(url), fetch, structures
        self.left_out: list[str] = []
        fetched = fetch([url, self.home, f"{self.home}robots.txt"])
        wall = is_blocked(page) if (page := fetched[url].page) else None
        if wall or fetched[url].problem:
            why = f"a {wall} stands before it" if wall else fetched[url].problem
            remedy = "Look at it in a browser; what needs an account or a browser can't be a source: its posts can be imported."
            raise Unavailable(f"{url} can't be read: {why}", remedy)
        self.pages = self._good(fetched)

    @property
    def page(self) -> Page:
        """The page that was named."""
        return self.pages[self.url]

    def _good(self, fetched: dict[str, Fetched]) -> dict[str, Page]:
        return {url: each.page for url, each in fetched.items() if each.page is not None and each.problem is None}

    def read(self, urls: Iterable[str]) -> dict[str, Page]:
        """Those of the addresses that can be read."""
        return self._good(self.fetch(urls))

    def own(self, page: Page, links: Iterable[str | None]) -> list[str]:
        """Links of a page to this site."""
        urls = dict.fromkeys(absolute(page.base, link) for link in links)
        return [url for url in urls if url and (host_of(url) == self.host or host_of(url).endswith(f".{self.host}"))]

    def _anchors(self, page: Page, selector: str) -> Iterator[tuple[str, HtmlElement]]:
        for anchor in select(page.tree, selector):
            if found := self.own(page, [anchor.get("href")]):
                yield found[0], anchor

    def _links(self, page: Page) -> list[str]:
        return [url for url, _ in self._anchors(page, "a[href]")]

    def _shown(self) -> list[Page]:
        return [self.pages[url] for url in dict.fromkeys((self.url, self.home)) if url in self.pages]

    def _feed_candidates(self) -> Iterator[str]:
        for page in self._shown():
            yield from self.own(page, [link.get("href") for link in select(page.tree, _STATED_FEEDS)])
        links = [link for page in self._shown() for link in self._links(page)]
        for page in self.read([link for link in links if _FEED_INDEX.search(link)][:1]).values():
            links += self._links(page)
        yield from (link for link in links if _FEED_LINK.search(link))

    def feeds(self) -> dict[str, list[str]]:
        """Feeds that can be read → the articles that they lead to; where there are many, those whose name fits the matter."""
        found = list(dict.fromkeys(url for url in self._feed_candidates() if not _OF_COMMENTS.search(url)))
        fitting = [url for url in found if fits(url)]
        feeds: dict[str, list[str]] = {}
        times: dict[str, datetime | None] = {}
        for url, page in self.read((fitting if len(found) > MOST and fitting else found)[:MOST]).items():
            try:
                feed = read_feed(page)
            except BadFeed:
                continue
            if links := self.own(page, feed.links):
                feeds[url], times[url] = links, feed.newest
        return self._without_silent(feeds, times)

    def _without_silent(self, feeds: dict[str, list[str]], times: dict[str, datetime | None]) -> dict[str, list[str]]:
        """Feeds that stand still are of no use; where all do, that is for a person to see."""
        now = self.page.fetched
        silent = {url: time for url, time in times.items() if time is not None and now - time > STALE}
        if len(silent) < len(feeds):
            self.left_out += [f"left out: {url}, nothing new since {time:%Y-%m-%d}" for url, time in silent.items()]
            return {url: links for url, links in feeds.items() if url not in silent}
        return feeds

    def _sitemap(self, page: Page) -> Sitemap | None:
        try:
            return read_sitemap(page.body, page.fetched)
        except BadSitemap:
            return None

    def _dated(self, sitemap: Sitemap) -> list[str]:
        """Articles of a sitemap that says when they appeared, the newest first; of an index, those of its newest part."""
        if sitemap.newest_child and not sitemap.pages:
            parts = [self._sitemap(page) for page in self.read([sitemap.newest_child]).values()]
            sitemap = next(filter(None, parts), sitemap)
        return sitemap.recent if any(each.latest for each in sitemap.pages) else []

    def sitemaps(self) -> dict[str, list[str]]:
        """Sitemaps with times, as robots.txt names them or where they usually stand → articles of theirs; of news first."""
        robots = self.pages.get(f"{self.home}robots.txt")
        named = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", robots.text) if robots else []
        own = [url for url in named if host_of(url) == self.host] or [f"{self.home}{name}" for name in USUAL_SITEMAPS]
        good: dict[str, list[str]] = {}
        for url, page in self.read(sorted(own, key=lambda url: "news" not in url)[: MOST // 2]).items():
            sitemap = self._sitemap(page)
            articles = self._dated(sitemap) if sitemap else []
            good |= {url: articles} if articles else {}
        return good

    def _headlines(self, page: Page) -> list[str]:
        links = [link for link in self.own(page, listed_links(page, Selectors())) if not is_home(link) and link != page.url]
        return links if len(links) >= FEW_LINKS else []

    def sections(self) -> dict[str, list[str]]:
        """Section pages → their articles: the given page, or those that a front page leads to and that fit the matter."""
        if is_home(self.url):
            short = (url for url in self._links(self.page) if len(urlsplit(url).path.strip("/").split("/")) <= 2)
            fitting = [url for url in dict.fromkeys(short) if fits(urlsplit(url).path) and not _FEED_LINK.search(url)]
            articles = set(self._headlines(self.page))
            pages = self.read([url for url in fitting if url not in articles][:MOST])
            found = {url: self._headlines(page) for url, page in pages.items()}
            if any(found.values()):
                return {url: links for url, links in found.items() if links}
        return {self.url: links} if (links := self._headlines(self.page)) else {}

    def boards(self) -> list[str]:
        """Boards of a forum that can be found: those whose name fits the matter, else the first."""
        links: dict[str, str] = {}
        for page in self._shown():
            for url, anchor in self._anchors(page, _BOARDS):
                links.setdefault(url, inline_text(anchor))
        fitting = [url for url, text in links.items() if fits(urlsplit(url).path, text)]
        return (fitting or list(links))[:MOST]

    def structure(self, articles: list[str]) -> str | None:
        """The structure that most of some articles have."""
        names = {id(structure): name for name, structure in self.structures.pages.items()}
        recognised = Counter(names.get(id(structure_of(page, None, self.structures))) for page in self.read(articles[:3]).values())
        return recognised.most_common(1)[0][0] if recognised else None

    def name(self) -> str:
        """What the site calls itself."""
        page = self.pages.get(self.home) or self.page
        return clean(page.meta.get("og:site_name") or first(page.tree, ["title"]) or self.host)[:80]
