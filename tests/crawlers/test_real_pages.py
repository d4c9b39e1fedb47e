"""Recorded real pages; read where ``LANGNGHE_REAL_PAGES`` names their folder."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.comments import read_comments
from crawlers.discourse import topic_page
from crawlers.extraction import describe, extract_page
from crawlers.page import Page, select
from crawlers.sitemaps import BadSitemap, read_sitemap
from crawlers.sources import load_sources
from crawlers.structures import load_structures
from crawlers.thread import next_page, thread_rows
from langnghe.clock import VIETNAM
from langnghe.config_files import default_config_dir

PAGES = Path(os.environ["LANGNGHE_REAL_PAGES"])
NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
SOURCES = load_sources(default_config_dir())
STRUCTURES = load_structures(default_config_dir())
LISTS = sorted(path.name for path in (PAGES / "vietnamese-news").glob("*_list.html"))


def read(name: str, url: str = "https://x.example/bai-1.html") -> Page:
    return Page(url, (PAGES / name).read_bytes(), NOW)


def described(name: str) -> dict:
    canonical = read(name).canonical_url or "https://x.example/bai-1.html"
    return describe(read(name, canonical), SOURCES.values(), STRUCTURES)


@pytest.mark.parametrize(
    ("name", "title", "published", "author", "begins", "ends", "without"),
    [
        ("tuoitre_article.html", "Chiến sự đẩy giá hoa nhập khẩu dịp 8-3 tăng mạnh", "2026-03-07T08:01:00+07:00", "NHẬT XUÂN, NGHI VŨ",
         "Xung đột ở khu vực Trung Đông", "không thể bảo quản lâu như hoa.", ["Ảnh:", "Đọc tiếp", "phụ phí"]),
        ("baochinhphu_article.html", "Chính sách mới có hiệu lực từ tháng 3/2026", "2026-03-01T09:51:00+07:00", None,
         "(Chinhphu.vn) - Tháng 3/2026", "theo quy định của pháp luật.", ["Tải ứng dụng"]),
        ("dantri_article.html", "Giá vàng giảm, vẫn cao hơn thế giới gần 20 triệu đồng/lượng", "2026-03-07T08:07:18+07:00", "Tri Túc",
         "(Dân trí) - Giá vàng trong nước", "23.855-26.259 đồng.", ["Tri Túc"]),
        ("vnexpress_article.html", "Cách các nước đối phó cú sốc năng lượng từ Trung Đông", "2026-03-07T00:05:00+07:00", "Hà Thu",
         "Trung Quốc, Nhật Bản, Thái Lan hạn chế", None, ["Ảnh: Reuters", "Hà Thu"]),
        ("VnExpress_2025_10_22.html", "Đau bụng kéo dài, phát hiện ung thư lymphoma ruột non", "2025-10-22T19:25:52+07:00", "Lê Phương",
         "Người đàn ông 63 tuổi", "hóa trị hoặc xạ trị.", ["Ảnh: Bệnh viện"]),
    ],
)  # fmt: skip
def test_a_real_article_is_read_whole_and_clean(name, title, published, author, begins, ends, without):
    found = described(f"vietnamese-news/{name}")
    assert (found["title"], found["published"], found["author"]) == (title, published, author)
    assert (found["language"], found["kind"]) == ("vi", "news")
    assert found["text"].startswith(begins)
    assert ends is None or found["text"].endswith(ends)
    assert not [words for words in without if words in found["text"]]


def test_the_paragraphs_that_another_project_found_are_found():
    expected = json.loads((PAGES / "vietnamese-news" / "VnExpress.expected.json").read_text(encoding="utf-8"))["V1"]["body"]
    text = described("vietnamese-news/VnExpress_2025_10_22.html")["text"]
    paragraphs = [p for section in expected["sections"] for p in section["paragraphs"] if "Ảnh:" not in p]  # a caption stands among them
    assert text.split("\n") == [*expected["summary"], *paragraphs]


@pytest.mark.parametrize("name", LISTS)
def test_a_real_section_page_is_no_article(name):
    found = described(f"vietnamese-news/{name}")
    assert (found["text"], found["reason"]) == (None, "list page")


@pytest.mark.parametrize(
    ("name", "structure", "least"),
    [("tuoitre", "tuoitre_cms", 15), ("nld", "tuoitre_cms", 20), ("vnexpress", "vnexpress", 40), ("dantri", "dantri", 40)],
)
def test_the_headlines_of_a_real_section_page_are_found(name, structure, least):
    page, chosen = read(f"vietnamese-news/{name}_list.html"), STRUCTURES.articles[structure].selectors
    links = {link.get("href") for selector in chosen.links for link in select(page.tree, selector)}
    assert len(links) >= least


def test_the_next_page_of_a_real_section_page_is_found():
    vnexpress = read("vietnamese-news/vnexpress_list.html", "https://vnexpress.net/kinh-doanh")
    assert next_page(vnexpress, STRUCTURES.articles["vnexpress"].selectors.next) == "https://vnexpress.net/kinh-doanh-p2"
    dantri = read("vietnamese-news/dantri_list.html", "https://dantri.com.vn/kinh-doanh.htm")
    assert next_page(dantri, STRUCTURES.articles["dantri"].selectors.next) == "https://dantri.com.vn/kinh-doanh/trang-2.htm"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("laodong-rss-200-cookie-wall.html", "cookie wall"), ("vnexpress-missing-article-200-homepage.head.html", "soft 404"),
     ("voz-cloudflare-challenge-2026.trimmed.html", "challenge")],
)  # fmt: skip
def test_a_real_wall_is_known_as_one(name, reason):
    found = describe(read(f"walls/{name}"), [], STRUCTURES)
    assert found["text"] is None
    assert found["reason"].startswith(reason)


def test_a_real_thread_gives_its_posts_without_what_they_quote():
    found = described("xenforo/katzen-forum.net-Pepe.html")
    posts = {post["id"]: post for post in found["posts"]}
    assert [post["position"] for post in found["posts"]] == list(range(1, 19))
    assert posts["6331617"]["quotes"] == [{"post": "6331459", "text": "yellowkitty die Ohren sind total sauber, kein Dreck"}]
    assert "kein Dreck" not in posts["6331617"]["text"]
    assert posts["6331411"]["published"] == "2018-09-27T19:51:09+07:00"


def test_a_real_thread_that_is_not_well_formed_gives_each_post_its_own_text():
    posts = described("xenforo/villagersandheroes.com.forums.patchnotes.html")["posts"]
    assert len(posts) == 9
    assert len({post["text"] for post in posts}) == 9


def test_the_threads_of_a_real_list_are_found():
    page = read("xenforo/f33.html", "https://voz.vn/f/diem-bao.33/")
    how = STRUCTURES.threads["xenforo2"].thread
    rows = thread_rows(page, how)
    assert len(rows) >= 20
    assert all("/t/" in row.url or "threads/" in row.url for row in rows)
    assert all(row.latest is not None for row in rows)
    assert next_page(page, how.next) == "https://voz.vn/f/diem-bao.33/page-2"


def test_a_real_article_comes_from_selectors_and_not_from_the_fallback():
    page = read("vietnamese-news/tuoitre_article.html", "https://tuoitre.vn/a-1.htm")
    assert extract_page(page, SOURCES["tuoitre"], STRUCTURES).by == "selectors"


def body(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "service", "first", "author"),
    [
        ("vnexpress_usi_index_get.json", "vnexpress_comments", "63996244", "user_a"),
        ("vietnamnet_comment_gets.json", "vietnamnet_comments", "4377196", "user_a"),
        ("thanhnien_cnnd_fragment.html", "thanhnien_comments", "c92dd10f-4b80-4993-bcd7-ef4c75af9a17", "redacted@example.com"),
    ],
)
def test_a_real_answer_of_a_comment_service_is_read(name, service, first, author):
    found = read_comments(body(f"comment-apis/{name}"), STRUCTURES.comments[service], NOW)
    assert (found[0].id, found[0].author) == (first, author)
    assert all(comment.text and comment.published and "<" not in comment.text for comment in found)


def test_the_day_and_month_of_a_real_comment_are_not_exchanged():
    (found,) = read_comments(body("comment-apis/thanhnien_cnnd_fragment.html"), STRUCTURES.comments["thanhnien_comments"], NOW)
    assert found.published == datetime(2026, 7, 13, 9, 12, tzinfo=VIETNAM)


def test_a_real_discourse_topic_gives_its_posts_and_that_it_goes_on():
    topic = topic_page(read("discourse/t_2108_posts.json", "https://discuss.example/t/comments/2108.json"))
    assert [post.position for post in topic.posts] == list(range(1, 21))
    assert topic.posts[3].published == datetime(2025, 9, 26, 7, 11, 8, tzinfo=UTC)
    assert (topic.canonical_url, topic.next_url) == (
        "https://discuss.example/t/comments/2108",
        "https://discuss.example/t/comments/2108.json?page=2",
    )
    assert all("<" not in post.text[:20] for post in topic.posts)


def test_a_real_discourse_page_in_falling_order_comes_out_in_rising_order():
    topic = topic_page(read("discourse/t_2108_posts_pn_21.json", "https://discuss.example/t/comments/2108.json"))
    assert [post.position for post in topic.posts] == list(range(1, 21))


@pytest.mark.parametrize("name", sorted(path.name for path in (PAGES / "sitemaps").glob("*.xml")))
def test_a_real_sitemap_lists_addresses_with_times(name):
    if name == "news-crawl-feed-with-sitemap-namespace.xml":
        with pytest.raises(BadSitemap):
            read_sitemap((PAGES / "sitemaps" / name).read_bytes(), NOW)
        return
    pages = read_sitemap((PAGES / "sitemaps" / name).read_bytes(), NOW).pages
    assert pages
    assert all(listed.url.startswith("http") and listed.latest and listed.latest <= NOW for listed in pages)
