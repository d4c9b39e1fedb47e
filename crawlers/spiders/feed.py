"""Newspapers and offices' sites: feeds, section pages and sitemaps lead to articles, articles to their readers' comments."""

from collections.abc import Iterable, Iterator

from scrapy.http import Response
from sqlalchemy.orm import Session

from crawlers.article import NotAnArticle
from crawlers.comments import Comment, article_id_of, page_address, read_comments, replies_address
from crawlers.conversion import article_document
from crawlers.dates import parse_date
from crawlers.extraction import extract_page, selectors_of
from crawlers.frontier import Discovery, Visit
from crawlers.lists import BadFeed, listed_links, newest_listed, read_feed
from crawlers.page import Page
from crawlers.sitemaps import Sitemap, read_sitemap
from crawlers.spiders.base import SourceSpider, Unreadable, first_page_of, headers_of
from crawlers.structures import Selectors
from crawlers.thread import ThreadPage
from crawlers.time_limit import at_most
from crawlers.urls import absolute, is_home
from crawlers.walls import is_blocked
from langnghe.documents import Document, Kind
from langnghe.record.ledger import Outcome


class FeedSpider(SourceSpider):
    """Reads a source of the kinds ``feed``, ``listing`` and ``sitemap``."""

    def seeds(self) -> Iterable[Discovery]:
        """Feeds, sitemaps and first section pages."""
        for feed in self.run.source.feeds:
            yield Discovery(feed.url, "feed", {"on_topic": feed.on_topic})
        for sitemap in self.run.source.sitemaps:
            yield Discovery(sitemap.url, "sitemap", {"on_topic": sitemap.on_topic})
        for each in self.run.source.listings:
            yield first_page_of(each)
        yield from self.archives()

    def read(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        """Deal with a page by what its URL was found as."""
        readers = {"feed": self._feed, "sitemap": self._sitemap, "listing": self._listing, "comments": self._comments}
        readers.get(visit.role, self._article)(session, visit, page, response)

    @property
    def selectors(self) -> Selectors:
        """The source's selectors, with those of its structure."""
        return selectors_of(self.run.source, self.run.structures)

    def _read(self, session: Session, visit: Visit, response: Response, reason: str | None = None) -> None:
        self.run.frontier.finish(session, visit, headers=headers_of(response))
        self.run.end(session, visit, Outcome.read, reason)

    def _feed(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        try:
            feed = read_feed(page, self.run.reading)
        except BadFeed:
            if wall := is_blocked(page):
                raise NotAnArticle(wall, blocked=True) from None
            raise
        self.run.discover(session, self._articles(page, feed.links, visit))
        self._read(session, visit, response, feed.malformed[:300] if feed.malformed else None)

    def _sitemap(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        if wall := is_blocked(page):
            raise NotAnArticle(wall, blocked=True)
        sitemap = read_sitemap(page.body, page.fetched, self.run.reading)
        undated = sum(listed.latest is None for listed in sitemap.pages)
        self.run.discover(session, self._children(page, sitemap, visit))
        self.run.discover(session, self._of_sitemap(page, sitemap, visit))
        self._read(session, visit, response, f"{undated} addresses without a time were passed over" if undated else None)

    def _children(self, page: Page, sitemap: Sitemap, visit: Visit) -> Iterator[Discovery]:
        """Further sitemaps that may list something recent."""
        for child in sitemap.children:
            url = absolute(page.url, child.url)
            if url and self.run.source.owns(url) and (child.latest is None or child.latest >= self.run.oldest):
                mark = child.latest.isoformat() if child.latest and not self.run.since else f"run {self.run.run_id}"
                yield Discovery(url, "sitemap", {"on_topic": visit.hint.get("on_topic")}, mark=mark)

    def _of_sitemap(self, page: Page, sitemap: Sitemap, visit: Visit) -> Iterator[Discovery]:
        """Articles that are recent; an article whose time has changed since is read again."""
        recent = {listed.url: listed.latest for listed in sitemap.pages if listed.latest and listed.latest >= self.run.oldest}
        for found in self._articles(page, recent, visit):
            modified = next((latest for url, latest in recent.items() if absolute(page.url, url) == found.url), None)
            yield Discovery(found.url, found.role, found.hint, mark=modified.isoformat() if modified else None)

    def _articles(self, page: Page, links: Iterable[str | None], visit: Visit) -> Iterator[Discovery]:
        """Links to pages of this source; others are not ours to read."""
        hint = {"on_topic": True} if visit.hint.get("on_topic") else {}
        base = page.base if visit.role == "listing" else page.url
        for url in dict.fromkeys(absolute(base, link) for link in links):
            if url and self.run.source.owns(url) and not is_home(url) and url != page.url:
                yield Discovery(url, "article", hint)

    def _listing(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        if wall := is_blocked(page):
            raise NotAnArticle(wall, blocked=True)
        found = list(self._articles(page, listed_links(page, self.selectors), visit))
        if not found and visit.hint.get("page", 1) == 1:
            raise Unreadable("no articles on the section page: its layout has changed, or it needs a browser")
        if self.brings_new(session, visit, found) and not self._too_old(page):
            self.run.discover(session, self.next_listing(visit, page, self.selectors.next))
        self.end_listing(session, visit, response)

    def _too_old(self, page: Page) -> bool:
        newest = newest_listed(page, self.selectors, self.run.reading)
        return newest is not None and newest < self.run.oldest

    def gone(self, session: Session, visit: Visit) -> None:
        """A page of a section, an archive or of comments that is not there ends them; an article is removed."""
        past = visit.role == "comments" or visit.hint.get("archive") or (visit.role == "listing" and visit.hint.get("page", 1) > 1)
        if past:
            self.run.frontier.finish(session, visit)
            self.run.end(session, visit, Outcome.read, "past the last page")
        elif visit.role in {"feed", "listing", "sitemap"}:
            self.run.end_failed(session, visit, "the address is gone (404): it has moved or was closed")
        else:
            super().gone(session, visit)

    def _article(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        with at_most():
            article = extract_page(page, self.run.source, self.run.structures)
        if isinstance(article, ThreadPage):
            raise NotAnArticle("a thread of a forum")
        agreement = self.run.watch.compare(page, article, has_selectors=bool(self.selectors.body))
        if not visit.hint.get("on_topic") and not self.run.terms.found_in(article.title, article.text):
            self.run.end_off_topic(session, visit, agreement)
            return
        document = article_document(article, page, self.run.source)
        outcome, document_id = self._keep(session, visit, document)
        next_visit = None if outcome is Outcome.duplicate else self.run.look_again(document.published)
        hint = {"ref": document.id, "published": document.published.isoformat() if document.published else None}
        self.run.frontier.finish(session, visit, next_visit=next_visit, hint=hint, headers=headers_of(response))
        self.run.end(session, visit, outcome, article.flag, document_id, agreement)
        if outcome is not Outcome.duplicate:
            self.run.discover(session, self._comments_of(document))

    def _keep(self, session: Session, visit: Visit, document: Document) -> tuple[Outcome, int]:
        """Store an article; what stands under another address already stays with that one, which is the one that is looked at again."""
        again = visit.hint.get("ref") == document.id
        if not again and (self.run.source.key or document.url != visit.url):  # else its identity is made of this very address
            known = self.run.known(session, document.id)
            if known is not None and known.url != document.url:
                return Outcome.duplicate, known.id
        stored = self.run.store(session, document)
        return Outcome.duplicate if stored.outcome == "unchanged" and not again else Outcome(stored.outcome), stored.document_id

    def unchanged(self, session: Session, visit: Visit) -> None:
        """An article that has not changed is looked at again while it is young, and so are its comments."""
        next_visit = None
        if visit.role in {"article", "comments"}:
            next_visit = self.run.look_again(parse_date(visit.hint.get("published"), self.run.now))
        self.run.frontier.finish(session, visit, next_visit=next_visit)
        self.run.end(session, visit, Outcome.unchanged)

    def _comments_of(self, document: Document) -> Iterator[Discovery]:
        of = self.run.source.comments
        service = self.run.structures.comments[of.service] if of else None
        if of and service and document.url and (article_id := article_id_of(service, document.url)):
            hint = {
                "article": document.id, "article_id": article_id, "title": document.title, "url": document.url, "page": service.first_page,
                "published": document.published.isoformat() if document.published else None,
            }  # fmt: skip
            yield Discovery(page_address(of, service, article_id, service.first_page), "comments", hint)

    def _comments(self, session: Session, visit: Visit, page: Page, response: Response) -> None:
        of = self.run.source.comments
        if of is None:
            raise Unreadable("the source names no comment service any more")
        if self.run.is_removed(session, str(visit.hint["article"])):
            self._read(session, visit, response, "the article was removed")
            return
        comments = read_comments(page.text, self.run.structures.comments[of.service], page.fetched, self.run.reading)
        for comment in comments:
            document = self._comment_document(comment, visit, page)
            stored = self.run.store(session, document)
            self.run.note(session, document.url or "", Outcome(stored.outcome), document_id=stored.document_id)
        self._next_comments(session, visit, comments)
        next_visit = self.run.look_again(parse_date(visit.hint.get("published"), self.run.now))
        self.run.frontier.finish(session, visit, next_visit=next_visit, headers=headers_of(response))
        self.run.end(session, visit, Outcome.read)

    def _next_comments(self, session: Session, visit: Visit, comments: list[Comment]) -> None:
        """The replies that were left out, and the next page, unless this one was empty or the service repeats itself."""
        of, number, article_id = self.run.source.comments, int(visit.hint["page"]) + 1, str(visit.hint["article_id"])
        if of is None or visit.hint.get("reply_to"):
            return
        for comment in comments:
            if comment.unread and (address := replies_address(of, article_id, comment.id)):
                hint = {**visit.hint, "reply_to": comment.id}
                self.run.discover(session, [Discovery(address, "comments", hint, mark=f"{comment.unread} replies")])
        if comments and comments[0].id != visit.hint.get("before") and number <= self.run.most_pages:
            url = page_address(of, self.run.structures.comments[of.service], article_id, number)
            self.run.discover(session, [Discovery(url, "comments", {**visit.hint, "page": number, "before": comments[0].id})])

    def _comment_document(self, comment: Comment, visit: Visit, page: Page) -> Document:
        hint = visit.hint
        return Document(
            id=f"{hint['article']}-c{comment.id}"[:200], source=self.run.source.id, kind=Kind.comment,
            url=f"{hint['url']}#comment-{comment.id}",
            text=comment.text, author=comment.author, published=comment.published, fetched=page.fetched, outlet=self.run.source.publisher,
            parent=str(hint["article"]), context=hint.get("title"),
        )  # fmt: skip
