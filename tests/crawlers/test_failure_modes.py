"""What the net does wrong: each failure, served by a host of our own, ends in its counted outcome (crawlers/README.md lists them all)."""

import re
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers.health import SourceHealth, State, read_health
from crawlers.health_rules import load_health_rules
from crawlers.time_limit import TooSlow, at_most
from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, FixedClock
from langnghe.privacy import Privacy
from tests.crawlers import served_failures as served
from tests.crawlers.crawling import NOW, Crawling, Round, crawling
from tests.crawlers.local_site import Answer
from tests.crawlers.served_failures import COPY, DAYS, MOBILE, PAGES, SLOW_PAGES

README = Path(__file__).parents[2] / "crawlers" / "README.md"


@pytest.fixture(scope="module")
def asked() -> list[float]:
    """When the slow host was asked for its pages."""
    return []


@pytest.fixture(scope="module")
def failing(tmp_path_factory, asked) -> Iterator[Crawling]:
    """The hosts crawled on two days."""
    clock = FixedClock(NOW)
    with crawling(tmp_path_factory.mktemp("failing"), clock, Privacy(b"a key of the tests")) as crawls:
        served.serve_first(crawls.site)
        for url in SLOW_PAGES:
            crawls.site.answers[url] = _timed(crawls.site.answers[url], asked)
        crawls.round(*served.sources())
        clock.advance(days=5)
        served.serve_later(crawls.site)
        crawls.round(*[source for source in served.sources() if source.id in {"dung", "doi-bo-cuc"}])
        yield crawls


def _timed(answer: Answer, asked: list[float]):
    def give() -> Answer:
        asked.append(time.monotonic())
        return answer

    return give


@pytest.fixture
def seen(failing) -> Round:
    return failing.rounds[0]["hong-hoc"]


@pytest.fixture
def health(failing) -> dict[str, SourceHealth]:
    rules = load_health_rules(failing.settings.config_dir)
    with failing.record.reading() as session:
        return {each.source: each for each in read_health(session, SYSTEM, rules, failing.clock.now())}


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("cut", "failed", "ResponseDataLossError: the body was cut"),
        ("cut-short", "failed", "DataLoss"),
        ("oversize", "failed", "larger than download max size"),
        ("header-charset", "stored", ""),
        ("soft-404", "not_article", "soft 404: the home page instead of the page"),
        ("zone-iso", "stored", ""),
        ("visible-date", "stored", ""),
        ("future", "stored", "dated ahead: 2026-12-24 08:00"),
        ("paywall", "stored", "short: paywall"),
        ("gone-410", "deleted", ""),
        ("list", "not_article", "list page"),
        ("server-error", "failed", "status 502"),
        ("original", "stored", ""),
    ],
)
def test_each_failure_ends_in_its_outcome(seen, name, outcome, reason):
    assert seen.outcome(PAGES[name]) == outcome
    assert reason in seen.reason(PAGES[name])


@pytest.mark.parametrize("name", ["server-error", "cut", "cut-short"])
def test_what_broke_is_tried_three_times_and_then_waits_for_an_hour(seen, name):
    assert seen.asked(PAGES[name]) == 3
    row = seen.row(PAGES[name])
    assert (row.state, row.attempts, (row.next_visit - NOW).total_seconds()) == ("waiting", 1, 3600)


def test_nothing_that_was_cut_is_stored(seen):
    assert PAGES["cut"] not in seen.documents
    assert PAGES["cut-short"] not in seen.documents


def test_a_feed_of_a_megabyte_is_read(seen):
    assert seen.outcome(f"{served.HOST}/rss.xml") == "read"


def test_entities_are_neither_expanded_nor_fetched(seen):
    assert seen.outcome(f"{served.HOST}/entities.xml") == "read"
    assert Path(served.SECRET).read_text(encoding="utf-8").strip() not in seen.reason(f"{served.HOST}/entities.xml")


def test_a_page_nested_twenty_thousand_deep_has_an_outcome(seen):
    assert (seen.outcome(PAGES["nested"]), seen.reason(PAGES["nested"])) == ("not_article", "too little text")


def test_a_page_that_takes_too_long_to_read_is_given_up():
    def read_for_ever() -> None:
        with at_most(0.05):
            while True:
                pass

    with pytest.raises(TooSlow):
        read_for_ever()
    with at_most(0.05):
        pass
    time.sleep(0.1)


def test_letters_come_out_right_whatever_the_header_says(seen):
    assert seen.documents[PAGES["header-charset"]].title == "Chữ Việt trong bài về BHXH"


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("zone-iso", datetime(2026, 11, 18, 8, 52, 11, tzinfo=VIETNAM)),
        ("visible-date", datetime(2026, 11, 18, 8, 15, tzinfo=VIETNAM)),
        ("future", NOW),
    ],
)
def test_times_are_read_as_they_are_written_and_never_ahead(seen, name, published):
    assert seen.documents[PAGES[name]].published == published


def test_an_article_under_two_addresses_is_one_record(seen):
    assert sorted((seen.outcome(PAGES["amp"]), seen.outcome(MOBILE))) == ["duplicate", "stored"]
    assert sum(row.title == "Bài về BHXH hai địa chỉ" for row in seen.documents.values()) == 1


def test_a_copy_in_another_paper_is_the_same_story_and_keeps_its_outlet(failing, seen):
    original, copy = seen.documents[PAGES["original"]], failing.rounds[0]["chep"].documents[COPY]
    assert copy.story_id == original.story_id
    assert copy.outlet != original.outlet


def test_of_a_paywalled_article_the_lead_is_kept(seen):
    assert seen.documents[PAGES["paywall"]].text == "Từ tháng sau người đóng BHXH tự nguyện được hỗ trợ thêm."


def test_a_calendar_without_an_end_is_left_at_the_sources_limit(failing):
    endless = failing.rounds[0]["lich"]
    assert [endless.asked(url) for url in DAYS] == [1, 1, 1, 1, 0, 0, 0]


def test_a_crawl_delay_is_kept(asked):
    assert len(asked) == 2
    assert all(later - earlier >= 2 for earlier, later in pairwise(asked)), "of three seconds"


def test_a_feed_that_stands_still_is_an_alarm_after_four_days(health):
    assert (health["dung"].state, health["dung"].why) == (State.stalled, "nothing new for 5 days, its rhythm is not known yet")


def test_selectors_that_find_something_else_are_an_alarm(health):
    assert health["doi-bo-cuc"].state is State.changed
    assert (health["doi-bo-cuc"].agreement or 0) < 0.5


def test_every_failure_mode_has_a_test_that_exists():
    rows = re.findall(r"^\| (\d+) \|.*\| `(test_\w+)::(test_\w+)`", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 29))
    for _, module, name in rows:
        source = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f"def {name}(" in source, f"{module}::{name}"
