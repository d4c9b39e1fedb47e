"""Drafting sources: for sites of every kind a file that loads and passes the check on the site, or an error that says what to do."""

import json

import pytest
import yaml

from crawlers.checking import check_sources
from crawlers.drafting import Draft, draft_source
from crawlers.sources import Source
from crawlers.structures import load_structures
from langnghe.config_files import default_config_dir
from langnghe.errors import Unavailable
from tests.crawlers import made_pages as made
from tests.crawlers.crawling import NOW
from tests.crawlers.local_site import Site
from tests.crawlers.served_others import sitemap, topic, topics

STRUCTURES = load_structures(default_config_dir())
HOME = "http://bao.example"
ARTICLES = [f"{HOME}/bhxh-{number}-202611190800000{number}.htm" for number in range(1, 7)]
FEED, OLD_FEED = f"{HOME}/rss/xa-hoi.rss", f"{HOME}/rss/an-sinh.rss"
TIME = "2026-11-19T08:00:00+07:00"
LINES = "".join(f"<p>{made.FILLER} Đoạn {number}.</p>" for number in range(4))


def front_page(*links: str, head: str = "", more: str = "") -> str:
    rows = "".join(f'<h3><a href="{url}">Một tiêu đề dài để nhận ra là bài báo</a></h3>' for url in links)
    return f'<html><head><meta property="og:site_name" content="Báo Thử">{head}</head><body>{rows}{more}</body></html>'


def plain_article(url: str, head: str = "", more: str = "") -> str:
    """An article in no structure that is known."""
    return (
        f"<html><head><title>Sổ BHXH</title>{head}</head><body><h1>Sổ BHXH của công nhân</h1>{more}{LINES}<i>{url[-9:]}</i></body></html>"
    )


def linked_data() -> str:
    said = {"@type": "NewsArticle", "headline": "Sổ BHXH của công nhân", "datePublished": TIME, "description": "Công nhân hỏi về sổ."}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


def newspaper(site: Site) -> str:
    """Feeds, one of which stands still, and articles with JSON-LD."""
    stated = f'<link rel="alternate" type="application/rss+xml" href="{FEED}">'
    site.put(f"{HOME}/", front_page(*ARTICLES, head=stated, more=f"<a href='/rss/hong.rss'>RSS</a><a href='{OLD_FEED}'>An sinh</a>"))
    site.put(f"{HOME}/rss/hong.rss", "<html>no feed</html>")
    site.put(FEED, made.feed(*ARTICLES))
    site.put(OLD_FEED, made.feed(*ARTICLES).replace("19 Nov 2026", "19 Aug 2025"))
    for url in ARTICLES:
        site.put(url, plain_article(url, linked_data()))
    return f"{HOME}/"


def known_newspaper(site: Site) -> str:
    """A feed, a news sitemap beside one that is missing, and articles of a known structure."""
    newspaper(site)
    site.put(f"{HOME}/robots.txt", f"User-agent: *\nSitemap: {HOME}/none.xml\nSitemap: {HOME}/news.xml\n")
    site.put(f"{HOME}/news.xml", sitemap((ARTICLES[0], "2026-11-19")))
    for url in ARTICLES:
        site.put(url, made.article(url, "Sổ BHXH của công nhân", f"Bài ở {url[-8:]}."))
    return f"{HOME}/"


def news_sitemaps(site: Site) -> str:
    """A front page that scripts fill, and nothing but news sitemaps, of which robots.txt says nothing."""
    site.put(f"{HOME}/", "<html><head><title>Báo Thử</title></head><body><div id=app></div><script>start()</script></body></html>")
    news = "".join(
        f"<url><loc>{url}</loc><news:news><news:publication_date>{TIME}</news:publication_date></news:news></url>" for url in ARTICLES
    )
    site.put(
        f"{HOME}/sitemap.xml", sitemap((f"{HOME}/sitemaps/news-1.xml", "2026-11-19"), (f"{HOME}/sitemaps/pages.xml", None), name="sitemap")
    )
    site.put(f"{HOME}/sitemaps/news-1.xml", f'<urlset xmlns="http://s.example" xmlns:news="http://n.example">{news}</urlset>')
    for url in ARTICLES:
        site.put(url, plain_article(url, linked_data()))
    return f"{HOME}/"


