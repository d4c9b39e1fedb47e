"""Checking sources live and drafting new ones, on hosts of our own."""

import shutil
from datetime import datetime

import certifi
import pytest

from crawlers.checking import check_sources
from crawlers.sources import Source, load_sources
from crawlers.structures import load_structures
from langnghe.cli import main
from langnghe.clock import VIETNAM
from langnghe.config_files import default_config_dir
from tests.crawlers import made_pages as made
from tests.crawlers.local_site import Site

NOW = datetime(2026, 11, 20, 8, tzinfo=VIETNAM)
STRUCTURES = load_structures(default_config_dir())
HOME = "http://bao.example"
ARTICLES = [f"{HOME}/bhxh-{number}-202611190800000{number}.htm" for number in range(1, 7)]
FEED = f"{HOME}/rss/xa-hoi.rss"


def newspaper(**more) -> Source:
    parts = {"id": "bao", "name": "Báo", "kind": "feed", "homepage": f"{HOME}/", "feeds": [FEED], "structure": "tuoitre_cms"}
    return Source(**(parts | more))


@pytest.fixture
def served(site) -> Site:
    site.put(FEED, made.feed(*ARTICLES))
    for url in ARTICLES:
        site.put(url, made.article(url, "Sổ BHXH của công nhân", f"Bài ở {url[-8:]}."))
    return site


def verdicts(fetch, source: Source, now: datetime = NOW) -> dict[str, tuple[str, str]]:
    return {found.url: (found.verdict, found.detail) for found in check_sources([source], fetch, STRUCTURES, now)}


def test_a_source_that_works_passes_with_two_of_its_articles(fetch, served):
    found = verdicts(fetch, newspaper())
    assert found[FEED] == ("ok", "6 addresses, the newest of 2026-11-19 08:00")
    assert {url: verdict for url, (verdict, _) in found.items()} == {FEED: "ok", ARTICLES[0]: "ok", ARTICLES[1]: "ok"}
    assert "by selectors: Sổ BHXH của công nhân" in found[ARTICLES[0]][1]


def test_a_feed_that_stands_still_is_stale(fetch, served):
    assert verdicts(fetch, newspaper(), NOW.replace(day=24))[FEED][0] == "stale"
    assert verdicts(fetch, newspaper(), NOW.replace(day=23))[FEED][0] == "ok"


def test_an_article_that_lost_its_structure_is_stale(fetch, served):
    body = "".join(f"<p>{made.FILLER} Đoạn {number}.</p>" for number in range(4))
    served.put(
        ARTICLES[0], f"<html><head><meta property='article:published_time' content='2026-11-19'></head><h1>Sổ BHXH</h1>{body}</html>"
    )
    verdict, detail = verdicts(fetch, newspaper())[ARTICLES[0]]
    assert (verdict, "by trafilatura" in detail) == ("stale", True)


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ("<title>Just a moment...</title><span id='challenge-error-text'></span>", 403, "challenge"),
        ('<script>document.cookie="a=b";location.reload()</script>', 200, "cookie wall"),
        ("gone", 404, "status 404"),
        ("<html><body>Trang chủ</body></html>", 200, "no feed"),
        (made.feed("http://khac.example/a-1.htm"), 200, "leads to no article"),
    ],
)
def test_a_feed_that_gives_nothing_fails_with_the_reason(fetch, served, body, status, detail):
    served.put(FEED, body, status)
    verdict, told = verdicts(fetch, newspaper())[FEED]
    assert verdict == "failed"
    assert detail in told


def test_a_forum_is_checked_by_its_list_and_a_thread(fetch, site):
    board, thread = f"{HOME}/forums/a.1/", f"{HOME}/threads/bhxh.5/"
    site.put(board, made.board((thread, "2026-11-19T10:00:00+0700")))
    site.put(thread, made.thread(thread, "Sổ BHXH", (1, "hỏi"), (2, "đáp")))
    found = verdicts(fetch, newspaper(kind="xenforo", feeds=[], listings=[board], structure="xenforo2"))
    assert found == {board: ("ok", "1 addresses, the newest of 2026-11-19 10:00"), thread: ("ok", "2 posts: Sổ BHXH")}


@pytest.fixture
def installed(tmp_path, monkeypatch, served):
    """An installation with one unverified source, reached as recorded sources are."""
    sources = tmp_path / "config" / "sources"
    shutil.copytree(default_config_dir() / "sources" / "structures", sources / "structures")
    shutil.copy(default_config_dir() / "sources" / "terms.yaml", sources)
    shutil.copy(default_config_dir() / "crawling.yaml", sources.parent)
    (sources / "bao.yaml").write_text(
        f"# kept\nid: bao\nname: Báo\nkind: feed\nenabled: unverified  # not yet\nhomepage: {HOME}/\nfeeds: ['{FEED}']\nstructure: tuoitre_cms\n",
        encoding="utf-8",
    )
    fresh = datetime.now(VIETNAM).strftime("%a, %d %b %Y %H:%M:%S +0700")
    served.put(FEED, made.feed(*ARTICLES).replace("Thu, 19 Nov 2026 08:00:00 GMT+7", fresh))
    named = {"CONFIG_DIR": sources.parent, "DATA_DIR": tmp_path / "data", "CRAWL__PROXY": served.url, "CRAWL__MIN_DELAY": 0}
    for name, value in {**named, "CRAWL__CA_FILE": certifi.where()}.items():
        monkeypatch.setenv(f"LANGNGHE_{name}", str(value))
    return sources


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_the_command_checks_and_enables_what_passed(installed, capsys):
    assert call("sources", "check", "--enable") == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0].split("\t")[:4] == ["bao", "ok", "feed", FEED]
    assert "enabled: bao" in told.err
    assert load_sources(installed.parent)["bao"].enabled is True
    text = (installed / "bao.yaml").read_text(encoding="utf-8")
    assert text.startswith("# kept\nid: bao")
    assert "enabled: true  # not yet" in text


def test_the_command_refuses_what_is_no_address(installed, capsys):
    assert call("sources", "new", "bao.example") == 2
    assert "https://" in capsys.readouterr().err
