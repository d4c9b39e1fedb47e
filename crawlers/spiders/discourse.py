"""Discourse forums, read from their JSON."""

from collections.abc import Iterator

from crawlers.discourse import more_topics, topic_page, topic_rows
from crawlers.frontier import Discovery, Visit
from crawlers.page import Page
from crawlers.spiders.base import read_before
from crawlers.spiders.threads import ThreadSpider
from crawlers.thread import Post, ThreadPage, ThreadRow


class DiscourseSpider(ThreadSpider):
    """Reads a source of the kind ``discourse``."""

    def rows(self, page: Page) -> list[ThreadRow]:
        """The topics of a list."""
        return topic_rows(page, self.run.reading)

    def thread_page(self, page: Page) -> ThreadPage:
        """A page of a topic."""
        return topic_page(page, self.run.reading)

    def post_url(self, thread: str, post: Post) -> str:
        """A post stands below its topic by its number."""
        return f"{thread}/{post.position}"

    def following(self, visit: Visit, page: Page) -> Iterator[Discovery]:
        """The next page of a list, as the list names it."""
        number, url = int(visit.hint.get("page", 1)) + 1, more_topics(page)
        if url and number <= self.run.most_pages and self.run.source.owns(url):
            hint = {**visit.hint, "page": number, "after": read_before(visit)}
            hint.pop("read_in", None)
            yield Discovery(url, "listing", hint, mark=f"run {self.run.run_id}")
