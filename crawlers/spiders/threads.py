"""Forums: lists lead to threads, threads to their pages, pages to posts; how each is read is the forum system's own."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.http import Response
from sqlalchemy.orm import Session

from crawlers.article import NotAnArticle
from crawlers.conversion import ThreadHead, post_document, thread_key
from crawlers.dates import parse_date
from crawlers.frontier import RETRY, Discovery, Visit
from crawlers.page import Page
from crawlers.spiders.base import SourceSpider, Unreadable, first_page_of, headers_of
from crawlers.thread import Post, ThreadPage, ThreadRow
from crawlers.time_limit import at_most
from crawlers.urls import tidy
from crawlers.walls import is_blocked
from langnghe.documents import Document
from langnghe.record.ledger import Outcome, url_hash
from langnghe.record.schema import FrontierUrl


@dataclass(frozen=True)
class ReadPage:
    """A page of a thread that was read but not decided on: it stays leased until the thread is."""

    visit: Visit
    page: Page
    thread: ThreadPage
    headers: dict[str, str | None]


@dataclass
class ThreadInProgress:
    """A thread of which no page has been on topic yet; ``pending``: hashes of its pages that are still to come."""

    pages: list[ReadPage] = field(default_factory=list)
    pending: set[str] = field(default_factory=set)


def removed_posts(before: list[list[str]], thread: ThreadPage) -> list[list[str]]:
    """Those of a page's earlier posts (id, URL) that are gone from it and from the thread.

    Ids grow along a thread, and a removed post lets those after it move up: what is missing between the posts of a page, or after the
    last of the thread, was removed; what came before the page's first post may stand on the page before.
    """
    ids = [int(post.id) for post in thread.posts]
    last = max(ids) if thread.next_url else float("inf")
    first = 0 if any(post.position == 1 for post in thread.posts) else min(ids)
    return [[post, url] for post, url in before if int(post) not in ids and first < int(post) < last]


class ThreadSpider(SourceSpider):
    """Reads a forum."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.threads: dict[str, ThreadInProgress] = {}
        self.on_topic: set[str] = set()
        """Keys of the threads of which some page was on topic in this run, whichever came first."""

    @abstractmethod
    def rows(self, page: Page) -> list[ThreadRow]:
        """The threads that a list shows.

        Raises:
            Unreadable: it is no list.
        """

    @abstractmethod
    def thread_page(self, page: Page) -> ThreadPage:
        """One page of a thread.

        Raises:
            NotAnArticle: it is none.
        """

    @abstractmethod
    def following(self, visit: Visit, page: Page) -> Iterator[Discovery]:
        """The page of a list after this one."""

    def post_url(self, thread: str, post: Post) -> str:
        """Address of a post."""
        return f"{thread}#post-{post.id}"

    def seeds(self) -> Iterable[Discovery]:
        """First pages of the lists of threads."""
        for each in self.run.source.listings:
            yield first_page_of(each)

    def read(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        """Deal with a list or a page of a thread."""
        if visit.role == "listing":
            self._listing(session, visit, page, response)
        else:
            self._thread(session, visit, page, response)

    def _listing(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        if wall := is_blocked(page):
            raise NotAnArticle(wall, blocked=True)
        rows = self.rows(page)
        if not rows:
            raise Unreadable("no threads on the forum's list: its layout has changed, or it needs an account")
        found = list(self._recent(visit, rows))
        if self.brings_new(session, visit, found):
            self.run.discover(session, self.following(visit, page))
        self.end_listing(session, visit, response)

    def _recent(self, visit: Visit, rows: list[ThreadRow]) -> Iterator[Discovery]:
        hint = {"on_topic": True} if visit.hint.get("on_topic") else {}
        for row in rows:
            if self.run.source.owns(row.url) and (row.latest is None or row.latest >= self.run.oldest):
                yield Discovery(row.url, "thread", hint, mark=row.latest.isoformat() if row.latest else None)

    def _thread(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        with at_most():
            thread = self.thread_page(page)
        on_topic = self._is_on_topic(session, visit, thread)
        held = self.threads.setdefault(self._key(visit), ThreadInProgress())
        held.pending.discard(visit.url_hash)
        held.pages.append(ReadPage(visit, page, thread, headers_of(response)))
        self._follow(session, visit, held, thread, on_topic=on_topic)
        if on_topic:
            self._settle_on_topic(session, visit)
        elif not held.pending:
            self._settle_off_topic(session, visit)

    def _is_on_topic(self, session: Session, visit: Visit, thread: ThreadPage) -> bool:
        key, following = self._key(visit), session.get(FrontierUrl, url_hash(thread.next_url or ""))
        known = visit.hint.get("on_topic") or (following is not None and (following.hint or {}).get("on_topic"))
        if known or self.run.terms.found_in(thread.title, *(post.text for post in thread.posts)):
            self.on_topic.add(key)
        return key in self.on_topic

    def _key(self, visit: Visit) -> str:
        return str(visit.hint.get("thread") or visit.url_hash)

    def _follow(self, session: Session, visit: Visit, held: ThreadInProgress, thread: ThreadPage, *, on_topic: bool) -> None:
        """Enter the next page; an undecided thread waits for it."""
        found = self._next_page(visit, thread.next_url, thread.posts[0].id, thread.title, on_topic=on_topic)
        if found is None:
            return
        self.run.discover(session, [found])
        session.flush()
        hashed = url_hash(tidy(found.url))
        row = session.get(FrontierUrl, hashed)
        if row is not None and row.state in {"waiting", "leased"} and hashed not in self.run.ended:
            held.pending.add(hashed)

    def _next_page(self, visit: Visit, url: str | None, first: str, title: str | None, *, on_topic: bool) -> Discovery | None:
        number, hint = int(visit.hint.get("page", 1)) + 1, visit.hint
        if not url or number > self.run.most_pages or not self.run.source.owns(url):
            return None
        carried = {"thread": self._key(visit), "page": number, "on_topic": on_topic}
        carried |= {"first": hint.get("first") or first, "title": hint.get("title") or title}
        return Discovery(url, "thread", carried, mark=str(hint.get("mark") or self.run.now.isoformat()))

    def _settle_on_topic(self, session: Session, visit: Visit) -> None:
        for read in self.threads.pop(self._key(visit)).pages:
            self._store(session, read)

    def _settle_off_topic(self, session: Session, visit: Visit) -> None:
        for read in self.threads.pop(self._key(visit)).pages:
            self.run.end_off_topic(session, read.visit)

    def _store(self, session: Session, read: ReadPage) -> None:
        visit, thread = read.visit, read.thread
        self._remove(session, removed_posts(visit.hint.get("posts") or [], thread))
        for post in thread.posts:
            if post.text:
                document = self._document(post, read)
                stored = self.run.store(session, document)
                self.run.note(session, document.url or "", Outcome(stored.outcome), document_id=stored.document_id)
        hint = {
            "on_topic": True,
            "next": thread.next_url,
            "first": visit.hint.get("first") or thread.posts[0].id,
            "title": self._title(read),
            "posts": [[post.id, self._document(post, read).url] for post in thread.posts],
            "latest": max((post.published for post in thread.posts if post.published), default=read.page.fetched).isoformat(),
        }
        self.run.frontier.finish(session, visit, next_visit=self._next_look(hint), hint=hint, headers=read.headers)
        self.run.end(session, visit, Outcome.read)

    def _next_look(self, hint: dict[str, Any]) -> datetime | None:
        """A page with young posts is looked at again for those that were edited or removed."""
        return self.run.look_again(parse_date(hint.get("latest"), self.run.now)) if hint.get("latest") else None

    def _remove(self, session: Session, gone: list[list[str]]) -> None:
        for post, url in gone:
            document_id = self.run.remove(session, f"{thread_key(url)}-{post}")
            self.run.note(session, url, Outcome.deleted, document_id=document_id)

    def _title(self, read: ReadPage) -> str | None:
        return read.visit.hint.get("title") or read.thread.title

    def _document(self, post: Post, read: ReadPage) -> Document:
        url = self.post_url(read.thread.canonical_url or read.page.url, post)
        first, source = str(read.visit.hint.get("first") or read.thread.posts[0].id), self.run.source
        return post_document(post, read.thread, read.page, ThreadHead(source.id, source.publisher, first, self._title(read)), url)

    def unchanged(self, session: Session, visit: Visit) -> None:
        """A page that has not changed may be followed by one that has."""
        self.run.frontier.finish(session, visit, next_visit=self._next_look(visit.hint))
        self.run.end(session, visit, Outcome.unchanged)
        found = self._next_page(visit, visit.hint.get("next"), "", None, on_topic=True) if visit.hint.get("on_topic") else None
        if found:
            self.run.discover(session, [found])

    def gone(self, session: Session, visit: Visit) -> None:
        """A list that is gone has moved; a thread's posts were removed with it."""
        if visit.role == "listing":
            self.run.end_failed(session, visit, "the address is gone (404): it has moved or was closed")
            return
        self._remove(session, visit.hint.get("posts") or [])
        super().gone(session, visit)

    def missed(self, session: Session, visit: Visit) -> None:
        """A page of an undecided thread could not be read: the pages that were wait with it, so that none is judged without the others."""
        held = self.threads.get(self._key(visit))
        if held is None or visit.url_hash not in held.pending:
            return
        held.pending.discard(visit.url_hash)
        for read in held.pages:
            self.run.put_off(session, read.visit, RETRY, "a page of the thread could not be read")
        self.threads.pop(self._key(visit))
