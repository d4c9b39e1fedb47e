"""The pages of the sample sources: in the recorded structures, marked as samples, complete."""

import json
from datetime import date
from html import unescape

import feedparser
import pytest
from lxml import html

from crawlers.extraction import extract_page
from crawlers.page import Page
from crawlers.samples.comment_service import COMMENTS_A_PAGE, PATH
from crawlers.samples.forum import POSTS_A_PAGE
from crawlers.samples.site import Response
from crawlers.samples.world import World, make_world
from crawlers.samples.world_site import WorldSite
from crawlers.sources import load_sources
from crawlers.structures import load_structures
from langnghe.config_files import default_config_dir

DAY0 = date(2026, 11, 20)
MAIN, FORUM = "dansinhmoi.example", "nhipsong.example"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1, DAY0)


@pytest.fixture(scope="module")
def site(world) -> WorldSite:
    return WorldSite(world)


def get(site: WorldSite, host: str, path: str, headers: dict[str, str] | None = None, **query: str) -> Response:
    return site.answer(host, path, query, headers or {})


def page(site: WorldSite, host: str, path: str) -> html.HtmlElement:
    response = get(site, host, path)
    assert response.status == 200, path
    return html.fromstring(response.body.decode())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_article_has_its_parts_where_the_recorded_system_has_them(world, site):
    for article in world.articles:
        tree = page(site, article.outlet.host, article.path)
        assert words(tree.cssselect("[data-role=title]")[0]) == " ".join(article.title.split())
        assert words(tree.cssselect("[data-role=sapo]")[0]) == " ".join(article.sapo.split())
        assert words(tree.cssselect("[data-role=author]")[0]) == article.author
        shown = [words(p) for p in tree.cssselect(".detail-content.afcbc-body > p")]
        assert shown == [" ".join(paragraph.split()) for paragraph in article.body]
        assert tree.cssselect("link[rel=canonical]")[0].get("href") == article.url


def test_the_crawler_reads_every_article_as_it_was_written(world, site):
    sources, structures = load_sources(default_config_dir()), load_structures(default_config_dir())
    for article in world.articles:
        response = get(site, article.outlet.host, article.path)
        fetched = Page(article.url, response.body, world.last, response.headers["Content-Type"])
        read = extract_page(fetched, sources[article.outlet.id], structures)
        assert (read.title, read.author, read.canonical_url) == (" ".join(article.title.split()), article.author, article.url)
        assert (read.published, read.modified) == (article.published, article.modified)
        assert read.text.split("\n")[-len(article.body) :] == [" ".join(paragraph.split()) for paragraph in article.body]


def test_linked_data_and_the_visible_date_say_the_same_moment(world, site):
    article = world.articles[-1]
    tree = page(site, article.outlet.host, article.path)
    blocks = [json.loads(script.text) for script in tree.cssselect("script[type='application/ld+json']")]
    said = next(block for block in blocks if block["@type"] == "NewsArticle")
    assert said["datePublished"] == article.published.isoformat()
    assert said["headline"] == article.title
    assert words(tree.cssselect("[data-role=publishdate]")[0]) == article.published.strftime("%d/%m/%Y %H:%M GMT+7")


def test_every_page_for_readers_says_that_it_is_a_sample(world, site):
    article, thread, board = world.articles[0], world.threads[0], world.outlets.forum.boards[0]
    pages = [
        (article.outlet.host, article.path),
        (MAIN, "/"),
        (MAIN, "/suc-khoe.htm"),
        (FORUM, "/"),
        (FORUM, board.path),
        (FORUM, thread.path),
    ]
    for host, path in pages:
        mark = page(site, host, path).cssselect(".sample-mark")[0]
        assert "dữ liệu mẫu" in words(mark), path


def section_links(site: WorldSite, section: str) -> list[str]:
    links, path = [], f"/{section}/trang-1.htm"
    while path:
        tree = page(site, MAIN, path)
        links += [link.get("href") for link in tree.cssselect("#load-list-news a.box-category-link-title")]
        path = next((link.get("href") for link in tree.cssselect(".pagination a.next")), "")
    return links


