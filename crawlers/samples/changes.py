"""What changes between the morning of day -1 and that of day 0: an article is edited, a post deleted, a source falls silent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from crawlers.samples.forum import POSTS_A_PAGE
from crawlers.samples.outlets import Newspaper
from crawlers.samples.pieces import Article, Comment, Post, Thread
from crawlers.samples.world import World
from crawlers.samples.world_site import WorldSite
from langnghe.clock import VIETNAM, iso

CRAWLED = time(7)
"""When the demo crawls, on day -1 and on day 0."""
YOUNG = timedelta(days=6)
"""What changes is young enough to be looked at again."""


@dataclass(frozen=True)
class State:
    """The sources as they stand at a moment."""

    moment: datetime
    world: World
    site: WorldSite


@dataclass(frozen=True)
class Changes:
    """The changes of a world; the seed decides which."""

    world: World

    @cached_property
    def mornings(self) -> tuple[datetime, datetime]:
        """When the demo crawls: day -1 and day 0."""
        today = datetime.combine(self.world.day0, CRAWLED, VIETNAM)
        return today - timedelta(days=1), today

    @property
    def moment(self) -> datetime:
        """When all of them happen: late in the evening of day -1."""
        return datetime.combine(self.world.day0 - timedelta(days=1), time(22, 10), VIETNAM)

    def _is_young(self, published: datetime) -> bool:
        return timedelta() < self.mornings[0] - published < YOUNG

    def _rng(self, name: str) -> Random:
        return Random(f"{self.world.seed}:{name}")  # noqa: S311 - samples, not secrets

    @cached_property
    def edited(self) -> Article:
        """The article that has its last paragraph only since the evening."""
        main = [a for a in self.world.articles if a.outlet == self.world.outlets.main and len(a.body) >= 3]
        young = [a for a in main if self._is_young(a.published)]
        return self._rng("edited").choice(young or main[-1:])

    @cached_property
    def deleted(self) -> Post:
        """The post that a moderator takes out; nobody quotes it, and no page begins with it."""
        of_threads = (post for thread in self.world.threads if not thread.group for post in _removable(thread))
        return self._rng("deleted").choice([post for post in of_threads if self._is_young(post.published)])

    @cached_property
    def silent(self) -> Newspaper:
        """The small paper that shows crawlers a wall from the evening on; the one that prints least in its last hours before."""
        late = [article.outlet.id for article in self.world.articles if article.published > self.mornings[0]]
        return min(reversed(self.world.outlets.specialists), key=lambda paper: late.count(paper.id))

    def at(self, moment: datetime) -> State:
        """The state of the sources at a moment."""
        articles = [self._article(a, moment) for a in self.world.articles if a.published <= moment]
        threads = [t for thread in self.world.threads if (t := self._thread(thread, moment)).posts]
        dead_links = [link for link in self.world.dead_links if link.published <= moment]
        world = replace(self.world, articles=articles, threads=threads, dead_links=dead_links)
        return State(moment, world, WorldSite(world, frozenset([self.silent.host] if moment >= self.moment else [])))

    def states(self) -> Iterator[State]:
        """Day -1 and day 0, as the demo crawls them."""
        return (self.at(moment) for moment in self.mornings)

    def truth(self) -> dict[str, Any]:
        """What changes and when, JSON-serialisable."""
        at = iso(self.moment)
        return {
            "edited": {"key": self.edited.key, "url": self.edited.url, "at": at},
            "deleted": {"key": self.deleted.key, "at": at},
            "silent": {"source": self.silent.id, "since": at},
        }

    def _article(self, article: Article, moment: datetime) -> Article:
        shown = replace(article, comments=list(_comments(article.comments, moment)))
        if article is not self.edited:
            return shown
        if moment < self.moment:
            return replace(shown, body=article.body[:-1], modified=article.published)
        return replace(shown, modified=self.moment)

    def _thread(self, thread: Thread, moment: datetime) -> Thread:
        posts = [post for post in thread.posts if post.published <= moment and (post is not self.deleted or moment < self.moment)]
        return replace(thread, posts=posts)


def _removable(thread: Thread) -> list[Post]:
    quoted = {post.quotes.key for post in thread.posts if post.quotes}
    return [post for index, post in enumerate(thread.posts) if index % POSTS_A_PAGE and post.key not in quoted]


def _comments(comments: list[Comment], moment: datetime) -> Iterator[Comment]:
    for comment in comments:
        if comment.published <= moment:
            yield replace(comment, replies=list(_comments(comment.replies, moment)))
