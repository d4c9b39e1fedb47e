"""``langnghe extract`` and ``langnghe crawl`` as a user calls them."""

import io
import json
import shutil
import sys
from pathlib import Path

import certifi
import pytest

from langnghe.cli import main
from langnghe.config_files import default_config_dir
from langnghe.settings import load_settings
from tests.crawlers import made_pages as made

PAGES = Path(__file__).parent / "pages"
FIELDS = {"url", "canonical_url", "title", "text", "published", "modified", "author", "site", "language", "kind"}


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.fixture
def config(tmp_path, monkeypatch, site):
    """An installation whose one source is served by the site, as the environment describes it."""
    sources = tmp_path / "config" / "sources"
    shutil.copytree(default_config_dir() / "sources" / "structures", sources / "structures")
    shutil.copy(default_config_dir() / "sources" / "terms.yaml", sources)
    shutil.copy(default_config_dir() / "crawling.yaml", sources.parent)
    feed = "http://bao.example/rss/tin.rss"
    lines = (
        "id: bao",
        "name: Báo Thử",
        "kind: feed",
        "enabled: true",
        "homepage: http://bao.example/",
        f"feeds: ['{feed}']",
        "structure: tuoitre_cms",
    )
    (sources / "bao.yaml").write_text("\n".join(lines), encoding="utf-8")
    named = {
        "CONFIG_DIR": sources.parent,
        "DATA_DIR": tmp_path / "data",
        "CRAWL__PROXY": site.url,
        "CRAWL__MIN_DELAY": 0,
        "CRAWL__CA_FILE": certifi.where(),
    }
    for name, value in named.items():
        monkeypatch.setenv(f"LANGNGHE_{name}", str(value))
    site.put(feed, made.feed("http://bao.example/bhxh-2026111900000001.htm", "http://bao.example/bong-da-2026111900000002.htm"))
    for url, title in (
        ("http://bao.example/bhxh-2026111900000001.htm", "Sổ BHXH"),
        ("http://bao.example/bong-da-2026111900000002.htm", "Bóng đá"),
    ):
        site.put(url, made.article(url, title, "Nội dung của bài."))
    return sources


def test_extract_prints_the_contracts_fields_as_one_line(capsys):
    assert call("extract", str(PAGES / "vnexpress.html"), "--url", "https://giomoi.example/a-5100001.html") == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert set(found) >= FIELDS
    assert found["author"] == "Vân Du"


def test_extract_says_why_a_page_is_no_article(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"<title>Just a moment...</title>")))
    assert call("extract", "-", "--url", "https://bao.example/a.html") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["text"], found["reason"]) == (None, "challenge")


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "missing.html", "--url", "https://bao.example/"),
        ("extract", "-", "--url", "bao.example"),
        ("crawl", "nobody"),
        ("crawl", "--since", "yesterday"),
        ("crawl", "--since", "2999-01-01"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(arguments, capsys):
    assert call(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("langnghe: ")
    assert told.err.count("\n") == 1


def test_crawl_prints_the_counted_outcomes(config, capsys):
    assert call("crawl") == 0
    told = capsys.readouterr().out
    assert all(words in told for words in ("bao", "stored", "off_topic", "read"))
    assert (load_settings().data_dir / "crawl.log").exists()


def test_a_broken_source_file_stops_a_crawl_before_it_begins(config, capsys):
    path = config / "bao.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: feed", "kind: fed"), encoding="utf-8")
    assert call("crawl") == 1
    assert f"{path}:3: kind" in capsys.readouterr().err
