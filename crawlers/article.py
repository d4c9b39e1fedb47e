"""Articles: JSON-LD and the structure's selectors, then trafilatura, then "not an article" with the reason."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.article_text import completed, generic_text, selected_text
from crawlers.dates import Reading, parse_date, stated_moment
from crawlers.linked_data import LinkedArticle, linked_article
from crawlers.page import Page, first, inline_text, select, values
from crawlers.structures import Selectors
from crawlers.urls import host_of, is_home
from crawlers.visible_dates import visible_date
from crawlers.walls import is_blocked, is_missing
from langnghe.folding import fold
from langnghe.stories import syllables

MIN_BODY = 120
"""Characters of text below which a page whose structure is known has no article (a gallery, a video)."""
MIN_UNKNOWN = 250
"""The same where nothing says that the page is an article."""
MIN_LEAD = 40
"""Characters of a lead that says something."""
TEASER = 1_500
"""Characters below which an article that is not free is taken to be cut off."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far a page's clock may be ahead of ours."""
LIST_LINKS = 12
"""Headlines that link elsewhere, from which a page that does not call itself an article may be a list."""
HEADLINE_WORDS = 6
LIST_SHARE = 0.1
"""Share of such headlines in the text of a list; measured 0.26 to 0.99 on section pages that have it at all, 0 on articles."""

_PUBLISHED = (
    "article:published_time",
    "pubdate",
    "datepublished",
    "og:article:published_time",
    "dc.date.issued",
    "parsely-pub-date",
    "date",
)
_MODIFIED = ("article:modified_time", "lastmod", "datemodified", "og:updated_time", "article_updatetime")


