"""A XenForo forum crawled over HTTP: a thread is on topic as a whole or not at all."""

import pytest

from crawlers.spiders.threads import removed_posts
from crawlers.thread import Post, ThreadPage
from tests.crawlers.crawling import Round
from tests.crawlers.served_forum import ANCIENT, FISHING, HELD, INSURED, LATE, WITHDRAWING

FIRST = {"11-101", "11-102", "11-103", "12-201", "12-202", "12-203", "15-401", "15-402"}


def refs(seen: Round) -> dict:
    return {row.ref: row for row in seen.documents.values()}


def test_threads_on_topic_are_stored_post_by_post(rounds):
    first = rounds.rounds[0]["dien-dan"]
    assert first.counts == {"stored": 8, "read": 8, "off_topic": 2}  # robots.txt is missing, which allows; it counts as read
    stored = refs(first)
    assert set(stored) == FIRST
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
    assert (later.counts["stored"], later.counts["unchanged"]) == (1, 5)
    assert later.asked(FISHING) == 0
    assert set(refs(later)) == FIRST | {"12-204"}


def test_a_post_that_is_gone_from_the_middle_of_its_page_is_removed(rounds):
    later = rounds.rounds[2]["dien-dan"]
    gone = refs(later)["11-102"]
    assert (gone.text, gone.deleted is not None) == ("", True)
    assert later.outcome(f"{INSURED}#post-102") == "deleted"
    assert refs(later)["11-103"].deleted is None


def test_the_posts_of_a_thread_that_is_gone_are_removed(rounds):
    later = rounds.rounds[2]["dien-dan"]
    assert later.counts["deleted"] == 4  # the thread's page, its two posts and the one above
    assert all(refs(later)[ref].text == "" for ref in ("15-401", "15-402"))


@pytest.mark.parametrize(
    ("shown", "has_next", "removed"),
    [([3, 5, 7], True, ["4"]), ([3, 5], False, ["4", "9"]), ([5, 7, 9], True, []), ([4, 5, 9], True, []), ([3, 4, 5, 9], False, [])],
)
def test_what_has_only_moved_to_another_page_is_not_removed(shown, has_next, removed):
    posts = tuple(Post(str(number), None, None, "x", index, ()) for index, number in enumerate(shown, 11))
    page = ThreadPage(None, None, posts, "http://x.example/page-3" if has_next else None, None, None)
    before = [[str(number), "u"] for number in (3, 4, 5, 9)]
    assert [post for post, _ in removed_posts(before, page)] == removed


def test_a_thread_is_not_judged_while_one_of_its_pages_is_missing(rounds):
    first, _, later = (seen["om"] for seen in rounds.rounds[:3])
    assert first.counts["failed"] == 1
    assert "off_topic" not in first.counts
    assert (first.row(HELD).state, first.row(HELD).url) == ("waiting", HELD)
    assert set(refs(later)) == {"22-601", "22-602"}
