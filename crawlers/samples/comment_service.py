"""Readers' comments as JSON, in the form of id.tuoitre.vn: ``Data`` is a JSON text, page by page, the newest first."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from crawlers.samples.newspaper import missing
from crawlers.samples.outlets import Newspaper
from crawlers.samples.pieces import Article, Comment
from crawlers.samples.site import JSON, PLAIN, Response, text_response
from crawlers.samples.world import World
from langnghe.clock import VIETNAM

COMMENTS_A_PAGE = 3
"""Fewer than real services give (10 and more), so that the sample articles' comments need a second page."""
PATH = "/api/getlist-comment.api"


def host_of(paper: Newspaper) -> str:
    """The host of a newspaper's comment service."""
    return f"id.{paper.host}"


def _item(comment: Comment, article: Article, parent: int = 0) -> dict[str, Any]:
    return {
        "id": str(comment.id),
        "parent_id": str(parent),
        "object_id": article.number,
        "object_type": 1,
        "sender_fullname": comment.name,
        "content": escape(comment.text, quote=False),
        "published_date": comment.published.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M:%S"),
        "likes": comment.likes,
        "reactions": {"1": comment.likes},
        "child_comments": [_item(reply, article, comment.id) for reply in comment.replies],
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1


class CommentSite:
    """Answers for the comment service of one newspaper."""

    def __init__(self, world: World, paper: Newspaper) -> None:
        self.by_number = {article.number: article for article in world.articles if article.outlet == paper}

    def answer(self, path: str, query: Mapping[str, str]) -> Response:
        """A page of the comments of article ``objId``; an unknown article has none, as there."""
        if path == "/robots.txt":
            return text_response("# dữ liệu mẫu\nUser-agent: *\nAllow: /api/\n", PLAIN)
        if path != PATH:
            return missing()
        article = self.by_number.get(query.get("objId", "")) if query.get("objType", "1") == "1" else None
        return self._page(article, max(_number(query.get("pageindex")), 1))

    def _page(self, article: Article | None, page: int) -> Response:
        comments = sorted(article.comments, key=lambda comment: comment.published, reverse=True) if article else []
        shown = comments[(page - 1) * COMMENTS_A_PAGE : page * COMMENTS_A_PAGE]
        data = json.dumps([_item(comment, article) for comment in shown], ensure_ascii=False) if article else "[]"
        answer = {"Success": True, "Message": "dữ liệu mẫu", "Data": data, "Total": len(comments)}
        return text_response(json.dumps(answer, ensure_ascii=False), JSON)
