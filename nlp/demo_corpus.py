"""The written texts of the sample sources as an independent set: articles with comments, threads with posts, labels beside them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from langnghe.documents import Kind
from langnghe.errors import WrongCall
from langnghe.folding import fold
from nlp.labelled import Labelled

PUBLISHED = date(2026, 9, 1)
SLOTS = {"{province}": "Nghệ An", "{province2}": "Cà Mau", "{province3}": "Lâm Đồng"}
"""What stands in the slots that the samples fill by their seed."""


def _filled(text: str) -> str:
    for slot, name in SLOTS.items():
        text = text.replace(slot, name).replace(slot.replace("}", "_plain}"), fold(name))
    return text


def _labelled(key: str, group: str, kind: Kind, text: str, labels: dict[str, Any], **more: str) -> Labelled:
    values = {**labels, "provinces": [_filled(name) for name in labels.get("provinces", [])]}
    filled = {name: _filled(value) for name, value in {**more, "text": text}.items()}
    return Labelled.model_validate({"id": key, "voice": key, "story": group, "kind": kind, "published": PUBLISHED, **filled, **values})


def _comments(row: dict[str, Any], comments: list[dict[str, Any]]) -> Iterator[Labelled]:
    for comment in comments:
        yield _labelled(comment["key"], row["key"], Kind.comment, comment["text"], comment["labels"], context=row["title"])
        yield from _comments(row, comment.get("replies", []))


def _texts(row: dict[str, Any]) -> Iterator[Labelled]:
    if "posts" in row:
        for post in row["posts"]:
            yield _labelled(post["key"], row["key"], Kind.forum, post["text"], post["labels"], context=row["title"])
        return
    text = "\n".join([row["sapo"], *row["body"]])
    yield _labelled(row["key"], row["key"], Kind.news, text, row["labels"], title=row["title"])
    yield from _comments(row, row.get("comments", []))


def is_demo_corpus(row: dict[str, Any]) -> bool:
    """Whether a line has the form of the sample sources' corpus."""
    return "posts" in row or "sapo" in row


def load_texts(path: Path) -> list[Labelled]:
    """Texts with labels from a file in either form: one text a line, or the sample sources' articles and threads.

    Raises:
        WrongCall: the file can't be read, or a line is in neither form.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise WrongCall(f"{path}: {error.strerror}", "Name a file of labelled texts.") from None
    return [text for number, line in enumerate(lines, 1) if line.strip() for text in _of_line(line, f"{path}:{number}")]


def _of_line(line: str, where: str) -> list[Labelled]:
    try:
        row = json.loads(line)
        return list(_texts(row)) if is_demo_corpus(row) else [Labelled.model_validate(row)]
    except (ValueError, KeyError, TypeError) as error:
        reason = str(error).replace("\n", " ")[:200]
        raise WrongCall(f"{where}: {reason}", "Correct the line; nlp/data/README.md describes the form.") from None
