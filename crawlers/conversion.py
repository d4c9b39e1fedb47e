"""Articles and posts as documents: their identity, and what they belong to."""

import re
from dataclasses import dataclass

from crawlers.article import Article
from crawlers.page import Page
from crawlers.sources import Source
from crawlers.thread import Post, ThreadPage
from crawlers.urls import host_of
from langnghe.documents import Document, Kind, identity_of

_THREAD_IDS = (re.compile(r"(?:\.|/t/(?:[^/]+/)?)(\d+)(?:/|$)"), re.compile(r"(?:[?&]t=|/threads/)(\d+)(?!\w)"))
"""XenForo's and Discourse's, then vBulletin's."""


def thread_key(url: str) -> str:
    """The thread's own id, from the URL of any of its pages."""
    found = next((found for pattern in _THREAD_IDS if (found := pattern.search(url))), None)
    return found[1] if found else identity_of(url)


def article_document(article: Article, page: Page, source: Source | None) -> Document:
    """An article as a document of its source; of a site that is no source, under its host's name."""
    owned = article.canonical_url and (source.owns(article.canonical_url) if source else True)
    url = article.canonical_url if article.canonical_url and owned else article.url
    key = re.search(source.key, article.url) if source and source.key else None
    return Document(
        id=key[1] if key else identity_of(url), source=source.id if source else host_of(url)[:80], kind=Kind.news, url=url,
        title=article.title, lead=article.lead, text=article.text, author=article.author, published=article.published,
        modified=article.modified, fetched=page.fetched, section=article.section,
        outlet=source.publisher if source else article.site, language=article.language or "vi",
    )  # fmt: skip


@dataclass(frozen=True)
class ThreadHead:
    """What all posts of a thread share: source, outlet, the id of the first post, the thread's title."""

    source: str
    outlet: str | None
    first: str
    title: str | None


def post_document(post: Post, thread: ThreadPage, page: Page, head: ThreadHead, url: str) -> Document:
    """A post as a document; ``url`` is its own address."""
    key, is_first = thread_key(thread.canonical_url or page.url), post.id == head.first
    return Document(
        id=f"{key}-{post.id}", source=head.source, kind=Kind.forum, url=url, title=head.title if is_first else None, text=post.text,
        author=post.author, published=post.published, fetched=page.fetched, outlet=head.outlet, language=thread.language or "vi",
        parent=None if is_first else f"{key}-{head.first}", position=post.position, context=head.title,
    )  # fmt: skip
