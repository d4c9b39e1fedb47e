"""A XenForo forum crawled over HTTP: a thread is on topic as a whole or not at all."""

from tests.crawlers.crawling import Round
from tests.crawlers.served_forum import ANCIENT, FISHING, HELD, LATE, WITHDRAWING


def refs(seen: Round) -> dict:
    return {row.ref: row for row in seen.documents.values()}


def test_threads_on_topic_are_stored_post_by_post(rounds):
    first = rounds.rounds[0]["dien-dan"]
    assert first.counts == {"stored": 7, "read": 8, "off_topic": 2}  # robots.txt is missing, which allows; it counts as read
    stored = refs(first)
    assert set(stored) == {"11-101", "11-102", "12-201", "12-202", "12-203", "15-401", "15-402"}
    late = stored["12-203"]
    assert (late.parent_ref, late.context, late.position, late.kind) == ("12-201", "Than thở", 3, "forum")
    assert late.url == f"{LATE}page-2#post-203"
    assert late.published.isoformat() == "2026-11-18T03:03:00+00:00"
    opening = stored["12-201"]
    assert (opening.parent_ref, opening.title, opening.position) == (None, "Than thở", 1)
    assert first.asked(ANCIENT) == 0
    assert first.row(FISHING).url == ""


def test_a_board_that_is_about_the_matter_is_taken_whole(rounds):
    stored = refs(rounds.rounds[0]["dien-dan"])
    assert (stored["15-401"].title, stored["15-402"].text) == ("Rút thôi", "ai bảo?")
    assert stored["15-401"].url == f"{WITHDRAWING}#post-401"


def test_where_nothing_was_posted_no_thread_is_read_again(rounds):
    again = rounds.rounds[1]["dien-dan"]
    assert "stored" not in again.counts
    assert not [url for url, _ in again.requests if "/threads/" in url]


def test_new_posts_of_a_thread_are_stored(rounds):
    later = rounds.rounds[2]["dien-dan"]
    assert (later.counts["stored"], later.counts["unchanged"]) == (1, 3)
    assert later.asked(FISHING) == 0
    assert set(refs(later)) == {"11-101", "11-102", "12-201", "12-202", "12-203", "12-204", "15-401", "15-402"}


def test_a_thread_is_not_judged_while_one_of_its_pages_is_missing(rounds):
    first, _, later = (seen["om"] for seen in rounds.rounds)
    assert first.counts["failed"] == 1
    assert "off_topic" not in first.counts
    assert (first.row(HELD).state, first.row(HELD).url) == ("waiting", HELD)
    assert set(refs(later)) == {"22-601", "22-602"}
