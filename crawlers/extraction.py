"""A page of any source becomes an article, a page of a thread, or nothing with the reason."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.article import Article, NotAnArticle, extract_article
from crawlers.dates import Reading
from crawlers.page import Page
from crawlers.sources import Source
from crawlers.structures import ArticleStructure, Selectors, Structures, ThreadStructure
from crawlers.thread import Post, ThreadPage, extract_thread
from langnghe.clock import iso

EMPTY = dict.fromkeys(("url", "canonical_url", "title", "text", "published", "modified", "author", "site", "language", "kind"))
"""The fields that ``langnghe extract`` prints, all unknown."""


def source_of(url: str, sources: Iterable[Source]) -> Source | None:
    """The source that a page belongs to by its host, the closest domain first."""
    owners = [source for source in sources if source.owns(url)]
    return max(owners, key=lambda source: max(map(len, source.hosts)), default=None)


def reading_of(source: Source | None) -> Reading:
    """How the source's dates are read."""
    return Reading(ZoneInfo(source.timezone), source.month_first) if source else Reading()


def selectors_of(source: Source, structures: Structures) -> Selectors:
    """The source's selectors, with those of its structure where it names one."""
    structure = structures.articles.get(source.structure or "")
    return source.selectors.over(structure.selectors if structure else Selectors())


def structure_of(page: Page, source: Source | None, structures: Structures) -> ArticleStructure | ThreadStructure | None:
    """The structure that the source names, if the page has it; else the first that recognises the page."""
    named = structures.pages.get((source and source.structure) or "")
    candidates = [named] if named else []
    candidates += [structure for structure in structures.pages.values() if structure is not named]
    return next((structure for structure in candidates if page.has(structure.recognise)), None)


def extract_page(page: Page, source: Source | None, structures: Structures) -> Article | ThreadPage:
    """What a page holds.

    Raises:
        NotAnArticle: neither an article nor posts; with the reason.
    """
    structure, reading = structure_of(page, source, structures), reading_of(source)
    if isinstance(structure, ThreadStructure):
        return extract_thread(page, structure.thread, reading)
    preset = structure.selectors if structure else Selectors()
    return extract_article(page, source.selectors.over(preset) if source else preset, reading)


def _post_fields(post: Post) -> dict[str, Any]:
    quotes = [asdict(quote) for quote in post.quotes]
    return {
        "id": post.id,
        "author": post.author,
        "published": iso(post.published),
        "text": post.text,
        "position": post.position,
        "quotes": quotes,
    }


def _thread_fields(thread: ThreadPage) -> dict[str, Any]:
    opening = thread.posts[0]
    return {
        "canonical_url": thread.canonical_url, "title": thread.title, "text": opening.text, "published": iso(opening.published),
        "author": opening.author, "site": thread.site, "language": thread.language, "kind": "forum",
        "posts": [_post_fields(post) for post in thread.posts],
    }  # fmt: skip


def _article_fields(article: Article) -> dict[str, Any]:
    return {
        "canonical_url": article.canonical_url, "title": article.title, "lead": article.lead, "text": article.text,
        "published": iso(article.published), "modified": iso(article.modified), "author": article.author, "site": article.site,
        "language": article.language, "kind": "news",
    }  # fmt: skip


def describe(page: Page, sources: Iterable[Source], structures: Structures) -> dict[str, Any]:
    """What ``langnghe extract`` prints: the contract's fields, null where the page has none, and a ``reason`` if it is no article."""
    try:
        found = extract_page(page, source_of(page.url, sources), structures)
    except NotAnArticle as refusal:
        return {
            **EMPTY,
            "url": page.url,
            "canonical_url": page.canonical_url,
            "site": page.meta.get("og:site_name"),
            "reason": refusal.reason,
        }
    fields = _thread_fields(found) if isinstance(found, ThreadPage) else _article_fields(found)
    return {**EMPTY, "url": page.url, **fields}
