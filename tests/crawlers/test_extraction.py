"""Pages of our own in the structures of real systems, with what is to be found on them beside."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import NotAnArticle, extract_article
from crawlers.extraction import describe
from crawlers.page import Page, decode
from crawlers.sources import load_sources
from crawlers.structures import load_structures
from langnghe.clock import VIETNAM
from langnghe.config_files import default_config_dir

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
SOURCES = load_sources(default_config_dir())
STRUCTURES = load_structures(default_config_dir())
PARAGRAPHS = [
    "Bà Liên đóng bảo hiểm xã hội tự nguyện được sáu năm, tháng nào cũng tự ra bưu điện xã nộp trước ngày mười lăm.",
    "Năm nay mức đóng thay đổi, bà phải tính lại từng khoản chi trong nhà, bớt tiền chợ để giữ cho đủ năm đóng.",
    "Cán bộ thu ở xã hướng dẫn bà chuyển sang đóng ba tháng một lần, đỡ công đi lại và được nhắc qua tin nhắn.",
]


def page(html: str, url: str = "https://bao.example/tin/mot-bai-bao-123456.html", **more) -> Page:
    return Page(url, html.encode(), NOW, **more)


def plain(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang=vi><head><meta charset=utf-8><title>{title}</title>{head}</head><body><h1>{title}</h1><div>{body}</div></body></html>"
    )


@pytest.mark.parametrize("name", ["tuoitre_cms", "vnexpress", "dantri", "vietnamnet", "baodautu", "xenforo2", "xenforo1", "vbulletin"])
def test_a_page_of_each_structure_gives_what_stands_on_it(name):
    expected = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    url = expected["canonical_url"]
    found = describe(Page(url, (PAGES / f"{name}.html").read_bytes(), NOW), SOURCES.values(), STRUCTURES)
    assert found == {"url": url, **expected}


def test_a_page_of_an_unknown_structure_is_read_by_trafilatura():
    article = extract_article(page(plain("Đóng tự nguyện ở xã", *PARAGRAPHS)))
    assert article.by == "trafilatura"
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)


def test_fields_that_a_page_does_not_carry_are_null():
    found = describe(page(plain("Đóng tự nguyện ở xã", *PARAGRAPHS)), [], STRUCTURES)
    assert {name for name, value in found.items() if value is None} == {"canonical_url", "published", "modified", "author", "lead"}


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Thứ Hai, 16/11/2026, 08:15 (GMT+7)", "2026-11-16T08:15:00+07:00"),
        ("16-11-2026 - 08:15 | Sức khỏe", "2026-11-16T08:15:00+07:00"),
        ("2 giờ trước", "2026-11-20T06:00:00+07:00"),
        ("Hôm qua, 20:30", "2026-11-19T20:30:00+07:00"),
        ("Ngày 16 tháng 11 năm 2026", "2026-11-16T00:00:00+07:00"),
        ("Chủ tịch tiếp dân", None),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_the_date_that_readers_see_counts_where_no_metadata_has_one(line, published, place):
    html = plain("Đóng tự nguyện ở xã", *PARAGRAPHS)
    title = "<h1>Đóng tự nguyện ở xã</h1>"
    dated = f"<div><span>{line}</span></div>"
    html = html.replace(title, dated + title if place == "before" else title + dated)
    found = extract_article(page(html)).published
    assert (found.isoformat() if found else None) == published


def test_the_lead_that_metadata_cut_short_is_taken_as_readers_see_it_and_the_signature_is_left_out():
    lead = "Nhiều bà con ở xã vùng cao hỏi về mức đóng mới và được cán bộ thu hướng dẫn tận nơi."
    html = plain("Đóng tự nguyện ở xã", *PARAGRAPHS, "Lê Thị An", head=f'<meta property="og:description" content="{lead[:60]}">')
    html = html.replace("</h1>", f"</h1><header><h2>{lead}</h2></header>")
    text = extract_article(page(html)).text
    assert text.split("\n") == [lead, *PARAGRAPHS]


def test_an_outlet_is_no_author():
    head = '<meta name="author" content="Báo Thử"><meta property="og:site_name" content="Báo điện tử Báo Thử">'
    assert extract_article(page(plain("Đóng tự nguyện ở xã", *PARAGRAPHS, head=head))).author is None
    assert extract_article(page(plain("Đóng tự nguyện ở xã", *PARAGRAPHS, head='<meta name="author" content="Lê An">'))).author == "Lê An"


PAYWALL = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bài trả tiền", "isAccessibleForFree": false,
"description": "Từ tháng sau người đóng tự nguyện được hỗ trợ thêm một phần mức đóng."}</script>"""


