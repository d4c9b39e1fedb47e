"""Sitemaps, an office's section pages, a Discourse forum and a comment service that keeps replies apart, crawled over HTTP."""

from crawlers.urls import tidy
from tests.crawlers.served_others import ANCIENT, DISCUSSED, MAPPED, NOTICE, OFFICE, SAME_NOTICE, TALK, TOPIC, UNDATED


def test_a_sitemap_leads_through_its_recent_parts_to_recent_articles(rounds):
    seen = rounds.rounds[0]["so-do"]
    assert set(seen.documents) == {MAPPED}
    assert seen.asked("http://so-do.example/2024.xml") == seen.asked(ANCIENT) == seen.asked(UNDATED) == 0
    assert seen.reason("http://so-do.example/news.xml") == "1 addresses without a time were passed over"


def test_an_article_whose_time_in_the_sitemap_has_changed_is_read_again(rounds):
    assert rounds.rounds[1]["so-do"].asked(MAPPED) == 0
    later = rounds.rounds[2]["so-do"]
    assert later.outcome(MAPPED) == "updated"
    assert later.documents[MAPPED].version == 2


def test_an_offices_notice_that_stands_in_two_sections_is_one_document(rounds):
    seen = rounds.rounds[0]["co-quan"]
    assert [row.ref for row in seen.documents.values()] == ["77"]
    assert (seen.counts["stored"], seen.counts["duplicate"]) == (1, 1)
    assert {seen.outcome(tidy(url)) for url in (NOTICE, SAME_NOTICE)} == {"stored", "duplicate"}
    assert [seen.outcome(url) for url in seen.documents] == ["stored"]  # the address that was read first is the document's
    assert seen.asked(f"{OFFICE}/tintuc/Pages/linh-vuc.aspx?CateID=169&page=2") == 1


def test_a_discourse_topic_is_read_page_by_page(rounds):
    seen = rounds.rounds[0]["ban-luan"]
    assert seen.asked(f"{TALK}/latest.json?page=1") == 1
    posts = {row.ref: row for row in seen.documents.values()}
    assert set(posts) == {"31-901", "31-902", "31-903"}
    first, last = posts["31-901"], posts["31-903"]
    assert (first.title, first.parent_ref, first.url) == ("Hết thuốc BHYT", None, f"{TOPIC}/1")
    assert (last.text, last.parent_ref, last.position, last.context) == ("Bao giờ có?", "31-901", 3, "Hết thuốc BHYT")


def test_replies_that_a_comment_service_keeps_apart_are_read_too(rounds):
    seen = rounds.rounds[0]["binh-luan"]
    texts = {row.ref.rpartition("-c")[2]: row.text for row in seen.documents.values() if row.kind == "comment"}
    assert texts == {"11": "Tăng gì nhiều vậy\nkhổ quá", "12": "Ủng hộ", "13": "Chịu thôi bạn"}
    assert {row.parent_ref for row in seen.documents.values() if row.kind == "comment"} == {seen.documents[DISCUSSED].ref}
