"""Readers' comments from the JSON services of newspapers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.html
from lxml.etree import ParserError

from crawlers.dates import Reading, parse_date
from crawlers.page import block_text
from crawlers.sources import CommentsOf
from crawlers.structures import CommentService


class BadAnswer(ValueError):
    """The service did not answer in its form."""


@dataclass(frozen=True)
class Comment:
    """One comment; ``reply_to`` is the id of the comment that it answers."""

    id: str
    author: str | None
    text: str
    published: datetime | None
    reply_to: str | None = None


def first_page(of: CommentsOf, service: CommentService, article_url: str) -> str | None:
    """Address of the first page of an article's comments; None where its URL has no id for the service."""
    found = re.search(service.article_id, article_url)
    return page_address(of, found[1], service.first_page) if found else None


def page_address(of: CommentsOf, article_id: str, number: int) -> str:
    """Address of a page of comments."""
    return of.address.replace("{id}", article_id).replace("{page}", str(number))


def article_id_of(service: CommentService, article_url: str) -> str | None:
    """The article's id at the service."""
    found = re.search(service.article_id, article_url)
    return found[1] if found else None


def _plain(markup: str) -> str:
    """Text of a comment, which may hold HTML."""
    if "<" not in markup and "&" not in markup:
        return "\n".join(line for line in (" ".join(line.split()) for line in markup.splitlines()) if line)
    try:
        return block_text(lxml.html.fragment_fromstring(markup, create_parent="div"))
    except (ParserError, ValueError):
        return ""


def _items(answer: Any, service: CommentService) -> list[Any]:
    for step in service.items:
        answer = answer.get(step) if isinstance(answer, dict) else None
        if isinstance(answer, str):
            answer = json.loads(answer or "[]", strict=False)
    if answer is None:
        return []
    if not isinstance(answer, list):
        raise BadAnswer(f"{'.'.join(service.items)} is no list")
    return answer


def _comments(items: list[Any], service: CommentService, now: datetime, reading: Reading, reply_to: str | None = None) -> Iterator[Comment]:
    names = service.fields
    for item in items:
        if not isinstance(item, dict) or item.get(names.id) is None:
            continue
        comment_id, author = str(item[names.id]), item.get(names.author)
        published = parse_date(str(item.get(names.published) or ""), now, reading)
        yield Comment(comment_id, str(author).strip() if author else None, _plain(str(item.get(names.text) or "")), published, reply_to)
        replies = item.get(names.replies)
        yield from _comments(replies if isinstance(replies, list) else [], service, now, reading, comment_id)


def read_comments(body: str, service: CommentService, now: datetime, reading: Reading | None = None) -> list[Comment]:
    """Comments and their replies, in the service's order; those without text are left out.

    Raises:
        BadAnswer: the answer is not in the service's form.
    """
    try:
        items = _items(json.loads(body, strict=False), service)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"no answer of the comment service: {error}") from None
    return [comment for comment in _comments(items, service, now, reading or Reading()) if comment.text]
