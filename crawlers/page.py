"""A fetched page: bytes made text by the charset that they have, text made a tree, and what selectors find in it."""

import codecs
import copy
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

import lxml.html
from charset_normalizer import from_bytes
from lxml.cssselect import CSSSelector
from lxml.etree import ParserError
from lxml.html import HtmlElement

from crawlers.urls import absolute
from langnghe.folding import nfc

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_EARLY_END = re.compile(r"</\s*(?:[Bb][Oo][Dd][Yy]|[Hh][Tt][Mm][Ll])\s*>")
"""The parser drops what follows these, browsers do not; both may be left out anyway."""
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\xad]")
_PARSER = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, collect_ids=False)
_NOISE = "script, style, noscript, template, iframe, svg, form, button, select, object, audio, video, ins"
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
])  # fmt: skip


def _decoded(body: bytes, charset: str | None) -> str | None:
    try:
        return body.decode(codecs.lookup(charset or "").name)
    except (LookupError, UnicodeDecodeError):
        return None


def decode(body: bytes, content_type: str | None = None) -> str:
    """Text of a page: what is valid UTF-8 is UTF-8, whatever the header says; then the page's own word, then the header's, then a guess."""
    for bom, charset in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(bom):
            return body.decode(charset, "replace")
    meta, header = _META_CHARSET.search(body[:4096]), _HEADER_CHARSET.search(content_type or "")
    stated = [meta[1].decode("ascii") if meta else None, header[1] if header else None]
    for name in ("utf-8", *stated):
        if (text := _decoded(body, name)) is not None:
            return text
    # A page cut in the middle of a letter, or one bad byte among thousands of good ones, is still UTF-8.
    lenient = body.decode("utf-8", "replace")
    if lenient.count("\ufffd") * 200 < len(lenient):
        return lenient
    best = from_bytes(body[:100_000]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


@cache
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css)


def select(element: HtmlElement, selector: str) -> list[HtmlElement]:
    """Elements below ``element`` that a CSS selector finds, in the order of the page."""
    return list(_compiled(selector)(element))


def values(element: HtmlElement, selector: str) -> list[str]:
    """What a selector (``css`` or ``css::attr(name)``) gives: texts or attributes that are not empty."""
    css, _, attribute = selector.partition("::attr(")
    found = select(element, css) if css else [element]
    texts = (each.get(attribute[:-1]) or "" if attribute else inline_text(each) for each in found)
    return [text for text in texts if text]


def first(element: HtmlElement, selectors: Iterable[str]) -> str | None:
    """The first value that the first fruitful selector gives."""
    return next((value for selector in selectors for value in values(element, selector)), None)


def _composed(text: str) -> str:
    """NFC text: entities that were escaped twice resolved, invisible characters taken out."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    return nfc(_INVISIBLE.sub("", text))


def clean(text: str) -> str:
    """One line of NFC text: entities that were escaped twice resolved, white space made single, invisible characters taken out."""
    return " ".join(_composed(text).split())


def _tail(element: HtmlElement) -> str:
    """What follows an element; a place that stands before a lead ("TP HCM") is set apart from it by a style sheet alone."""
    tail = (element.tail or "").replace("\n", " ").replace("\r", " ")
    is_stamp = tail.strip() and "location-stamp" in (element.get("class") or "")
    return f" - {tail.lstrip()}" if is_stamp else tail


def _inline(element: HtmlElement) -> Iterator[str]:
    if isinstance(element.tag, str):
        yield element.text or ""
        for child in element:
            yield from _inline(child)
            yield _tail(child)


def inline_text(element: HtmlElement) -> str:
    """All text of an element as one line."""
    return clean("".join(_inline(element)))


def _walk(element: HtmlElement, pieces: list[str]) -> None:
    if not isinstance(element.tag, str):
        return
    block = element.tag in _BLOCKS or element.tag == "br"
    pieces.extend(("\n",) if block else ())
    pieces.append((element.text or "").replace("\n", " ").replace("\r", " "))
    for child in element:
        _walk(child, pieces)
        pieces.append(_tail(child))
    pieces.extend(("\n",) if block else ())


def block_text(element: HtmlElement) -> str:
    """Text of an element, a line for each block (paragraph, heading, list item, table row)."""
    pieces: list[str] = []
    _walk(element, pieces)
    lines = (" ".join(line.split()) for line in _composed("".join(pieces)).split("\n"))
    return "\n".join(line for line in lines if line)


def prune(element: HtmlElement, selectors: Iterable[str] = ()) -> HtmlElement:
    """The element without scripts, forms and what the selectors find; it is changed in place."""
    for selector in (_NOISE, *selectors):
        for found in select(element, selector):
            if found is not element and found.getparent() is not None:
                found.drop_tree()
    return element


@dataclass(frozen=True)
class Page:
    """A page as it was fetched."""

    url: str
    body: bytes
    fetched: datetime
    content_type: str | None = None
    status: int = 200

    @cached_property
    def text(self) -> str:
        """The page's source."""
        return _DECLARATION.sub("", decode(self.body, self.content_type)).replace("\x00", "")

    @cached_property
    def markup(self) -> str:
        """The page's source for parsers, which stop where a careless page says too early that it ends."""
        return _EARLY_END.sub("", self.text)

    @cached_property
    def tree(self) -> HtmlElement:
        """The page as a tree, which nobody changes; an empty one where it is no HTML at all."""
        try:
            return lxml.html.document_fromstring(self.markup, _PARSER)
        except (ParserError, ValueError):
            return lxml.html.document_fromstring("<html><body></body></html>", _PARSER)

    @cached_property
    def is_markup(self) -> bool:
        """Whether it is HTML, and not JSON or a plain text."""
        return self.text.lstrip().startswith("<") or "<html" in self.text[:200].lower()

    @cached_property
    def meta(self) -> dict[str, str]:
        """``<meta>`` by property, name or itemprop, in lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for element in self.tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            if name and (content := clean(element.get("content") or "")):
                found.setdefault(name.lower(), content)
        return found

    @cached_property
    def base(self) -> str:
        """What the page's relative links are relative to: ``<base href>``, else its own address."""
        stated = first(self.tree, ["base[href]::attr(href)"])
        return absolute(self.url, stated) or self.url

    @cached_property
    def canonical_url(self) -> str | None:
        """What the page calls its own address: ``rel=canonical``, else ``og:url``."""
        link = first(self.tree, ["link[rel=canonical]::attr(href)"]) or self.meta.get("og:url")
        return absolute(self.base, link)

    @cached_property
    def visible_text(self) -> str:
        """All text of the body, a line for each block."""
        body = self.tree.find("body")
        return block_text(prune(copy.deepcopy(self.tree if body is None else body)))

    def has(self, selectors: Iterable[str]) -> bool:
        """Whether every selector finds something."""
        return all(values(self.tree, s) if "::attr(" in s else select(self.tree, s) for s in selectors)
