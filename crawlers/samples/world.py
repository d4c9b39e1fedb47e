"""A world: every document of the invented outlets with its moment of publication, a function of the seed and day 0 alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from random import Random
from typing import Any

from crawlers.samples.casting import Cast, cast
from crawlers.samples.corpus import Corpus, WrittenThread, load_corpus
from crawlers.samples.moments import FORUM_HOURS, answer_after, last_moment, moment_on
from crawlers.samples.newsroom import Newsroom, filled
from crawlers.samples.outlets import Forum, Outlets, load_outlets
from crawlers.samples.pieces import Article, Comment, DeadLink, Post, Thread
from crawlers.samples.plan import Plan, load_plan
from crawlers.samples.schedule import Span, schedule, spans

FIRST_COMMENT, FIRST_THREAD, FIRST_POST = 5_400_211, 60_503, 1_204_318


@dataclass
class World:
    """What the sample sources hold on day 0 at half past six in the morning."""

    seed: int
    day0: date
    outlets: Outlets
    plan: Plan
    casts: dict[str, Cast]
    spans: dict[str, Span]
    articles: list[Article]
    threads: list[Thread]
    dead_links: list[DeadLink]

    @cached_property
    def last(self) -> datetime:
        """No document is later."""
        return last_moment(self.day0)

    def comments(self) -> Iterator[Comment]:
        """All comments and answers."""
        for article in self.articles:
            yield from article.all_comments()

    def posts(self) -> Iterator[Post]:
        """All posts."""
        for thread in self.threads:
            yield from thread.posts

    def truth(self) -> dict[str, Any]:
        """What was planted and how each document is labelled, JSON-serialisable; see :mod:`crawlers.samples.truth`."""
        from crawlers.samples.truth import truth_of

        return truth_of(self)


def _posts(written: WrittenThread, day: date, the_cast: Cast, seed: int, last: datetime) -> list[Post]:
    """Each post hours after the one before it; a thread's first post starts the day that the schedule gave it."""
    rng, posts = Random(f"{seed}:{written.key}"), dict[str, Post]()  # noqa: S311 - samples, not secrets
    moment = moment_on(day, FORUM_HOURS, rng, last)
    for position, post in enumerate(written.posts, 1):
        moment = moment if position == 1 else answer_after(moment, 5, rng, last)
        quoted = posts.get(post.quotes or "")
        posts[post.key] = Post(post.key, post.author, the_cast.fill(post.text), moment, filled(post.labels, the_cast), position, quoted)
    return list(posts.values())


def _thread(written: WrittenThread, forum: Forum, day: date, the_cast: Cast, seed: int, last: datetime) -> Thread:
    posts = _posts(written, day, the_cast, seed, last)
    return Thread(written.key, written.group, forum, forum.board_of(written.main_topic()), the_cast.fill(written.title), posts)


def _number(world: World) -> None:
    """Ids in the order of time, as the systems give them."""
    for number, comment in enumerate(sorted(world.comments(), key=lambda c: (c.published, c.key))):
        comment.id = FIRST_COMMENT + 7 * number
    for number, post in enumerate(sorted(world.posts(), key=lambda p: (p.published, p.key))):
        post.id = FIRST_POST + 3 * number
    for number, thread in enumerate(sorted(world.threads, key=lambda t: t.posts[0].id)):
        thread.id = FIRST_THREAD + 2 * number


def _articles(corpus: Corpus, newsroom: Newsroom, days: dict[str, date], casts: dict[str, Cast]) -> list[Article]:
    articles: list[Article] = []
    for text in corpus.articles:
        the_cast = casts.get(text.group or "", Cast())
        if text.variants:
            articles += newsroom.copies(text, days[text.key], the_cast)
        else:
            articles.append(newsroom.article(text, days[text.key], the_cast))
    return sorted(articles, key=lambda article: (article.published, article.key))


def make_world(seed: int, day0: date) -> World:
    """The world of a seed and a day 0; the same arguments give the same world."""
    corpus, outlets, plan, last = load_corpus(), load_outlets(), load_plan(), last_moment(day0)
    casts, days = cast(plan, seed), schedule([*corpus.articles, *corpus.threads], plan, seed, day0)
    newsroom = Newsroom(outlets, seed, day0)
    articles = _articles(corpus, newsroom, days, casts)
    threads = [_thread(text, outlets.forum, days[text.key], casts.get(text.group or "", Cast()), seed, last) for text in corpus.threads]
    world = World(seed, day0, outlets, plan, casts, spans(plan, seed, day0), articles, threads, newsroom.dead_links(plan))
    _number(world)
    return world
