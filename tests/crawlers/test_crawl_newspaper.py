"""A newspaper crawled over HTTP: every URL has one outcome, and a second crawl doubles nothing."""

from datetime import timedelta

import pytest

from langnghe.record.schema import DocumentRow
from tests.crawlers.crawling import NOW, Round
from tests.crawlers.served_newspaper import (
    ADVERT,
    BROKEN,
    CUT_FEED,
    EMPTY_SECTION,
    FOOTBALL,
    GALLERY,
    GONE,
    KNOWN,
    MOVED,
    OLD,
    OLDER,
    PENSION,
    REMOVED,
    SECTION,
    SHORTAGE,
    TENTH,
    TOO_OLD,
    WALL,
    WALLED_FEED,
    WITHDRAWING,
)


@pytest.fixture
def first(rounds) -> Round:
    return rounds.rounds[0]["bao"]


@pytest.fixture
def again(rounds) -> Round:
    return rounds.rounds[1]["bao"]


@pytest.fixture
def later(rounds) -> Round:
    return rounds.rounds[2]["bao"]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [(SHORTAGE, "stored"), (FOOTBALL, "off_topic"), (OLD, "stored"), (GONE, "deleted"), (WALL, "blocked"), (GALLERY, "not_article"),
     (ADVERT, "robots"), (BROKEN, "failed")],
)  # fmt: skip
def test_every_url_has_its_outcome(first, url, outcome):
    assert first.outcome(url) == outcome


def test_the_outcomes_are_counted(first):
    assert first.counts == {
        "stored": 9, "duplicate": 1, "off_topic": 1, "deleted": 1, "blocked": 1, "not_article": 1, "robots": 1, "failed": 1,
        "read": 13,  # two robots.txt, the feed, three section pages, seven pages of comments
    }  # fmt: skip
    assert sorted((first.outcome(PENSION), first.outcome(MOVED))) == ["duplicate", "stored"]
    assert first.problem is None


def test_what_robots_txt_refuses_and_what_is_not_ours_is_not_asked_for(first, rounds):
    assert first.asked(ADVERT) == 0
    assert "bao.example" in rounds.hosts_asked
    assert "khac.example" not in rounds.hosts_asked


def test_an_article_is_stored_with_its_parts_and_masked(first):
    stored: DocumentRow = first.documents[SHORTAGE]
    assert (stored.title, stored.kind, stored.source, stored.outlet) == ("Hết thuốc BHYT", "news", "bao", "Báo Thử")
    assert stored.home_province == "34-40"
    assert stored.published.isoformat() == "2026-11-19T01:00:00+00:00"
    assert "0912" not in stored.text
    assert stored.text.startswith("Lời dẫn của bài.\nQuầy thuốc trống")


def test_comments_and_replies_are_stored_below_their_article(first):
    assert len(first.documents) == 9
    reply = first.documents[f"{SHORTAGE}#comment-2"]
    assert (reply.text, reply.kind) == ("Chỗ tôi cũng vậy & lâu hơn", "comment")
    assert (reply.parent_ref, reply.context) == (first.documents[SHORTAGE].ref, "Hết thuốc BHYT")
    assert reply.author_hash
    assert "Bạn đọc" not in reply.author_hash
    assert first.documents[f"{SHORTAGE}#comment-1"].text == "Hết thật, chờ dài cổ"


def test_of_what_is_off_topic_only_the_hash_is_kept(first):
    assert (first.row(FOOTBALL).url, first.row(FOOTBALL).hint) == ("", None)


def test_what_failed_waits_for_an_hour(first):
    failed = first.row(BROKEN)
    assert (failed.state, failed.attempts, failed.next_visit) == ("waiting", 1, NOW + timedelta(hours=1))


def test_a_second_crawl_stores_nothing_and_leaves_young_articles_alone_for_hours(again):
    assert "stored" not in again.counts
    assert again.asked(SHORTAGE) == 0


def test_a_day_later_what_is_new_edited_or_removed_is_found(later):
    assert (later.counts["stored"], later.counts["updated"]) == (1, 1)
    assert later.outcome(SHORTAGE) == "unchanged"
    assert [headers["If-None-Match"] for url, headers in later.requests if url == SHORTAGE] == ['"a1"']
    edited = later.documents[PENSION]
    assert (edited.title, edited.version) == ("Lương hưu tăng 8%", 2)
    assert len(later.documents) == 10


def test_a_removed_article_becomes_a_tombstone(later):
    assert later.outcome(REMOVED) == "deleted"
    removed = later.documents[REMOVED]
    assert removed.deleted is not None
    assert removed.text == ""
    assert later.documents[f"{REMOVED}#comment-6"].text == "", "what readers said below it goes with it"


def test_a_feed_that_is_a_wall_and_a_section_without_articles_are_failures_not_silence(rounds):
    seen = rounds.rounds[0]["tuong"]
    assert seen.counts == {"blocked": 1, "failed": 1, "read": 1}
    assert seen.outcome(WALLED_FEED) == "blocked"
    assert "layout has changed" in seen.reason(EMPTY_SECTION)


def test_a_broken_feed_gives_what_can_be_read_of_it(rounds):
    seen = rounds.rounds[0]["dut"]
    assert seen.counts["stored"] == 2
    assert seen.reason(CUT_FEED).startswith("malformed")


def test_what_failed_ten_times_is_quarantined(rounds):
    seen = rounds.rounds[0]["muoi"]
    assert seen.counts["quarantined"] == 1
    assert seen.reason(TENTH) == "status 500"
    assert seen.row(TENTH).state == "quarantined"


def test_a_section_is_read_on_where_the_feed_of_the_same_run_has_named_its_first_page(rounds):
    seen = rounds.rounds[0]["muc"]
    assert {KNOWN, OLDER} <= set(seen.documents)
    assert seen.asked(f"{SECTION}/muc/trang-3.htm") == 1


def test_a_section_is_not_read_on_where_its_first_page_has_nothing_new_since_the_last_time(rounds):
    for seen in (rounds.rounds[1]["muc"], rounds.rounds[2]["muc"]):
        assert seen.asked(f"{SECTION}/muc/trang-1.htm") == 1
        assert seen.asked(f"{SECTION}/muc/trang-2.htm") == 0
    assert rounds.rounds[2]["muc"].outcome(TOO_OLD) is None


def test_a_section_that_is_about_the_matter_is_taken_whole(rounds):
    assert rounds.rounds[0]["muc"].outcome(WITHDRAWING) == "stored"