class NotAnArticle(Exception):
    """The page holds no article; ``blocked``: a wall stands before it, so nothing is known of it."""

    def __init__(self, reason: str, *, blocked: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.blocked = reason, blocked


@dataclass(frozen=True)
class Article:
    """What was found on an article's page; None where the page does not carry it."""

    url: str
    canonical_url: str | None
    title: str | None
    lead: str | None
    text: str
    published: datetime | None
    modified: datetime | None
    author: str | None
    section: str | None
    site: str | None
    language: str | None
    by: str
    """What found the text: ``selectors``, ``trafilatura`` or ``lead`` where the page shows no more than that."""
    flag: str | None = None
    """What is odd: the text is less than the article (``short: ...``), or the page dates it ahead of its fetch."""


def _title(page: Page, chosen: Selectors, linked: LinkedArticle) -> str | None:
    own = first(page.tree, chosen.title) or linked.headline
    return own or page.meta.get("og:title") or first(page.tree, ["h1", "title"])


def _moment(page: Page, candidates: list[str | None], reading: Reading) -> datetime | None:
    moments = (stated_moment(text, page.fetched, reading) for text in candidates if text)
    return next((moment for moment in moments if moment is not None), None)


def _published(page: Page, chosen: Selectors, linked: LinkedArticle, reading: Reading) -> datetime | None:
    """When it appeared, as the page says, though that may be still to come."""
    stated = [linked.published, *(page.meta.get(name) for name in _PUBLISHED), first(page.tree, chosen.published)]
    found = _moment(page, [*stated, first(page.tree, ["time::attr(datetime)"])], reading)
    return found or visible_date(page, reading) or _guessed_date(page, reading)


def _not_ahead(moment: datetime | None, page: Page) -> datetime | None:
    return min(moment, page.fetched) if moment else None


def _guessed_date(page: Page, reading: Reading) -> datetime | None:
    import htmldate

    day = htmldate.find_date(page.text, original_date=True, extensive_search=False, max_date=page.fetched.date().isoformat())
    return parse_date(day, page.fetched, reading)


def _modified(page: Page, linked: LinkedArticle, reading: Reading) -> datetime | None:
    return _moment(page, [linked.modified, *(page.meta.get(name) for name in _MODIFIED)], reading)


def _is_outlet(name: str, outlet: str) -> bool:
    """Whether a name is that of the newspaper: its site's name and host hold it, with or without blanks."""
    words = fold(name).strip(" ,-")
    return not words or words in outlet or "".join(words.split()) in outlet.replace(" ", "")


def _author(page: Page, chosen: Selectors, linked: LinkedArticle, site: str | None) -> str | None:
    names = next((found for selector in chosen.author if (found := values(page.tree, selector))), None)
    names = names or linked.authors or page.meta.get("author", "").split(";")
    outlet = " ".join(fold(name) for name in (site, host_of(page.url), host_of(page.canonical_url or ""), linked.publisher) if name)
    people = [name.strip(" ,-") for name in names if not _is_outlet(name, outlet) and "://" not in name]
    return ", ".join(dict.fromkeys(name for name in people if name)) or None


def _site(page: Page, linked: LinkedArticle) -> str | None:
    return page.meta.get("og:site_name") or linked.publisher or host_of(page.url) or None


def _language(page: Page, linked: LinkedArticle) -> str | None:
    stated = first(page.tree, ["html::attr(lang)"]) or page.meta.get("og:locale") or linked.language
    code = re.match(r"[a-z]{2,3}", (stated or "").lower())
    return code and code.group()


def headlines(tree: HtmlElement) -> set[str]:
    """Texts of the links that read like headlines."""
    texts = (inline_text(link) for link in select(tree, "a[href]"))
    return {text for text in texts if len(text.split()) >= HEADLINE_WORDS}


def _is_named_after_its_title(page: Page) -> bool:
    """Whether the address spells the page's title, as that of an article does; a section's is a word or two."""
    slug = max((set(syllables(part)) for part in urlsplit(page.url).path.split("/")), key=len)
    words = {word for word in slug if not word.isdigit()}
    title = set(syllables(page.meta.get("og:title") or first(page.tree, ["title", "h1"]) or ""))
    return len(words & title) >= HEADLINE_WORDS - 1 and len(words & title) * 2 > len(words)


def _is_list(page: Page, linked: LinkedArticle, text: str) -> bool:
    """A list does not call itself an article, leads to many headlines, and has none of its own or a text made of theirs."""
    if linked.stated or any(name in page.meta for name in _PUBLISHED[:4]) or _is_named_after_its_title(page):
        return False
    found = headlines(page.tree)
    if len(found) < LIST_LINKS:
        return False
    own_title = any(len(inline_text(title).split()) >= HEADLINE_WORDS - 1 for title in select(page.tree, "h1"))
    return not own_title or sum(len(line) for line in found if line in text) >= LIST_SHARE * len(text)


def _refuse_what_is_none(page: Page) -> None:
    if reason := is_blocked(page):
        raise NotAnArticle(reason, blocked=True)
    if reason := is_missing(page):
        raise NotAnArticle(reason)
    if is_home(page.url):
        raise NotAnArticle("home page")


@dataclass(frozen=True)
class _Text:
    """The text with its lead, what found it, and why it is less than the article."""

    text: str
    by: str
    short: str | None = None


def _teaser(page: Page, linked: LinkedArticle, lead: str | None, body: str) -> _Text | None:
    """What is kept of an article that shows no more than its lead."""
    stated = linked.stated or any(name in page.meta for name in _PUBLISHED[:4])
    if not stated or not lead or len(lead) < MIN_LEAD:
        return None
    text = "\n".join(filter(None, (lead, "" if body.startswith(lead) else body)))
    return _Text(text, "lead", "short: paywall" if not linked.free else "short: the page shows its lead alone")


def _text(page: Page, chosen: Selectors, linked: LinkedArticle, title: str | None, lead: str | None, described: str | None) -> _Text:
    body, paywall = selected_text(page, chosen), None if linked.free else "short: paywall"
    if len(body) >= MIN_BODY:
        text = f"{lead}\n{body}" if lead and not body.startswith(lead) else body
        return _Text(text, "selectors", paywall if len(text) < TEASER else None)
    generic = generic_text(page)
    if _is_list(page, linked, generic):
        raise NotAnArticle("list page")
    if len(generic) >= (MIN_BODY if linked.stated else MIN_UNKNOWN):
        return _Text(completed(generic, page, title, described), "trafilatura", paywall if len(generic) < TEASER else None)
    if teaser := _teaser(page, linked, described, body):
        return teaser
    raise NotAnArticle("no text" if not generic else "too little text")


def _flags(page: Page, text: _Text, published: datetime | None) -> str | None:
    """What is to be known of an article that was taken nevertheless."""
    ahead = published is not None and published - page.fetched > CLOCK_SKEW
    flags = (text.short, f"dated ahead: {published:%Y-%m-%d %H:%M}, taken as the time of the fetch" if ahead else None)
    return "; ".join(filter(None, flags)) or None


def extract_article(page: Page, selectors: Selectors | None = None, reading: Reading | None = None) -> Article:
    """The article of a page.

    Args:
        page: the page as fetched.
        selectors: of its structure; None where the structure is unknown.
        reading: how its dates are written.

    Raises:
        NotAnArticle: the page is a list, a wall, a disguised "not found" or has no text.
    """
    chosen, reading, linked = selectors or Selectors(), reading or Reading(), linked_article(page)
    _refuse_what_is_none(page)
    lead, site = first(page.tree, chosen.lead), _site(page, linked)
    described = lead or linked.description or page.meta.get("og:description") or page.meta.get("description")
    title = _title(page, chosen, linked)
    found = _text(page, chosen, linked, title, lead, described)
    published = _published(page, chosen, linked, reading)
    return Article(
        url=page.url, canonical_url=page.canonical_url, title=title,
        lead=described, text=found.text,
        published=_not_ahead(published, page), modified=_not_ahead(_modified(page, linked, reading), page),
        author=_author(page, chosen, linked, site), section=first(page.tree, chosen.section) or linked.section,
        site=site, language=_language(page, linked), by=found.by, flag=_flags(page, found, published),
    )  # fmt: skip
