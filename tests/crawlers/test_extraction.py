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


@pytest.mark.parametrize("name", ["tuoitre_cms", "vnexpress", "dantri", "vietnamnet", "baodautu", "xenforo2"])
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


def test_a_time_after_the_fetch_becomes_the_fetch():
    head = '<meta property="article:published_time" content="2027-01-01T00:00:00+07:00">'
    assert extract_article(page(plain("Bài hẹn giờ", *PARAGRAPHS, head=head))).published == NOW


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
        ("\x00\x01 not html", "too little text"),
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


def test_text_in_decomposed_letters_comes_out_composed():
    import unicodedata

    article = extract_article(page(unicodedata.normalize("NFD", plain("Đóng tự nguyện ở xã", *PARAGRAPHS))))
    assert article.title == "Đóng tự nguyện ở xã"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_extraction(body):
    found = describe(Page("https://bao.example/a.html", body, NOW), SOURCES.values(), STRUCTURES)
    assert found["url"] == "https://bao.example/a.html"
