"""Reaching back: archives, and all pages of lists, though their first ones have nothing new."""

from tests.crawlers.crawling import NOW
from tests.crawlers.served_newspaper import SECTION, TOO_OLD
from tests.crawlers.served_others import ANCIENT, ARCHIVED, MAP


def test_a_section_is_followed_past_pages_that_have_nothing_new(rounds):
    back = rounds.rounds[3]["muc"]
    assert back.asked(f"{SECTION}/muc/trang-2.htm") == 1
    assert back.outcome(TOO_OLD) == "stored"


def test_archives_are_read_from_now_back_to_the_day(rounds):
    assert not [url for seen in rounds.rounds[:3] for url, _ in seen["so-do"].requests if "archive" in url]
    back = rounds.rounds[3]["so-do"]
    asked = [url for url, _ in back.requests if "archive" in url]
    assert len(asked) == 12 * (NOW.year - 2024) + NOW.month
    assert f"{MAP}/archive-2024-01.xml" in asked
    assert back.outcome(ARCHIVED) == "stored"


def test_what_was_too_old_for_a_usual_crawl_is_taken(rounds):
    back = rounds.rounds[3]["so-do"]
    assert (back.outcome(ANCIENT), back.asked("http://so-do.example/2024.xml")) == ("stored", 1)
    assert all(seen["so-do"].outcome(ANCIENT) is None for seen in rounds.rounds[:3])


def test_a_month_without_an_archive_is_no_failure_of_the_source(rounds):
    back = rounds.rounds[3]["so-do"]
    assert (back.outcome(f"{MAP}/archive-2025-06.xml"), back.reason(f"{MAP}/archive-2025-06.xml")) == ("read", "past the last page")
