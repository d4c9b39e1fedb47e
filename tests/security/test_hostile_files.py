"""Files that others give us: bombs, entities, formulas, paths; each is refused or harmless, quickly and in little memory."""

import gzip
import json
import resource
import time
import zipfile
from contextlib import contextmanager

import pytest
from openpyxl import Workbook

from crawlers.imports import read_rows
from crawlers.lists import read_feed
from crawlers.page import Page
from crawlers.sitemaps import BadSitemap, read_sitemap
from index.export import _cell, _harmless
from langnghe import archives
from langnghe.errors import WrongCall
from tests.dashboard.conftest import NOW

LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
DOCTYPE = f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@contextmanager
def quickly(seconds=10.0, megabytes=300):
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    assert time.monotonic() - began < seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000 < megabytes


@pytest.fixture
def book(tmp_path):
    """A table of one post, whose parts can be replaced."""

    def make(**parts):
        plain = Workbook()
        plain.active.append(["id", "text"])
        plain.active.append(["1", "Hết thuốc BHYT ở Vinh"])
        plain.save(tmp_path / "plain.xlsx")
        with zipfile.ZipFile(tmp_path / "plain.xlsx") as old, zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                change = parts.get(name.rsplit("/", 1)[-1].partition(".")[0])
                new.writestr(name, change(old.read(name)) if change else old.read(name))
        return tmp_path / "book.xlsx"

    return make


def test_an_ordinary_table_is_read(book):
    assert [row.values["text"] for row in read_rows(book())] == ["Hết thuốc BHYT ở Vinh"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(book, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 20_000_000)
    bomb = book(sheet1=lambda was: was.replace(b"</sheetData>", b"<row/>" * 5_000_000 + b"</sheetData>"))
    assert bomb.stat().st_size < 1_000_000
    with quickly(), pytest.raises(WrongCall, match="unpacks to more than 20 MB"):
        list(read_rows(bomb))


def test_a_zip_of_a_newer_version_of_the_format_is_refused_with_a_remedy(book):
    path = book()
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 6] = 99  # the version that is needed to unpack it
    path.write_bytes(content)
    with pytest.raises(WrongCall, match=r"can't be read: zip file version 9\.9.*save it again"):
        list(read_rows(path))


def test_a_zip_of_very_many_parts_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_PARTS", 100)
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as many:
        for number in range(200):
            many.writestr(f"xl/{number}.xml", b"")
    with pytest.raises(WrongCall, match="unpacks to more"):
        list(read_rows(tmp_path / "many.xlsx"))


@pytest.mark.parametrize("entity", ["&a9;", "&secret;"])
def test_entities_in_a_table_are_not_resolved(book, entity):
    def with_entities(was):
        head, rest = was.split(b"<worksheet", 1)
        return head + DOCTYPE.encode() + b"<worksheet" + rest.replace(b"<v>1</v>", f"<v>{entity}</v>".encode(), 1)

    with quickly():
        try:
            told = str(list(read_rows(book(sheet1=with_entities))))
        except WrongCall as refused:
            told = str(refused)
    assert "root:" not in told
    assert "haha" not in told


@pytest.mark.parametrize("name", ["../../outside.xml", "/etc/outside.xml"])
def test_a_part_with_a_path_out_of_the_archive_writes_nothing(book, tmp_path, name):
    table = book()
    with zipfile.ZipFile(table, "a") as archive:
        archive.writestr(name, "evil")
    assert len(list(read_rows(table))) == 1
    assert [path.name for path in tmp_path.parent.rglob("outside.xml")] == []


def test_what_only_calls_itself_a_table_is_refused(tmp_path):
    for content in (b"", b"PK\x03\x04broken", b"<html>", bytes(1000)):
        (tmp_path / "x.xlsx").write_bytes(content)
        with pytest.raises(WrongCall, match="can't be read"):
            list(read_rows(tmp_path / "x.xlsx"))


def test_a_formula_in_a_table_is_a_value_and_nothing_is_computed(tmp_path):
    table = Workbook()
    table.active.append(["id", "text"])
    table.active.append(["1", '=HYPERLINK("http://x.example","bấm")'])
    table.save(tmp_path / "f.xlsx")
    assert all("http" not in str(row.values.get("text")) for row in read_rows(tmp_path / "f.xlsx"))


@pytest.mark.parametrize("entity", ["&a9;", "&secret;"])
def test_entities_in_a_sitemap_and_a_feed_are_not_resolved(entity):
    sitemap = f"<?xml version='1.0'?>{DOCTYPE}<urlset><url><loc>https://a.example/{entity}</loc></url></urlset>"
    feed = f"<?xml version='1.0'?>{DOCTYPE}<rss version='2.0'><channel><item><title>{entity}</title><link>https://a.example/1</link></item></channel></rss>"
    with quickly():
        found = read_sitemap(sitemap.encode(), NOW)
        told = read_feed(Page("https://a.example/feed", feed.encode(), NOW))
    assert "root:" not in str(found) + str(told)
    assert len(str(found)) + len(str(told)) < 10_000


def test_a_packed_sitemap_that_unpacks_without_end_is_refused():
    with quickly(megabytes=400), pytest.raises(BadSitemap):
        read_sitemap(gzip.compress(b"<urlset>" + b" " * 80_000_000 + b"</urlset>"), NOW)


def test_deeply_nested_json_is_a_bad_row_and_no_crash(tmp_path):
    (tmp_path / "deep.jsonl").write_text("[" * 200_000 + "\n" + json.dumps({"id": "1", "text": "a"}) + "\n")
    first, second = read_rows(tmp_path / "deep.jsonl")
    assert first.problem
    assert second.values["text"] == "a"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_cell_that_we_write_is_no_formula_whatever_the_text_says(begin):
    text = f'{begin}HYPERLINK("http://x.example")'
    assert _harmless(text)[0] == "'"
    sheet = Workbook(write_only=True).create_sheet()
    assert _cell(sheet, text).data_type == "s"