def test_of_an_article_behind_a_paywall_the_lead_is_kept_and_flagged():
    article = extract_article(page(plain("Bài trả tiền", "Đăng ký để đọc tiếp.", head=PAYWALL)))
    assert (article.text, article.by, article.flag) == (article.lead, "lead", "short: paywall")
    whole = extract_article(page(plain("Bài trả tiền", *PARAGRAPHS * 6, head=PAYWALL)))
    assert (whole.by, whole.flag) == ("trafilatura", None)


def test_an_article_that_shows_its_lead_alone_is_flagged_and_a_page_that_is_none_refused():
    lead = "Video: cán bộ thu đến từng nhà hướng dẫn bà con cách đóng mới."
    head = f'<meta property="article:published_time" content="2026-11-19T08:00:00+07:00"><meta name="description" content="{lead}">'
    article = extract_article(page(plain("Video ở xã", "Ảnh: Lê An", head=head)))
    assert (article.text, article.flag) == (lead, "short: the page shows its lead alone")
    with pytest.raises(NotAnArticle, match="too little text"):
        extract_article(page(plain("Video ở xã", "Ảnh: Lê An", head=f'<meta name="description" content="{lead}">')))


def test_a_place_before_the_lead_is_set_apart_from_it():
    html = (PAGES / "vnexpress.html").read_text(encoding="utf-8")
    stamped = html.replace('<p class="description">', '<p class="description"><span class="location-stamp">Cần Thơ</span>')
    assert stamped != html
    found = describe(Page("https://vnexpress.net/a-5.html", stamped.encode(), NOW), SOURCES.values(), STRUCTURES)
    assert found["lead"].startswith("Cần Thơ - ")


def test_links_are_relative_to_the_base_that_a_page_names():
    based = page('<html><head><base href="https://goc.example/dien-dan/"><link rel="canonical" href="bai.1/"></head><body>x</body></html>')
    assert based.canonical_url == "https://goc.example/dien-dan/bai.1/"


def test_what_follows_an_early_end_of_the_page_is_read_as_browsers_read_it():
    html = plain("Đóng tự nguyện ở xã", PARAGRAPHS[0]) + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[1:])
    assert PARAGRAPHS[2] in extract_article(page(html)).text


def test_a_page_whose_address_spells_its_title_is_no_list():
    links = "".join(f"<a href='/tin-{n}.htm'>Tin số {n} nói về một chuyện khác hẳn</a>" for n in range(20))
    html = plain("Đóng tự nguyện ở xã vùng cao", *PARAGRAPHS).replace("<h1>Đóng tự nguyện ở xã vùng cao</h1>", links)
    with pytest.raises(NotAnArticle, match="list page"):
        extract_article(page(html))
    assert extract_article(page(html, "https://bao.example/dong-tu-nguyen-o-xa-vung-cao-123.html")).text


