"""The sample forum as a site, in the structure of XenForo 2: boards, lists of threads, threads, feeds."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, TypeVar

from crawlers.samples.newspaper import Entry, missing
from crawlers.samples.outlets import Board
from crawlers.samples.pieces import Thread
from crawlers.samples.rendering import render
from crawlers.samples.site import PLAIN, XML, Response, redirect, text_response
from crawlers.samples.world import World

THREADS_A_PAGE = 15
POSTS_A_PAGE = 4
"""Fewer than XenForo's 20, so that the sample threads, most of them short, need a second page."""
FEED_LENGTH = 20
ROBOTS = """# dữ liệu mẫu
User-agent: *
Disallow: /goto/
Disallow: /login/
Disallow: /register/
Disallow: /members/
Disallow: /threads/*/latest
Disallow: /threads/*/post-
"""

Item = TypeVar("Item")


def _page(items: Sequence[Item], page: int, length: int) -> tuple[Sequence[Item], int]:
    """The items of a page (from 1) and the number of pages."""
    return items[(page - 1) * length : page * length], max(1, -(-len(items) // length))


class ForumSite:
    """Answers for the forum's host."""

    def __init__(self, world: World) -> None:
        self.forum = world.outlets.forum
        self.by_id = {thread.id: thread for thread in world.threads}
        self.thread_of_post = {post.id: thread for thread in world.threads for post in thread.posts}
        self.boards = {board.id: board for board in self.forum.boards}
        self.lists = {board.id: self._threads_of(world, board) for board in self.forum.boards}

    @staticmethod
    def _threads_of(world: World, board: Board) -> list[Thread]:
        return sorted((t for t in world.threads if t.board == board), key=lambda t: (t.latest.published, t.id), reverse=True)

    def answer(self, path: str, query: Mapping[str, str]) -> Response:
        """The page at ``path``; 404 for unknown ones."""
        if path == "/":
            return self._render("forum_home.html", "forum_list", "", "")
        if path == "/robots.txt":
            return text_response(ROBOTS, PLAIN)
        if path == "/goto/post":
            return self._goto(query.get("id", ""))
        if found := re.fullmatch(r"/forums/[a-z0-9-]+\.(\d{1,9})/(?:page-(\d{1,6})|(index\.rss))?", path):
            return self._board(int(found[1]), int(found[2] or 1), is_feed=bool(found[3]))
        if found := re.fullmatch(r"/threads/[a-z0-9-]+\.(\d{1,9})/(?:page-(\d{1,6})|post-(\d{1,12})|latest)?", path):
            return self._thread(int(found[1]), int(found[2] or 1), post=int(found[3] or 0))
        return missing()

    def _render(self, file: str, kind: str, container: str, key: str, **values: Any) -> Response:
        html = render(file, forum=self.forum, kind=kind, container=container, content_key=key, **values)
        return text_response(html)

    def _board(self, board_id: int, page: int, *, is_feed: bool) -> Response:
        board = self.boards.get(board_id)
        if board is None:
            return missing()
        if is_feed:
            return self._feed(board)
        threads, pages = _page(self.lists[board_id], page, THREADS_A_PAGE)
        if not 1 <= page <= pages:
            return missing()
        shown = {"board": board, "threads": threads, "page": page, "pages": pages}
        return self._render("forum_list.html", "forum_view", f"node-{board_id}", f"forum-{board_id}", **shown)

    def _feed(self, board: Board) -> Response:
        threads = self.lists[board.id][:FEED_LENGTH]
        entries = [Entry(t.title, t.url, t.latest.published, escape(t.posts[0].text)) for t in threads]
        link = f"https://{self.forum.host}{board.path}"
        feed = render("feed.xml", title=f"{board.name} | {self.forum.name}", link=link, built=entries[0].published, items=entries)
        return text_response(feed, XML, modified=entries[0].published)

    def _thread(self, thread_id: int, page: int, *, post: int) -> Response:
        thread = self.by_id.get(thread_id)
        if thread is None:
            return missing()
        if post:
            return self._goto(str(post))
        posts, pages = _page(thread.posts, page, POSTS_A_PAGE)
        if not 1 <= page <= pages:
            return missing()
        shown = {"thread": thread, "posts": posts, "page": page, "pages": pages}
        return self._render("thread.html", "thread_view", f"node-{thread.board.id}", f"thread-{thread.id}", **shown)

    def _goto(self, post_id: str) -> Response:
        """XenForo sends who asks for a post to its page of the thread."""
        thread = self.thread_of_post.get(int(post_id)) if post_id.isdecimal() and len(post_id) < 13 else None
        if thread is None:
            return missing()
        page = self._position(thread, int(post_id)) // POSTS_A_PAGE + 1
        return redirect(f"{thread.url}{f'page-{page}' if page > 1 else ''}#post-{post_id}")

    @staticmethod
    def _position(thread: Thread, post_id: int) -> int:
        return next(i for i, post in enumerate(thread.posts) if post.id == post_id)
