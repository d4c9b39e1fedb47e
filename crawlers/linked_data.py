"""What a page says of itself in JSON-LD (schema.org)."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from crawlers.page import Page, clean

_ARTICLES = {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BlogPosting", "Report"}


class LinkedArticle(BaseModel):
    """The fields of a schema.org article that are of use here."""

    stated: bool = True
    """Whether the page says at all that it is an article."""
    headline: str | None = None
    description: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: list[str] = []
    section: str | None = None
    publisher: str | None = None
    language: str | None = None
    free: bool = True
    """Whether all of it can be read without paying."""


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph", []))


def _types(item: dict[str, Any]) -> set[str]:
    kinds = item.get("@type")
    return {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return clean(value) or None if isinstance(value, str) else None


def _people(value: Any) -> list[str]:
    """Names of authors; an organisation is the outlet, not an author."""
    authors = value if isinstance(value, list) else [value]
    people = (each for each in authors if not (isinstance(each, dict) and "Organization" in _types(each)))
    return [name for name in map(_text, people) if name]


def linked_objects(page: Page) -> list[dict[str, Any]]:
    """Every object of the page's JSON-LD; what is no JSON is passed over."""
    found: list[dict[str, Any]] = []
    for script in page.tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            found.extend(_objects(json.loads(script.text or "", strict=False)))
        except (ValueError, RecursionError):
            continue
    return found


def linked_article(page: Page) -> LinkedArticle:
    """The article that a page's JSON-LD describes; one without fields where it describes none."""
    item = next((each for each in linked_objects(page) if _types(each) & _ARTICLES), None)
    if item is None:
        return LinkedArticle(stated=False)
    return LinkedArticle(
        headline=_text(item.get("headline")), description=_text(item.get("description")), published=_text(item.get("datePublished")),
        modified=_text(item.get("dateModified")), authors=_people(item.get("author")), section=_text(item.get("articleSection")),
        publisher=_text(item.get("publisher")), language=_text(item.get("inLanguage")),
        free=str(item.get("isAccessibleForFree", True)).lower() not in {"false", "no", "0"},
    )  # fmt: skip
