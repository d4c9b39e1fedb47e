"""A site on loopback and the means to crawl it; real pages are read where they are, without their folder there is nothing to collect.

A crawl starts a process of its own, which takes seconds: what can be crawled together is, once, and many tests look at it.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import pytest

from crawlers.page import Page
from crawlers.probe import Fetched
from crawlers.sources import Source
from langnghe.clock import FixedClock
from langnghe.privacy import Privacy
from langnghe.settings import Settings
from tests.crawlers import served_forum, served_newspaper, served_others
from tests.crawlers.crawling import NOW, Crawling, crawling, on_site
from tests.crawlers.local_site import Site, serve

collect_ignore = [] if os.environ.get("LANGNGHE_REAL_PAGES") else ["test_real_pages.py"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


@pytest.fixture
def fetch(site) -> Callable[[Iterable[str]], dict[str, Fetched]]:
    """Fetches from the site as the probe does, without a process of its own."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": site.url}))

    def fetch_one(url: str) -> Fetched:
        try:
            with opener.open(url, timeout=30) as answer:
                return Fetched(Page(answer.url, answer.read(), NOW, answer.headers["Content-Type"], answer.status))
        except urllib.error.HTTPError as error:
            with error:
                return Fetched(Page(url, error.read(), NOW, None, error.code), f"status {error.code}")

    return lambda urls: {url: fetch_one(url) for url in urls}


@pytest.fixture
def crawl_settings(settings, site) -> Settings:
    """Settings that reach the site, as recorded sources are reached."""
    return on_site(settings, site)


@pytest.fixture
def run(record, crawl_settings, clock, privacy, site) -> Callable[[Source], dict[str, int]]:
    """Crawls a source; gives its counted outcomes, after a check that every URL is accounted for."""
    crawls = Crawling(record, crawl_settings, clock, privacy, site)
    return lambda source: crawls.round(source)[source.id].counts


@pytest.fixture(scope="session")
def rounds(tmp_path_factory) -> Iterator[Crawling]:
    """Sources of all kinds crawled three times: at first, at once again, a day later when things have changed; then some back to 2024."""
    clock, privacy = FixedClock(NOW), Privacy(b"a key of the tests")
    with crawling(tmp_path_factory.mktemp("rounds"), clock, privacy) as crawls:
        parts = (served_newspaper, served_forum, served_others)
        sources = [source for part in parts for source in part.sources()]
        for part in parts:
            part.serve_first(crawls.site)
        served_newspaper.let_one_fail_nine_times(crawls.record, clock)
        crawls.round(*sources)
        crawls.round(*sources)
        clock.advance(days=1)
        for part in parts:
            part.serve_later(crawls.site)
        crawls.round(*sources)
        crawls.round(*(source for source in sources if source.id in {"muc", "so-do"}), since=date(2024, 1, 1))
        yield crawls
