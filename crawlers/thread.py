"""Forum threads: posts with what they quote, their pages, and lists of threads."""

import copy
import re
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawlers.article import NotAnArticle
from crawlers.dates import Reading, parse_date
from crawlers.page import Page, block_text, first, inline_text, prune, select
from crawlers.structures import ThreadSelectors
from crawlers.urls import absolute
from crawlers.walls import is_blocked, is_missing


@dataclass(frozen=True)
class Quote:
    """What a post repeats of another one."""

    post: str | None
    """Id of the quoted post, where the page names it."""
    text: str


@dataclass(frozen=True)
class Post:
    """One post: its own words, without those that it quotes."""

    id: str
    author: str | None
    published: datetime | None
    text: str
    position: int | None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread."""

    canonical_url: str | None
    title: str | None
    posts: tuple[Post, ...]
    next_url: str | None
    site: str | None
    language: str | None


@dataclass(frozen=True)
class ThreadRow:
    """A thread as a list shows it."""

    url: str
    title: str
    latest: datetime | None


def _number(text: str | None) -> str | None:
    found = re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", text or ""))
    return found[-1] if found else None


def _quotes(body: HtmlElement, how: ThreadSelectors) -> tuple[Quote, ...]:
    return tuple(
        Quote(_number(first(quote, how.quoted)), inline_text(prune(copy.deepcopy(quote), how.drop))) for quote in select(body, how.quote)
    )


def _post(element: HtmlElement, index: int, page: Page, how: ThreadSelectors, reading: Reading) -> Post | None:
    bodies, number = select(element, how.body), _number(first(element, [how.id]))
    if not bodies or number is None:
        return None
    body = copy.deepcopy(bodies[0])  # a page that is not well formed nests later posts in this one: the first body is its own
    quotes, position = _quotes(body, how), _number(first(element, how.position))
    return Post(
        id=number, author=first(element, how.author), published=parse_date(first(element, how.published), page.fetched, reading),
        text=block_text(prune(body, [how.quote, *how.drop])), position=int(position) if position else index, quotes=quotes,
    )  # fmt: skip


def is_thread_list(page: Page, how: ThreadSelectors) -> bool:
    """Whether the page lists threads."""
    return bool(select(page.tree, how.row)) and not select(page.tree, how.post)


def extract_thread(page: Page, how: ThreadSelectors, reading: Reading | None = None) -> ThreadPage:
    """The posts of one page of a thread.

    Raises:
        NotAnArticle: the page is a list, a wall or has no posts.
    """
    if reason := is_blocked(page):
        raise NotAnArticle(reason, blocked=True)
    if is_thread_list(page, how):
        raise NotAnArticle("list page")
    found = (_post(element, index, page, how, reading or Reading()) for index, element in enumerate(select(page.tree, how.post), 1))
    posts = tuple(post for post in found if post is not None)
    if not posts:
        raise NotAnArticle(is_missing(page) or "no posts")
    language = first(page.tree, ["html::attr(lang)"])
    return ThreadPage(
        canonical_url=page.canonical_url, title=first(page.tree, how.title), posts=posts, next_url=next_page(page, how.next),
        site=page.meta.get("og:site_name"), language=language[:2].lower() if language else None,
    )  # fmt: skip


def next_page(page: Page, selectors: list[str]) -> str | None:
    """Where the link to the next page leads."""
    links = [selector if "::attr(" in selector else f"{selector}::attr(href)" for selector in selectors]
    return absolute(page.base, first(page.tree, links))


def thread_rows(page: Page, how: ThreadSelectors, reading: Reading | None = None) -> list[ThreadRow]:
    """The threads of a list, in its order."""
    rows = []
    for row in select(page.tree, how.row):
        links = [link for link in select(row, how.link) if absolute(page.base, link.get("href"))]
        if links:
            url = absolute(page.base, links[-1].get("href")) or ""
            latest = parse_date(first(row, how.latest), page.fetched, reading)
            rows.append(ThreadRow(re.sub(r"/(unread|latest)/?$", "/", url), inline_text(links[-1]), latest))
    return rows