def test_section_pages_lead_to_every_article_of_the_main_newspaper_once(world, site):
    links = [link for section in world.outlets.sections for link in section_links(site, section)]
    expected = [item.path for item in [*world.articles, *world.dead_links] if item.outlet == world.outlets.main]
    assert sorted(links) == sorted(expected)


def test_a_section_page_after_the_last_is_empty(site):
    tree = page(site, MAIN, "/suc-khoe/trang-99.htm")
    assert not tree.cssselect("a.box-category-link-title")


def test_the_feed_of_a_small_paper_holds_all_its_articles(world, site):
    for paper in world.outlets.regional:
        feed = feedparser.parse(get(site, paper.host, "/rss/tin-moi-nhat.rss").body)
        assert not feed.bozo
        assert {entry.link for entry in feed.entries} == {article.url for article in world.articles if article.outlet == paper}


def test_the_feeds_of_the_main_paper_hold_the_newest_of_a_section(world, site):
    feed = feedparser.parse(get(site, MAIN, "/rss/suc-khoe.rss").body)
    mine = [a for a in world.articles if a.outlet == world.outlets.main and a.section == "suc-khoe"]
    assert mine[-1].url in {entry.link for entry in feed.entries}
    assert mine[0].url not in {entry.link for entry in feed.entries}


def comments_of(site: WorldSite, host: str, number: str) -> list[list[dict]]:
    pages = []
    while True:
        answer = json.loads(get(site, f"id.{host}", PATH, objId=number, objType="1", pageindex=str(len(pages) + 1)).body)
        items = json.loads(answer["Data"])
        if not items:
            return pages
        pages.append(items)


def test_all_comments_of_an_article_come_page_by_page(world, site):
    for article in world.articles:
        pages = comments_of(site, article.outlet.host, article.number)
        assert all(len(items) <= COMMENTS_A_PAGE for items in pages)
        given = {(c["id"], unescape(c["content"])) for items in pages for c in items}
        given |= {(reply["id"], unescape(reply["content"])) for items in pages for c in items for reply in c["child_comments"]}
        assert given == {(str(c.id), c.text) for c in article.all_comments()}


def test_some_article_has_more_comments_than_one_page(world, site):
    longest = max(world.articles, key=lambda article: len(article.comments))
    assert len(comments_of(site, longest.outlet.host, longest.number)) > 1


def test_an_article_that_the_comment_service_does_not_know_has_no_comments(site):
    assert comments_of(site, MAIN, "1") == []


def forum_threads(site: WorldSite, path: str) -> list[str]:
    links = []
    while path:
        tree = page(site, FORUM, path)
        links += [row.cssselect(".structItem-title a")[0].get("href") for row in tree.cssselect(".structItem--thread")]
        path = next((link.get("href") for link in tree.cssselect("a.pageNav-jump--next")), "")
    return links


def test_the_boards_lead_to_every_thread_once(world, site):
    links = [link for board in world.outlets.forum.boards for link in forum_threads(site, board.path)]
    assert sorted(links) == sorted(thread.path for thread in world.threads)


def posts_of(site: WorldSite, path: str) -> list[html.HtmlElement]:
    posts = []
    while path:
        tree = page(site, FORUM, path)
        posts += tree.cssselect("article.message--post[data-author][data-content]")
        path = next((link.get("href") for link in tree.cssselect("a.pageNav-jump--next")), "")
    return posts


