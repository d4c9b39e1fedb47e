"""Sitemaps and news sitemaps (sitemaps.org, Google News): addresses of articles with their times, or of further sitemaps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lxml import etree
from scrapy.utils.gz import gunzip

from crawlers.dates import Reading, parse_date

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LARGEST = 50_000_000
"""Bytes of an unpacked sitemap, the most that sitemaps.org allows."""


_OF_ARTICLES = re.compile(r"news|post|article|tin|bai", re.IGNORECASE)


class BadSitemap(ValueError):
    """It is no sitemap."""


@dataclass(frozen=True)
class Listed:
    """What a sitemap says of one address; the times are None where it does not say."""

    url: str
    published: datetime | None
    modified: datetime | None

    @property
    def latest(self) -> datetime | None:
        """The later one of its times."""
        return max(filter(None, (self.published, self.modified)), default=None)


def _moment(listed: Listed) -> datetime:
    return listed.latest or _EARLIEST


@dataclass(frozen=True)
class Sitemap:
    """One file: ``pages`` of articles, or ``children``, further sitemaps."""

    pages: tuple[Listed, ...]
    children: tuple[Listed, ...]

    @property
    def recent(self) -> list[str]:
        """Addresses of the pages, the newest first."""
        return [each.url for each in sorted(self.pages, key=_moment, reverse=True)]

    @property
    def newest_child(self) -> str | None:
        """The further sitemap that most likely lists what is new: its name says that it holds articles, and it has changed last."""
        newest = max(self.children, key=lambda each: (bool(_OF_ARTICLES.search(each.url)), _moment(each)), default=None)
        return newest.url if newest else None


def _named(element: etree._Element, name: str) -> str | None:
    """Text of the first descendant of that local name, whatever its namespace."""
    found = element.find(f".//{{*}}{name}")
    return (found.text or "").strip() or None if found is not None else None


def _listed(root: etree._Element, name: str, now: datetime, reading: Reading) -> Iterator[Listed]:
    for element in root.iterfind(f"{{*}}{name}"):
        if url := _named(element, "loc"):
            times = (parse_date(_named(element, each), now, reading) for each in ("publication_date", "lastmod"))
            yield Listed(url, *times)


def _root(xml: bytes) -> etree._Element | None:
    """The outermost element, None where there is none: lxml refuses some of what is empty even when told to recover."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return None


def read_sitemap(body: bytes, now: datetime, reading: Reading | None = None) -> Sitemap:
    """What a sitemap lists, packed or not; a broken one gives what can be read of it.

    Raises:
        BadSitemap: there is no sitemap in it.
    """
    try:
        xml = gunzip(body, max_size=LARGEST) if body[:2] == b"\x1f\x8b" else body
    except (OSError, EOFError, ValueError) as error:
        raise BadSitemap(f"broken gzip: {error}") from None
    root = _root(xml.strip())
    if root is None or etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise BadSitemap("neither a urlset nor a sitemapindex")
    reading = reading or Reading()
    return Sitemap(tuple(_listed(root, "url", now, reading)), tuple(_listed(root, "sitemap", now, reading)))


def archive_addresses(template: str, since: date, until: date) -> list[str]:
    """Addresses of a source's archive from ``since`` to ``until``, the latest first; ``{month:02}`` writes two digits."""
    days = (until - timedelta(days=back) for back in range((until - since).days + 1))
    return list(dict.fromkeys(template.format(year=day.year, month=day.month, day=day.day) for day in days))
