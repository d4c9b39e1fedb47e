"""Sitemaps of all kinds, and those that are none."""

import gzip
from datetime import UTC, date, datetime

import pytest

from crawlers.sitemaps import BadSitemap, archive_addresses, read_sitemap

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><!-- a comment -->
<url><loc>https://bao.example/a.html</loc><news:news><news:publication_date>2026-11-19T08:00:00+07:00</news:publication_date></news:news>
<lastmod>2026-11-19T09:00:00+07:00</lastmod></url><url><loc>https://bao.example/b.html</loc></url></urlset>"""


def test_a_news_sitemap_gives_both_times():
    first, second = read_sitemap(NEWS, NOW).pages
    assert (first.url, first.published, first.latest) == (
        "https://bao.example/a.html", datetime(2026, 11, 19, 1, tzinfo=UTC), datetime(2026, 11, 19, 2, tzinfo=UTC)
    )  # fmt: skip
    assert (second.published, second.modified, second.latest) == (None, None, None)


def test_a_packed_sitemap_and_one_that_breaks_off_are_read():
    assert len(read_sitemap(gzip.compress(NEWS), NOW).pages) == 2
    assert [listed.url for listed in read_sitemap(NEWS[:-40], NOW).pages][:1] == ["https://bao.example/a.html"]


def test_an_index_leads_to_further_sitemaps():
    index = b"<sitemapindex><sitemap><loc>https://bao.example/1.xml</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>"
    sitemap = read_sitemap(index, NOW)
    assert (sitemap.pages, [child.url for child in sitemap.children]) == ((), ["https://bao.example/1.xml"])


def test_entities_are_not_expanded():
    bomb = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <urlset><url><loc>https://bao.example/&b;&f;</loc></url></urlset>"""
    assert all("aaaa" not in listed.url and "root:" not in listed.url for listed in read_sitemap(bomb, NOW).pages)


@pytest.mark.parametrize("body", [b"", b"  ", b"<html><body>404</body></html>", b"\x1f\x8b broken", b"not xml at all", b"<rss/>"])
def test_what_is_no_sitemap_is_said_to_be_none(body):
    with pytest.raises(BadSitemap):
        read_sitemap(body, NOW)


def test_an_archive_has_an_address_for_each_month_or_day():
    assert archive_addresses("https://bao.example/{year}-{month}.xml", date(2026, 9, 30), date(2026, 11, 1)) == [
        "https://bao.example/2026-11.xml", "https://bao.example/2026-10.xml", "https://bao.example/2026-9.xml",
    ]  # fmt: skip
    assert archive_addresses("x/{year}{month:02}{day:02}", date(2026, 11, 1), date(2026, 11, 2)) == ["x/20261102", "x/20261101"]
