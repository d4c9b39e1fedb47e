"""Readers' comments from the services of newspapers, which answer in JSON or in pieces of HTML."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from crawlers.dates import Reading, parse_date
from crawlers.page import block_text, first, prune, select
from crawlers.sources import CommentsOf
from crawlers.structures import CommentPage, Comments, CommentService


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
    unread: int = 0
    """Replies that there are beside those that came with it."""


def page_address(of: CommentsOf, service: Comments, article_id: str, number: int) -> str:
    """Address of a page of comments."""
    offset = (number - service.first_page) * service.page_size
    return of.address.replace("{id}", article_id).replace("{page}", str(number)).replace("{offset}", str(offset))


def replies_address(of: CommentsOf, article_id: str, comment_id: str) -> str | None:
    """Address of the answers to a comment; None where the service has none."""
    return of.replies.replace("{id}", article_id).replace("{comment}", comment_id) if of.replies else None


def article_id_of(service: Comments, article_url: str) -> str | None:
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


def _value(item: dict[str, Any], path: str | None) -> Any:
    found: Any = item
    for step in (path or "").split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _comments(items: list[Any], service: CommentService, now: datetime, reading: Reading, reply_to: str | None = None) -> Iterator[Comment]:
    names = service.fields
    for item in items:
        if not isinstance(item, dict) or _value(item, names.id) is None:
            continue
        comment_id, author, replies = str(_value(item, names.id)), _value(item, names.author), _value(item, names.replies)
        replies, answers = replies if isinstance(replies, list) else [], _value(item, names.answers)
        published = parse_date(str(_value(item, names.published) or ""), now, reading)
        unread = max(0, int(answers) - len(replies)) if isinstance(answers, int) else 0
        text = _plain(str(_value(item, names.text) or ""))
        yield Comment(comment_id, str(author).strip() if author else None, text, published, reply_to, unread)
        yield from _comments(replies, service, now, reading, comment_id)


def _marked_up(element: HtmlElement, how: CommentPage, now: datetime, reading: Reading, reply_to: str | None = None) -> Iterator[Comment]:
    """A comment of a page and the answers below it."""
    replies = select(element, how.reply) if reply_to is None else []
    own = copy.deepcopy(element)
    prune(own, [how.reply] if reply_to is None else [])
    comment_id = first(own, how.id) or first(element, how.id)
    if comment_id is None:
        return
    bodies = [body for selector in how.text for body in select(own, selector)]
    text = block_text(prune(bodies[0], how.drop)) if bodies else ""
    yield Comment(comment_id, first(own, how.author), text, parse_date(first(own, how.published), now, reading), reply_to)
    for reply in replies:
        yield from _marked_up(reply, how, now, reading, comment_id)


def _on_page(body: str, how: CommentPage, now: datetime, reading: Reading) -> Iterator[Comment]:
    if not body.strip():
        return
    tree = lxml.html.document_fromstring(f"<div>{body}</div>")
    items = select(tree, how.item)
    if not items and tree.text_content().strip():
        raise BadAnswer(f"no comments ({how.item}) in the answer")
    for item in items:
        yield from _marked_up(item, how, now, reading)


def read_comments(body: str, service: Comments, now: datetime, reading: Reading | None = None) -> list[Comment]:
    """Comments and their replies, in the service's order; those without text are left out.

    Raises:
        BadAnswer: the answer is not in the service's form.
    """
    reading = reading or Reading()
    if isinstance(service, CommentPage):
        return [comment for comment in _on_page(body, service, now, reading) if comment.text]
    try:
        items = _items(json.loads(body, strict=False), service)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"no answer of the comment service: {error}") from None
    return [comment for comment in _comments(items, service, now, reading) if comment.text]