def test_every_post_has_its_parts_where_xenforo_has_them(world, site):
    for thread in world.threads:
        elements = posts_of(site, thread.path)
        assert [element.get("data-content") for element in elements] == [f"post-{post.id}" for post in thread.posts]
        for element, post in zip(elements, thread.posts, strict=True):
            assert element.get("data-author") == post.author
            time = element.cssselect(".message-attribution time.u-dt")[0].get("datetime")
            assert time == post.published.strftime("%Y-%m-%dT%H:%M:%S%z")
            body = element.cssselect(".message-body .bbWrapper")[0]
            for quote in body.cssselect("blockquote.bbCodeBlock--quote"):
                assert quote.get("data-source") == f"post: {post.quotes.id}"
                quote.drop_tree()
            assert words(body) == " ".join(post.text.split())


def test_some_thread_has_more_posts_than_one_page(world):
    assert max(len(thread.posts) for thread in world.threads) > POSTS_A_PAGE


def test_the_address_of_a_post_leads_to_its_page(world, site):
    thread = max(world.threads, key=lambda thread: len(thread.posts))
    response = get(site, FORUM, "/goto/post", id=str(thread.latest.id))
    assert response.status == 301
    assert response.headers["Location"] == f"{thread.url}page-2#post-{thread.latest.id}"


def test_the_feed_of_a_board_is_well_formed(world, site):
    feed = feedparser.parse(get(site, FORUM, f"{world.outlets.forum.boards[0].path}index.rss").body)
    assert not feed.bozo
    assert {entry.link for entry in feed.entries} <= {thread.url for thread in world.threads}


def test_dead_ends_answer_as_recorded_ones_do(world, site):
    answers = {link.answer: get(site, MAIN, link.path) for link in world.dead_links}
    assert {name: answer.status for name, answer in answers.items()} == {
        "wall": 200, "soft_404": 200, "gone": 410, "missing": 404, "advertorial": 200,
    }  # fmt: skip
    assert b"document.cookie" in answers["wall"].body
    canonical = html.fromstring(answers["soft_404"].body.decode()).cssselect("link[rel=canonical]")[0].get("href")
    assert canonical == f"https://{MAIN}/"


def test_robots_txt_keeps_crawlers_from_the_advertorials(world, site):
    assert "Disallow: /quang-cao/" in get(site, MAIN, "/robots.txt").body.decode()
    assert all(link.path.startswith("/quang-cao/") for link in world.dead_links if link.answer == "advertorial")


@pytest.mark.parametrize(
    ("host", "path"),
    [(MAIN, "/khong-co-20261101000000000.htm"), (MAIN, "/rss/none.rss"), (MAIN, "/none.htm"), ("songkhoe24.example", "/suc-khoe.htm"),
     (FORUM, "/threads/x.1/"), (FORUM, "/forums/x.99/"), (FORUM, "/forums/tan-gau.4/page-99"), (f"id.{MAIN}", "/api/none")],
)  # fmt: skip
def test_an_unknown_address_is_404(site, host, path):
    assert get(site, host, path).status == 404


def test_who_has_the_page_gets_304_without_a_body(world, site):
    article = world.articles[0]
    first = get(site, article.outlet.host, article.path)
    by_tag = get(site, article.outlet.host, article.path, {"if-none-match": first.headers["ETag"]})
    by_date = get(site, article.outlet.host, article.path, {"if-modified-since": first.headers["Last-Modified"]})
    assert (by_tag.status, by_tag.body, by_date.status) == (304, b"", 304)


def test_who_has_an_older_page_gets_the_new_one(world, site):
    article = world.articles[0]
    for old in ({"if-none-match": '"other"'}, {"if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT"}, {"if-modified-since": "yesterday"}):
        assert get(site, article.outlet.host, article.path, old).status == 200


def test_titles_with_quotation_marks_stay_what_they_are_in_feeds(world, site):
    titles = {a.url: a.title for paper in world.outlets.regional for a in world.articles if a.outlet == paper and '"' in a.title}
    assert titles
    feeds = [feedparser.parse(get(site, paper.host, "/rss/tin-moi-nhat.rss").body) for paper in world.outlets.regional]
    assert {entry.link: entry.title for feed in feeds for entry in feed.entries if entry.link in titles} == titles