def wordpress(site: Site) -> str:
    """Two feeds, of which one is that of comments, an index of sitemaps without times, articles with nothing but a visible time."""
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="{HOME}/{path}">' for path in ("feed/", "comments/feed/"))
    posts = [f"{HOME}/2026/11/so-bhxh-{number}/" for number in range(6)]
    site.put(f"{HOME}/", front_page(*posts, head=f'<meta name="generator" content="WordPress 6.8">{feeds}'))
    site.put(f"{HOME}/feed/", made.feed(*posts))
    site.put(f"{HOME}/comments/feed/", made.feed(*(f"{url}#comment-7" for url in posts)))
    site.put(f"{HOME}/robots.txt", f"User-agent: *\nDisallow: /wp-admin/\nSitemap: {HOME}/wp-sitemap.xml\n")
    site.put(
        f"{HOME}/wp-sitemap.xml",
        sitemap((f"{HOME}/wp-sitemap-posts-1.xml", None), (f"{HOME}/wp-sitemap-users-1.xml", None), name="sitemap"),
    )
    site.put(f"{HOME}/wp-sitemap-posts-1.xml", sitemap(*((url, TIME) for url in posts)))
    site.put(f"{HOME}/wp-sitemap-users-1.xml", sitemap((f"{HOME}/author/lan/", None)))
    for url in posts:
        site.put(url, plain_article(url, more=f'<time class="entry-date" datetime="{TIME}">19/11/2026</time>'))
    return f"{HOME}/"


def sections(site: Site) -> str:
    """No feed, no sitemap: a front page of headlines whose menu leads to sections."""
    menu = "<a href='/suc-khoe'>Sức khỏe</a><a href='/the-thao'>Thể thao</a><a href='/an-sinh/bhxh'>BHXH</a>"
    site.put(f"{HOME}/", front_page(*ARTICLES, more=menu))
    for path in ("suc-khoe", "an-sinh/bhxh"):
        site.put(f"{HOME}/{path}", front_page(*ARTICLES))
    for url in ARTICLES:
        site.put(url, plain_article(url, f'<meta property="article:published_time" content="{TIME}">'))
    return f"{HOME}/"


BOARDS = {"/forums/suc-khoe.4/": "Sức khỏe", "/forums/xe-co.5/": "Xe cộ", "/forums/hoi-dap.6/": "Hỏi đáp BHXH"}


def xenforo(site: Site) -> str:
    """A forum's index; its boards that fit are open, or ask for an account."""
    nodes = "".join(f'<h3 class="node-title"><a href="{path}">{name}</a></h3>' for path, name in BOARDS.items())
    site.put(f"{HOME}/", f'<html id="XF"><head><title>Diễn đàn Thử</title></head><body>{nodes}</body></html>')
    thread = f"{HOME}/threads/bhxh.5/"
    site.put(f"{HOME}/forums/suc-khoe.4/", made.board((thread, "2026-11-19T10:00:00+0700")))
    site.put(f"{HOME}/forums/hoi-dap.6/", "<html id='XF'><body>Bạn phải đăng nhập.</body></html>", 403)
    site.put(thread, made.thread(thread, "Sổ BHXH", (1, "hỏi"), (2, "đáp")))
    return f"{HOME}/"


def discourse(site: Site) -> str:
    """A forum in Discourse."""
    site.put(f"{HOME}/", "<html><head><meta name='generator' content='Discourse 3.2'><title>Bàn luận</title></head></html>")
    site.put(f"{HOME}/latest.json", topics((31, "het-thuoc", "2026-11-19T03:00:00.000Z")))
    site.put(f"{HOME}/t/het-thuoc/31.json", topic("Hết thuốc BHYT", (1, "<p>Sáng nay hết</p>"), total=1))
    return f"{HOME}/"


