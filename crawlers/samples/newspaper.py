"""A sample newspaper as a site: articles, section pages, feeds, robots.txt, and addresses that lead nowhere."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from random import Random

from crawlers.samples.outlets import Newspaper
from crawlers.samples.pieces import Article, DeadLink
from crawlers.samples.rendering import render
from crawlers.samples.site import HTML, PLAIN, XML, Response, text_response
from crawlers.samples.world import World

ITEMS_A_PAGE = 8
"""Titles on a section page: few, so that the sample sections have several pages."""
FEED_LENGTH = 15
"""Entries of a section's feed of the main newspaper; older ones stand on the section pages alone."""
ROBOTS = """# {mark}
User-agent: *
Disallow: /quang-cao/
Disallow: /tim-kiem.htm
Disallow: /dang-nhap.htm
Allow: /
"""
NEWEST = "tin-moi-nhat"


@dataclass(frozen=True)
class Entry:
    """An item of a feed; ``summary`` is HTML, as the papers write it."""

    title: str
    url: str
    published: datetime
    summary: str


def _entry(item: Article | DeadLink) -> Entry:
    lead = item.sapo if isinstance(item, Article) else ""
    image = f'<a href="{item.url}"><img src="https://{item.outlet.host}/anh/{item.number}.jpg" /></a>'
    return Entry(item.title, item.url, item.published, f"{image}{escape(lead)}")


class NewspaperSite:
    """Answers for one newspaper's host; the main one has section pages, the small ones a feed alone."""

    def __init__(self, world: World, paper: Newspaper) -> None:
        self.paper = paper
        self.last = world.last
        self.sections = world.outlets.sections
        self.is_main = paper == world.outlets.main
        self.articles = sorted((a for a in world.articles if a.outlet == paper), key=lambda a: a.published, reverse=True)
        self.dead_links = world.dead_links if self.is_main else []
        self._by_path: dict[str, Callable[[], Response]] = {a.path: lambda a=a: self._article(a) for a in self.articles}  # type: ignore[misc]
        self._by_path |= {link.path: lambda link=link: self._dead_link(link) for link in self.dead_links}  # type: ignore[misc]

    def answer(self, path: str, query: Mapping[str, str]) -> Response:  # noqa: ARG002 - its addresses have no parameters that matter
        """The page at ``path``; 404 for unknown ones."""
        if path in self._by_path:
            return self._by_path[path]()
        if path == "/robots.txt":
            return text_response(ROBOTS.format(mark="dữ liệu mẫu"), PLAIN)
        if path in {"/", "/index.htm"}:
            return self._list(self._items(None), "", 1, 1)
        if feed := re.fullmatch(r"/rss/([a-z-]+)\.rss", path):
            return self._feed(feed[1])
        if section := re.fullmatch(r"/([a-z-]+)(?:/trang-(\d{1,4}))?\.htm", path):
            return self._section(section[1], int(section[2] or 1))
        return missing()

    def _items(self, section: str | None) -> list[Article | DeadLink]:
        """What a list shows, the newest first; advertorials stand among the kinh-te items as on real pages."""
        found: list[Article | DeadLink] = [a for a in self.articles if section in {None, a.section}]
        found += [link for link in self.dead_links if section in {None, "kinh-te" if link.section == "quang-cao" else link.section}]
        return sorted(found, key=lambda item: item.published, reverse=True)

    def _section(self, section: str, page: int) -> Response:
        if not self.is_main or section not in self.sections or page < 1:
            return missing()
        items = self._items(section)
        pages = max(1, -(-len(items) // ITEMS_A_PAGE))
        return self._list(items[(page - 1) * ITEMS_A_PAGE : page * ITEMS_A_PAGE], section, page, pages)

    def _list(self, items: Sequence[Article | DeadLink], section: str, page: int, pages: int) -> Response:
        heading = self.sections.get(section, "Tin mới")
        canonical = self.paper.url + (f"{section}.htm" if section else "")
        html = render("section.html", paper=self.paper, sections=self.sections, heading=heading, canonical=canonical,
                      items=items[:40], slug=section, page=page, pages=pages)  # fmt: skip
        return text_response(html, modified=items[0].published if items else None)

    def _feed(self, name: str) -> Response:
        """Feeds of the sections (main newspaper) and of everything; the small papers' reaches back to their first article."""
        if name != NEWEST and not (self.is_main and name in self.sections):
            return missing()
        items = self._items(None if name == NEWEST else name)
        entries = [_entry(item) for item in (items[:FEED_LENGTH] if self.is_main else items)]
        title = f"{self.paper.name} - {self.sections.get(name, 'Tin mới')}"
        built = entries[0].published if entries else self.last
        return text_response(render("feed.xml", title=title, link=self.paper.url, built=built, items=entries), XML, modified=built)

    def _related(self, article: Article) -> list[Article]:
        others = [other for other in self.articles if other.section == article.section and other.published < article.published]
        return others[:3]

    def _popular(self, article: Article) -> list[Article]:
        others = [other for other in self.articles if other is not article]
        return Random(article.key).sample(others, min(4, len(others)))  # noqa: S311 - samples, not secrets

    def _article(self, article: Article) -> Response:
        html = render("article.html", paper=self.paper, sections=self.sections, article=article, related=self._related(article),
                      popular=self._popular(article), section_name=self.sections[article.section])  # fmt: skip
        return text_response(html, modified=article.modified)

    def _dead_link(self, link: DeadLink) -> Response:
        """A wall and a soft 404 come with status 200, as recorded from real sites."""
        if link.answer == "wall":
            return text_response(render("wall.html"))
        if link.answer == "soft_404":
            return self._list(self._items(None), "", 1, 1)
        if link.answer == "advertorial":
            return text_response(f"<html><body><h1>{escape(link.title)}</h1><p>Bài quảng cáo, dữ liệu mẫu.</p></body></html>")
        return missing(410 if link.answer == "gone" else 404)


def missing(status: int = 404) -> Response:
    """There is no such page (404), or no longer (410)."""
    return text_response(render("missing.html"), HTML, status=status)