def test_a_time_after_the_fetch_becomes_the_fetch():
    head = '<meta property="article:published_time" content="2027-01-01T00:00:00+07:00">'
    article = extract_article(page(plain("Bài hẹn giờ", *PARAGRAPHS, head=head)))
    assert (article.published, article.flag) == (NOW, "dated ahead: 2027-01-01 00:00, taken as the time of the fetch")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ('<html><body><script>document.cookie="a=b"; window.location.reload(true);</script></body></html>', "cookie wall"),
        ("<title>Just a moment...</title><span id='challenge-error-text'>Enable JavaScript</span>", "challenge"),
        (plain("Bài đã gỡ", *PARAGRAPHS, head='<link rel="canonical" href="https://bao.example/">'), "soft 404"),
        (plain("Trang bạn tìm không tồn tại", "Mời bạn về trang chủ."), "soft 404"),
        (plain("Ảnh đẹp trong ngày", "Ảnh: Lê An"), "too little text"),
        ("<html><body>Vui lòng đăng nhập để xem chủ đề này.</body></html>", "login wall"),
        ("", "no text"),
        ("\x00\x01 not html", "no text"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(html, reason):
    with pytest.raises(NotAnArticle, match=reason):
        extract_article(page(html))


def test_a_section_page_is_a_list_and_no_article():
    rows = "".join(
        f"<h3><a href='/tin-{n}-20261100{n}.htm'>Tin số {n} nói về một chuyện khác hẳn</a></h3><p>{PARAGRAPHS[n % 3]}</p>"
        for n in range(20)
    )
    with pytest.raises(NotAnArticle, match="list page"):
        extract_article(page(f"<html><body><h1>Sức khỏe</h1>{rows}</body></html>"))


def test_a_thread_whose_title_says_that_something_does_not_exist_is_a_thread():
    html = (PAGES / "xenforo2.html").read_text(encoding="utf-8").replace("Thẻ BHYT báo hết hạn", "App báo tài khoản không tồn tại")
    found = describe(page(html, "https://boke.example/threads/x.4711/"), [], STRUCTURES)
    assert len(found["posts"]) == 2


def test_a_page_that_is_utf_8_is_read_as_such_whatever_the_header_says():
    html = plain("Đóng tự nguyện ở xã", *PARAGRAPHS)
    for header in ("text/html; charset=ISO-8859-1", "text/html; charset=windows-1258", None):
        assert extract_article(page(html, content_type=header)).title == "Đóng tự nguyện ở xã"


def test_the_pages_own_charset_beats_the_headers():
    text = "Thông báo của bảo hiểm"
    body = f"<meta charset=utf-16le>{text}".encode("utf-16")
    assert text in decode(body, "text/html; charset=utf-8")
    latin = "<meta charset=iso-8859-1><p>caf\xe9</p>".encode("latin-1")
    assert "café" in decode(latin, "text/html; charset=utf-16")


def test_a_page_in_the_old_vietnamese_charset_is_read_composed():
    import unicodedata

    def old(text: str) -> bytes:
        """Windows-1258 writes the tone as a letter of its own."""
        letters = []
        for letter in text:
            base, tone = letter, ""
            parts = unicodedata.normalize("NFD", letter)
            if tones := [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]:
                base, tone = unicodedata.normalize("NFC", parts.replace(tones[0], "")), tones[0]
            letters.append(base + tone)
        return "".join(letters).encode("cp1258")

    html = plain("Đóng tự nguyện ở xã", *PARAGRAPHS).replace("charset=utf-8", "charset=windows-1258")
    article = extract_article(Page("https://bao.example/a-1.html", old(html), NOW, "text/html; charset=iso-8859-1"))
    assert article.title == "Đóng tự nguyện ở xã"
    assert PARAGRAPHS[1] in article.text


def test_text_in_decomposed_letters_comes_out_composed():
    import unicodedata

    article = extract_article(page(unicodedata.normalize("NFD", plain("Đóng tự nguyện ở xã", *PARAGRAPHS))))
    assert article.title == "Đóng tự nguyện ở xã"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_extraction(body):
    found = describe(Page("https://bao.example/a.html", body, NOW), SOURCES.values(), STRUCTURES)
    assert found["url"] == "https://bao.example/a.html"
