"""What people bring: links, texts and pictures, masked, stored once, with who brought them."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.intake import Channel, Piece, add_piece
from crawlers.page import Page
from crawlers.probe import Fetched
from crawlers.sources import Source
from langnghe.actor import Actor, Role
from langnghe.clock import VIETNAM
from langnghe.errors import NotAllowed, Unavailable, WrongCall
from langnghe.installation import Installation
from langnghe.record.ledger import start_run
from langnghe.record.schema import AuditEntry, BroughtPiece, DocumentRow, FrontierUrl
from tests.crawlers import made_pages as made
from tests.crawlers.crawling import Crawling

LAN = Actor("lan", Role.officer, "34-40")
NATIONAL_DESK = Actor("minh", Role.officer)
TEXT = "Cty nợ BHXH 8 tháng, gọi chị Hoa 0912 345 678 không ai nghe máy"
PICTURE = (Path(__file__).parent / "pictures" / "post.png").read_bytes()


@pytest.fixture
def installation(settings, clock, record) -> Installation:
    made_installation = Installation(settings, clock)
    made_installation.record = record
    return made_installation


def rows(installation: Installation, table: type) -> list:
    with installation.record.reading() as session:
        return list(session.scalars(select(table)))


def served(url: str, html: str, status: int = 200):
    """A fetch that gives one page."""
    page = Page(url, html.encode(), datetime(2026, 11, 20, 8, tzinfo=VIETNAM), "text/html", status)
    return lambda urls: {each: Fetched(page, None if status == 200 else f"status {status}") for each in urls}


def test_a_text_is_masked_and_belongs_to_the_office_of_who_brought_it(installation):
    added = add_piece(installation, LAN, Piece(text=TEXT, url="https://www.facebook.com/groups/1/posts/2/?fbclid=x"))
    (row,), (brought,) = rows(installation, DocumentRow), rows(installation, BroughtPiece)
    assert (added.outcome, added.text) == ("stored", TEXT.replace("0912 345 678", "[số điện thoại]"))
    assert (row.source, row.kind, row.office, row.text) == ("facebook", "social", "34-40", added.text)
    assert row.url == "https://www.facebook.com/groups/1/posts/2/"
    assert row.published_known is False
    assert (brought.brought_by, brought.office, brought.form, brought.outcome) == ("lan", "34-40", "text", "stored")
    assert [entry.action for entry in rows(installation, AuditEntry)] == ["add"]


def test_the_same_words_in_other_blanks_and_case_are_one_piece(installation):
    add_piece(installation, LAN, Piece(text=TEXT, channel=Channel.zalo))
    again = add_piece(installation, Actor("an", Role.officer, "34-40"), Piece(text=f"  {TEXT.upper()} \n", channel=Channel.zalo))
    assert again.outcome in {"unchanged", "updated"}
    assert len(rows(installation, DocumentRow)) == 1
    assert [brought.brought_by for brought in rows(installation, BroughtPiece)] == ["lan", "an"]


def test_two_offices_may_bring_the_same_and_each_is_told_of_the_other(installation):
    add_piece(installation, LAN, Piece(text=TEXT + ", ai bị giống tôi không, trả lời giúp"))
    other = add_piece(installation, Actor("hung", Role.officer, "34-01"), Piece(text=TEXT + ", ai bị giống tôi không, trả lời giúp"))
    assert (other.outcome, other.copies) == ("stored", 1)


def test_the_national_desk_brings_public_coverage(installation):
    add_piece(installation, NATIONAL_DESK, Piece(text=TEXT, channel=Channel.letter))
    (row,) = rows(installation, DocumentRow)
    assert (row.office, row.kind, row.source) == (None, "feedback", "letter")


def test_a_picture_is_read_and_masked(installation):
    added = add_piece(installation, LAN, Piece(picture=PICTURE, channel=Channel.facebook))
    assert "họ bảo hết thuốc" in added.text
    assert "0912" not in added.text
    assert rows(installation, BroughtPiece)[0].form == "picture"


ARTICLE = "https://tuoitre.vn/het-thuoc-bhyt-20261119080000001.htm"


def test_a_link_of_a_crawled_source_that_was_not_found_is_counted_as_missed_and_followed(installation):
    with installation.record.session() as session:
        start_run(session, "tuoitre", installation.clock.now())
    fetch = served(ARTICLE, made.article(ARTICLE, "Hết thuốc BHYT", "Người dân phải mua ngoài."))
    added = add_piece(installation, LAN, Piece(url=f"{ARTICLE}?utm_source=zalo"), fetch=fetch)
    (row,), (waits,) = rows(installation, DocumentRow), rows(installation, FrontierUrl)
    assert (added.outcome, added.missed_by, row.source, row.office) == ("stored", "tuoitre", "tuoitre", None)
    assert (waits.url, waits.state, waits.hint["ref"], waits.hint["on_topic"]) == (ARTICLE, "waiting", row.ref, True)
    again = add_piece(installation, LAN, Piece(url=ARTICLE), fetch=fetch)
    assert (again.outcome, again.missed_by) == ("unchanged", None)


def test_a_page_of_a_site_that_is_no_source_stands_under_its_host(installation):
    url = "https://tin.la.example/bai.html"
    added = add_piece(installation, LAN, Piece(url=url), fetch=served(url, made.article(url, "Đóng BHXH ở xã", "Chuyện ở xã.")))
    (row,) = rows(installation, DocumentRow)
    assert (added.outcome, added.missed_by, row.source, row.kind) == ("stored", None, "tin.la.example", "news")


def test_the_posts_of_a_brought_thread_are_stored_in_their_order(installation):
    url = "https://www.otofun.net/threads/het-thuoc.11/"
    page = made.thread(url, "Viện hết thuốc BHYT", (101, "Sáng nay hết"), (102, "chỗ tui cũng v"))
    add_piece(installation, LAN, Piece(url=url), fetch=served(url, page))
    stored = rows(installation, DocumentRow)
    assert [(row.source, row.ref, row.parent_ref, row.title) for row in stored] == [
        ("otofun", "11-101", None, "Viện hết thuốc BHYT"), ("otofun", "11-102", "11-101", None)
    ]  # fmt: skip


WALL = "<title>Just a moment...</title><span id='challenge-error-text'>Enable JavaScript</span>"


@pytest.mark.parametrize(
    ("piece", "fetch", "error", "words"),
    [
        (Piece(), None, WrongCall, "nothing was brought"),
        (Piece(url="tuoitre.vn/bai"), None, WrongCall, "https://"),
        (Piece(text="hay quá"), None, WrongCall, "too short"),
        (Piece(text="x " * 20_000), None, WrongCall, "langnghe import"),
        (Piece(url="https://a.example/x"), served("https://a.example/x", "<p>video", 200), WrongCall, "Copy the text"),
        (Piece(url="https://a.example/x"), served("https://a.example/x", "", 500), Unavailable, "status 500"),
        (Piece(url="https://a.example/x"), served("https://a.example/x", WALL, 403), Unavailable, "wall"),
    ],
)
def test_what_cannot_be_taken_is_said_with_what_to_do(installation, piece, fetch, error, words):
    with pytest.raises(error, match=words):
        add_piece(installation, LAN, piece, fetch=fetch)
    assert rows(installation, DocumentRow) == []


def test_a_viewer_may_bring_nothing(installation):
    with pytest.raises(NotAllowed):
        add_piece(installation, Actor("an", Role.viewer, "34-40"), Piece(text=TEXT))


def test_a_brought_article_is_followed_by_the_next_crawl(site, record, crawl_settings, clock, privacy):
    """The article stands in no feed; once brought it is looked at again and its edit is found."""
    home, url = "http://bao.example/", "http://bao.example/bi-sot-2026111908000009.htm"
    source = Source(id="bao", name="Báo", kind="feed", homepage=home, feeds=[f"{home}rss.xml"], structure="tuoitre_cms")
    site.put(f"{home}rss.xml", made.feed(f"{home}khac-2026111908000001.htm"))
    site.put(url, made.article(url, "Bài bị sót", "Nội dung lúc đầu."))
    with record.session() as session:
        from crawlers.frontier import Discovery, Frontier

        Frontier("bao").discover(session, [Discovery(url, "article", {"on_topic": True})], clock.now())
    crawls = Crawling(record, crawl_settings, clock, privacy, site)
    assert crawls.round(source)["bao"].outcome(url) == "stored"
    clock.advance(hours=7)
    site.put(url, made.article(url, "Bài bị sót", "Nội dung đã sửa."))
    assert crawls.round(source)["bao"].outcome(url) == "updated"
