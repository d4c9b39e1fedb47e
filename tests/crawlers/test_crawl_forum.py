"""A XenForo forum crawled over HTTP: a thread is on topic as a whole or not at all."""

import pytest
from sqlalchemy import select

from crawlers.sources import Source
from langnghe.record.ledger import url_hash
from langnghe.record.schema import DocumentRow, FrontierUrl
from tests.crawlers import made_pages as made

HOME = "http://dien-dan.example"
LIST = f"{HOME}/forums/suc-khoe.2/"
INSURED = f"{HOME}/threads/het-thuoc.11/"
LATE = f"{HOME}/threads/than-tho.12/"
FISHING = f"{HOME}/threads/cau-ca.13/"
ANCIENT = f"{HOME}/threads/bhxh-xua.14/"


@pytest.fixture
def forum() -> Source:
    return Source(
        id="dien-dan", name="Diễn đàn Thử", kind="xenforo", homepage=f"{HOME}/", listings=[LIST], structure="xenforo2", history_days=30
    )


@pytest.fixture
def served(site):
    site.put(LIST, made.board((INSURED, "2026-11-18T10:01:00+0700"), (LATE, "2026-11-18T10:03:00+0700"), following=f"{LIST}page-2"))
    site.put(f"{LIST}page-2", made.board((FISHING, "2026-11-17T10:00:00+0700"), (ANCIENT, "2025-01-01T10:00:00+0700")))
    site.put(INSURED, made.thread(INSURED, "Viện hết thuốc BHYT", (101, "Sáng nay tới quầy thì hết"), (102, "chỗ tui cũng v")))
    site.put(LATE, made.thread(LATE, "Than thở", (201, "Mệt quá các bác"), (202, "sao vậy"), following=f"{LATE}page-2"))
    site.put(f"{LATE}page-2", made.thread(f"{LATE}page-2", "Than thở", (203, "cty no bao hiem xa hoi 8 thang"), first=3))
    site.put(FISHING, made.thread(FISHING, "Câu cá", (301, "Cuối tuần đi câu không"), following=f"{FISHING}page-2"))
    site.put(f"{FISHING}page-2", made.thread(f"{FISHING}page-2", "Câu cá", (302, "Có đi"), first=2))
    return site


def posts(record) -> dict[str, DocumentRow]:
    with record.reading() as session:
        return {row.ref: row for row in session.scalars(select(DocumentRow))}


def test_a_forum_is_crawled_thread_by_thread_and_again_for_new_posts(run, served, forum, record, clock):
    assert run(forum) == {"stored": 5, "read": 6, "off_topic": 2}  # robots.txt is missing, which allows; it counts as read
    stored = posts(record)
    assert set(stored) == {"11-101", "11-102", "12-201", "12-202", "12-203"}
    late = stored["12-203"]
    assert (late.parent_ref, late.context, late.position, late.kind) == ("12-201", "Than thở", 3, "forum")
    assert late.url == f"{LATE}page-2#post-203"
    assert late.published.isoformat() == "2026-11-18T03:03:00+00:00"
    first = stored["12-201"]
    assert (first.parent_ref, first.title, first.position) == (None, "Than thở", 1)
    assert served.asked(ANCIENT) == 0
    with record.reading() as session:
        assert session.get_one(FrontierUrl, url_hash(FISHING)).url == ""

    served.requests.clear()
    assert "stored" not in run(forum)
    assert not [url for url, _ in served.requests if "/threads/" in url], "nothing was posted, so no thread is read"

    clock.advance(days=1)
    served.put(LIST, made.board((INSURED, "2026-11-18T10:01:00+0700"), (LATE, "2026-11-20T21:00:00+0700"), following=f"{LIST}page-2"))
    served.put(
        f"{LATE}page-2", made.thread(f"{LATE}page-2", "Than thở", (203, "cty no bao hiem xa hoi 8 thang"), (204, "kiện đi"), first=3)
    )
    served.requests.clear()
    later = run(forum)
    assert (later["stored"], later["unchanged"]) == (1, 3)
    assert served.asked(FISHING) == 0
    assert set(posts(record)) == {"11-101", "11-102", "12-201", "12-202", "12-203", "12-204"}


def test_a_thread_is_not_judged_while_one_of_its_pages_is_missing(run, served, forum, record, clock):
    good = served.answers[f"{LATE}page-2"]
    served.put(f"{LATE}page-2", "oops", 500)
    assert "12-201" not in posts(record)
    counts = run(forum)
    assert (counts["failed"], counts["off_topic"]) == (1, 2)
    with record.reading() as session:
        waits = session.get_one(FrontierUrl, url_hash(LATE))
        assert (waits.state, waits.url) == ("waiting", LATE)
    served.answers[f"{LATE}page-2"] = good
    clock.advance(hours=2)
    run(forum)
    assert {"12-201", "12-202", "12-203"} <= set(posts(record))
