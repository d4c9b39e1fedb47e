"""Discourse forums, read from their public JSON: ``/latest.json`` lists topics, ``/t/SLUG/ID.json`` gives posts."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from crawlers.article import NotAnArticle
from crawlers.dates import Reading, parse_date
from crawlers.page import Page, block_text, inline_text, prune, select
from crawlers.thread import Post, Quote, ThreadPage, ThreadRow
from crawlers.urls import absolute
from crawlers.walls import is_blocked

POSTS_A_PAGE = 20
"""Discourse's own number, where the answer does not say (``chunk_size``)."""
_QUOTE = "aside.quote"
_TOPIC = re.compile(r"^(.*/t/(?:[^/]+/)?\d+)(?:\.json|/posts\.json)$")


def _object(page: Page) -> dict[str, Any]:
    if wall := is_blocked(page):
        raise NotAnArticle(wall, blocked=True)
    try:
        answer = json.loads(page.text, strict=False)
    except (ValueError, RecursionError) as error:
        raise NotAnArticle(f"no JSON of a Discourse forum: {error}") from None
    return answer if isinstance(answer, dict) else {}


def _tree(cooked: str) -> HtmlElement:
    try:
        return lxml.html.fragment_fromstring(cooked, create_parent="div")
    except (ParserError, ValueError):
        return lxml.html.fragment_fromstring("", create_parent="div")


def _quotes(tree: HtmlElement, ids: dict[str, str]) -> tuple[Quote, ...]:
    return tuple(Quote(ids.get(quote.get("data-post") or ""), inline_text(quote)) for quote in select(tree, _QUOTE))


def _post(item: dict[str, Any], ids: dict[str, str], page: Page, reading: Reading) -> Post:
    tree = _tree(str(item.get("cooked") or ""))
    quotes = _quotes(tree, ids)
    gone = item.get("deleted_at") or item.get("user_deleted") or item.get("hidden")
    author, published = item.get("username"), parse_date(item.get("created_at"), page.fetched, reading)
    return Post(
        id=str(item["id"]), author=str(author) if author else None, published=published,
        text="" if gone else block_text(prune(tree, [_QUOTE])), position=int(item.get("post_number") or 0) or None, quotes=quotes,
    )  # fmt: skip


def topic_url(url: str) -> str:
    """A topic's address for readers, from that of its JSON."""
    parts = urlsplit(url)
    found = _TOPIC.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}{found[1] if found else parts.path}"


def _next_page(url: str, answer: dict[str, Any], posts: list[dict[str, Any]]) -> str | None:
    """Pages count from 1; the posts say how many there are in all."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    number, size = int(query.get("page", "1")), int(answer.get("chunk_size") or POSTS_A_PAGE)
    total = max(int(answer.get("posts_count") or 0), *(int(post.get("posts_count") or 0) for post in posts))
    following = parts._replace(query=urlencode({**query, "page": number + 1})).geturl()
    return following if number * size < total else None


def topic_page(page: Page, reading: Reading | None = None) -> ThreadPage:
    """The posts of one page of a topic, in the order of their numbers; what was taken down has no text.

    Raises:
        NotAnArticle: it is a wall or no topic.
    """
    answer = _object(page)
    items = (answer.get("post_stream") or {}).get("posts") or []
    posts = sorted((item for item in items if isinstance(item, dict) and "id" in item), key=lambda item: item.get("post_number") or 0)
    if not posts:
        raise NotAnArticle("no posts")
    ids = {str(item.get("post_number")): str(item["id"]) for item in posts}
    return ThreadPage(
        canonical_url=topic_url(page.url), title=answer.get("title") or posts[0].get("topic_title"),
        posts=tuple(_post(item, ids, page, reading or Reading()) for item in posts), next_url=_next_page(page.url, answer, posts),
        site=None, language=None,
    )  # fmt: skip


def topic_rows(page: Page, reading: Reading | None = None) -> list[ThreadRow]:
    """The topics of a list, in its order.

    Raises:
        NotAnArticle: it is a wall or no JSON.
    """
    topics, rows = (_object(page).get("topic_list") or {}).get("topics") or [], []
    for topic in topics:
        if url := absolute(page.url, f"/t/{topic.get('slug') or '-'}/{topic.get('id')}.json"):
            latest = parse_date(topic.get("last_posted_at") or topic.get("bumped_at"), page.fetched, reading)
            rows.append(ThreadRow(url, str(topic.get("title") or ""), latest))
    return rows


def more_topics(page: Page) -> str | None:
    """Address of the list's next page; the forum names that for readers, its JSON stands beside."""
    more = (_object(page).get("topic_list") or {}).get("more_topics_url")
    url = absolute(page.url, str(more)) if more else None
    parts = urlsplit(url or "")
    return parts._replace(path=parts.path if parts.path.endswith(".json") else f"{parts.path}.json").geturl() if url else None
