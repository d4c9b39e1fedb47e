"""The pieces of a world: articles with their comments, threads with their posts, addresses that lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from crawlers.samples.corpus import Labels
from crawlers.samples.outlets import Board, Forum, Newspaper
from crawlers.samples.plan import Answer
from langnghe.folding import fold


def slug(title: str) -> str:
    """A title as addresses carry it: ``het-thuoc-bhyt``."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(title)).split())[:90].strip("-") or "bai-viet"


@dataclass
class Comment:
    """A reader's comment; ``id`` is given once all comments are known, in the order of time."""

    key: str
    name: str
    text: str
    published: datetime
    likes: int
    labels: Labels
    replies: "list[Comment]"
    id: int = 0

    def thread(self) -> "Iterator[Comment]":
        """Itself and every answer below it."""
        yield self
        for reply in self.replies:
            yield from reply.thread()


@dataclass
class Article:
    """An article in one newspaper; copies of one text are articles of their own."""

    key: str
    group: str | None
    outlet: Newspaper
    section: str
    title: str
    sapo: str
    body: list[str]
    author: str
    published: datetime
    modified: datetime
    labels: Labels
    number: str
    """Digits at the end of its address, which the comment service knows it by."""
    comments: list[Comment] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its address below the newspaper's."""
        return f"/{slug(self.title)}-{self.number}.htm"

    @property
    def url(self) -> str:
        """Its canonical URL."""
        return f"https://{self.outlet.host}{self.path}"

    def all_comments(self) -> Iterator[Comment]:
        """Comments and the answers to them."""
        for comment in self.comments:
            yield from comment.thread()


@dataclass
class Post:
    """A post; ``id`` is given once all posts are known, in the order of time."""

    key: str
    author: str
    text: str
    published: datetime
    labels: Labels
    position: int
    quotes: "Post | None" = None
    id: int = 0


@dataclass
class Thread:
    """A thread of the forum."""

    key: str
    group: str | None
    forum: Forum
    board: Board
    title: str
    posts: list[Post]
    id: int = 0

    @property
    def path(self) -> str:
        """Its address below the forum's."""
        return f"/threads/{slug(self.title)}.{self.id}/"

    @property
    def url(self) -> str:
        """Its canonical URL."""
        return f"https://{self.forum.host}{self.path}"

    @property
    def latest(self) -> Post:
        """The last post."""
        return self.posts[-1]


@dataclass
class DeadLink:
    """An address of the main newspaper that its lists name and that gives no article."""

    answer: Answer
    outlet: Newspaper
    section: str
    title: str
    published: datetime
    number: str

    @property
    def path(self) -> str:
        """Its address below the newspaper's; advertorials stand in a folder that robots.txt keeps crawlers from."""
        return f"{'/quang-cao' if self.answer == 'advertorial' else ''}/{slug(self.title)}-{self.number}.htm"

    @property
    def url(self) -> str:
        """Its URL."""
        return f"https://{self.outlet.host}{self.path}"