DRAFTED = {
    newspaper: {"kind": "feed", "feeds": [FEED]},
    known_newspaper: {"kind": "feed", "feeds": [FEED], "sitemaps": [f"{HOME}/news.xml"], "structure": "tuoitre_cms"},
    news_sitemaps: {"kind": "sitemap", "sitemaps": [f"{HOME}/sitemap.xml"]},
    wordpress: {"kind": "feed", "feeds": [f"{HOME}/feed/"], "sitemaps": [f"{HOME}/wp-sitemap.xml"]},
    sections: {"kind": "listing", "listings": [f"{HOME}/suc-khoe", f"{HOME}/an-sinh/bhxh"]},
    xenforo: {"kind": "xenforo", "listings": [f"{HOME}/forums/suc-khoe.4/"], "structure": "xenforo2"},
    discourse: {"kind": "discourse", "listings": [f"{HOME}/latest.json"]},
}


def fields(draft: Draft) -> dict:
    return yaml.safe_load(draft.text)


@pytest.mark.parametrize("serve", DRAFTED, ids=lambda serve: serve.__name__)
def test_a_draft_loads_and_passes_the_check_on_its_site(fetch, site, serve):
    draft = draft_source(serve(site), fetch, STRUCTURES)
    named = {"id": "bao", "name": fields(draft)["name"], "enabled": "unverified", "homepage": f"{HOME}/"}
    assert fields(draft) == named | DRAFTED[serve]
    found = list(check_sources([Source.model_validate(fields(draft))], fetch, STRUCTURES, NOW))
    assert {each.verdict for each in found} == {"ok"}, found
    assert any(each.what == "article" for each in found)


def test_what_stands_still_is_left_out_with_a_note(fetch, site):
    notes = draft_source(newspaper(site), fetch, STRUCTURES).notes
    assert f"left out: {OLD_FEED}, nothing new since 2025-08-19" in notes


def test_a_draft_says_what_the_check_finds_amiss(fetch, site):
    newspaper(site)
    site.put(FEED, made.feed(*ARTICLES).replace("19 Nov 2026", "19 Aug 2026"))
    site.put(ARTICLES[0], front_page())
    notes = draft_source(f"{HOME}/", fetch, STRUCTURES).notes
    assert f"stale: feed {FEED}: 6 addresses, the newest of 2026-08-19" in notes
    assert f"failed: article {ARTICLES[0]}: no text" in notes


def test_a_board_that_is_named_is_the_one_that_is_read(fetch, site):
    xenforo(site)
    board = f"{HOME}/forums/xe-co.5/"
    site.put(board, made.board((f"{HOME}/threads/bhxh.5/", "2026-11-19T10:00:00+0700")))
    assert fields(draft_source(board, fetch, STRUCTURES))["listings"] == [board]


def nothing(site: Site) -> None:
    site.put(f"{HOME}/", "<html><body><p>Xin chào</p></body></html>")


def wall(site: Site) -> None:
    site.put(f"{HOME}/", '<script>document.cookie="a=b";location.reload()</script>')


def closed_forum(site: Site) -> None:
    xenforo(site)
    site.put(f"{HOME}/forums/suc-khoe.4/", "<html id='XF'><body>Bạn phải đăng nhập.</body></html>")


def closed_discourse(site: Site) -> None:
    discourse(site)
    site.put(f"{HOME}/latest.json", '{"errors": ["not_logged_in"]}', 403)


@pytest.mark.parametrize(
    ("serve", "problem", "remedy"),
    [
        (nothing, "no feed, sitemap or headlines", "Name the address of one of its feeds"),
        (wall, "a cookie wall stands before it", "Look at it in a browser"),
        (lambda _site: None, "status 404", "Look at it in a browser"),
        (closed_forum, "no board with threads", "Name the address of a board that is open to all"),
        (closed_discourse, "lists no topics", "can be imported"),
    ],
)
def test_a_site_that_gives_nothing_is_refused_with_what_to_do(fetch, site, serve, problem, remedy):
    serve(site)
    with pytest.raises(Unavailable, match=problem) as refused:
        draft_source(f"{HOME}/", fetch, STRUCTURES)
    assert remedy in refused.value.remedy
