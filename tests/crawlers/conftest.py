"""A site on loopback and the means to crawl it; real pages are read where they are, without their folder there is nothing to collect."""

import os
from collections.abc import Callable, Iterator

import certifi
import pytest

from crawlers.crawl import Balance, balance, crawl
from crawlers.sources import Source
from langnghe.actor import SYSTEM
from langnghe.record.ledger import totals
from tests.crawlers.local_site import Site, serve

collect_ignore = [] if os.environ.get("LANGNGHE_REAL_PAGES") else ["test_real_pages.py"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


@pytest.fixture
def crawl_settings(settings, site):
    """Settings that reach the site, as recorded sources are reached."""
    changed = {"proxy": site.url, "ca_file": certifi.where(), "min_delay": 0.0, "timeout": 5.0}
    return settings.model_copy(update={"crawl": settings.crawl.model_copy(update=changed)})


@pytest.fixture
def run(record, crawl_settings, clock, privacy) -> Callable[[Source], dict[str, int]]:
    """Crawls a source; gives its counted outcomes, after a check that every URL is accounted for."""

    def crawl_once(source: Source) -> dict[str, int]:
        (run_id,) = crawl(record, crawl_settings, [source], clock, privacy, SYSTEM)
        with record.reading() as session:
            account: Balance = balance(session, run_id)
            assert account.adds_up, account
            return totals(session, [run_id]).get(source.id, {})

    return crawl_once
