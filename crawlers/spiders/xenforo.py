"""XenForo forums, read from their pages."""

from collections.abc import Iterator

from crawlers.article import NotAnArticle
from crawlers.extraction import extract_page
from crawlers.frontier import Discovery, Visit
from crawlers.page import Page
from crawlers.spiders.threads import ThreadSpider
from crawlers.structures import ThreadSelectors
from crawlers.thread import ThreadPage, ThreadRow, thread_rows

PRESET = "xenforo2"


class XenForoSpider(ThreadSpider):
    """Reads a source of the kind ``xenforo``."""

    @property
    def how(self) -> ThreadSelectors:
        """The selectors of the forum's structure."""
        structures = self.run.structures.threads
        return structures[self.run.source.structure or PRESET].thread

    def rows(self, page: Page) -> list[ThreadRow]:
        """The threads of a list."""
        return thread_rows(page, self.how, self.run.reading)

    def thread_page(self, page: Page) -> ThreadPage:
        """A page of a thread."""
        thread = extract_page(page, self.run.source, self.run.structures)
        if not isinstance(thread, ThreadPage):
            raise NotAnArticle("no thread of a forum")
        return thread

    def following(self, visit: Visit, page: Page) -> Iterator[Discovery]:
        """The next page of a list."""
        return self.next_listing(visit, page, self.how.next)
