"""A page that somebody brought by its link: an article or a thread, of a known source or of a site that is none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from crawlers.article import Article, NotAnArticle
from crawlers.conversion import ThreadHead, article_document, post_document
from crawlers.discourse import topic_page
from crawlers.extraction import extract_page, source_of
from crawlers.frontier import Discovery, Frontier
from crawlers.page import Page
from crawlers.probe import Fetched
from crawlers.sources import Source
from crawlers.structures import load_structures
from crawlers.thread import ThreadPage
from crawlers.urls import host_of, tidy
from crawlers.walls import is_blocked
from langnghe.documents import Document
from langnghe.errors import Unavailable, WrongCall
from langnghe.privacy import Privacy
from langnghe.record.documents import Stored, find, store_document
from langnghe.settings import Settings

TYPE_IT = "Copy the text itself and bring it with the link: langnghe add --link LINK 'TEXT'; or bring a screenshot."


@dataclass(frozen=True)
class LinkedPage:
    """What stood there."""

    address: str
    source: Source | None
    role: Literal["article", "thread"]
    documents: list[Document]
    """The article, or the posts of the page in their order."""

    def store(self, session: Session, privacy: Privacy, now: datetime) -> Stored:
        """Store it as its source's crawl would; from then on the crawl follows it. Gives how the article or the first post ended."""
        home = self.source.home_province if self.source else None
        first, *more = self.documents
        known = find(session, first.source, first.id)
        if known is not None and known.deleted is None and known.url != first.url:
            return Stored("duplicate", known.id)  # it stays with the address under which it was found
        stored = store_document(session, first, privacy=privacy, now=now, home_province=home)
        for each in more:
            store_document(session, each, privacy=privacy, now=now, home_province=home)
        if self.source is not None:
            self._follow(session, self.source, now)
        return stored

    def _follow(self, session: Session, source: Source, now: datetime) -> None:
        article, published = self.documents[0], self.documents[0].published
        known = {"ref": article.id, "published": published.isoformat() if published else None} if self.role == "article" else {}
        Frontier(source.id).discover(session, [Discovery(self.address, self.role, {"on_topic": True, **known})], now)


def _fetched(url: str, source: Source | None, fetch: Callable[[Iterable[str]], dict[str, Fetched]]) -> Page:
    asked = f"{url}.json" if source and source.kind == "discourse" and not url.endswith(".json") else url
    fetched = fetch([asked])[asked]
    if fetched.page is not None and (wall := is_blocked(fetched.page)):
        raise Unavailable(f"{url} stands behind a wall ({wall})", TYPE_IT)
    if fetched.page is None or fetched.problem:
        raise Unavailable(f"{url} can't be read: {fetched.problem or 'no answer'}", TYPE_IT)
    return fetched.page


def _posts(thread: ThreadPage, page: Page, source: Source | None) -> list[Document]:
    name, outlet = (source.id, source.publisher) if source else (host_of(page.url)[:80], thread.site)
    url, head = thread.canonical_url or page.url, ThreadHead(name, outlet, thread.posts[0].id, thread.title)
    mark = "/{0.position}" if source and source.kind == "discourse" else "#post-{0.id}"
    return [post_document(post, thread, page, head, url + mark.format(post)) for post in thread.posts if post.text]


def read_link(url: str, sources: dict[str, Source], settings: Settings, fetch: Callable[[Iterable[str]], dict[str, Fetched]]) -> LinkedPage:
    """Fetch a page and read it.

    Raises:
        Unavailable: it does not answer, robots.txt refuses it, or it stands behind a wall.
        WrongCall: it is neither an article nor a thread.
    """
    url = tidy(url)
    page = _fetched(url, source_of(url, sources.values()), fetch)
    source = source_of(page.url, sources.values())
    try:
        is_topic = source is not None and source.kind == "discourse"
        found: Article | ThreadPage = topic_page(page) if is_topic else extract_page(page, source, load_structures(settings.config_dir))
    except NotAnArticle as refusal:
        raise WrongCall(f"{url} is no article: {refusal.reason}", TYPE_IT) from None
    if isinstance(found, Article):
        return LinkedPage(tidy(page.url), source, "article", [article_document(found, page, source)])
    return LinkedPage(tidy(page.url), source, "thread", _posts(found, page, source))
