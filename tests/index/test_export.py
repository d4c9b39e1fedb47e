"""Results as files: whole, harmless, within what may be shown of the press, and in flat memory."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from index.export import COLUMNS, export
from index.interface import SearchRequest
from index.synchronise import drain_outbox, open_or_build
from langnghe.actor import SYSTEM, Actor, Role
from langnghe.documents import Document, Kind
from langnghe.record.documents import store_document
from langnghe.record.schema import DocumentRow, OutboxEntry
from tests.index.suite import fill, read_corpus

FAR = Actor("Tú", Role.viewer, "34-75")


@pytest.fixture
def index(record, backend_settings):
    opened = open_or_build(record, backend_settings)
    fill(record, opened, read_corpus())
    yield opened
    opened.close()


def written(record, index, form: str, request: SearchRequest, actor: Actor = SYSTEM) -> bytes:
    out = io.BytesIO()
    export(record, index, actor, request, form, out)
    return out.getvalue()


def test_every_format_holds_the_same_rows_newest_first(filled) -> None:
    record, index = filled
    request = SearchRequest(topics=("hi_drug_supply",))
    lines = [json.loads(line) for line in written(record, index, "jsonl", request).splitlines()]
    table = list(csv.reader(io.StringIO(written(record, index, "csv", request).decode("utf-8-sig"))))
    sheet = list(load_workbook(io.BytesIO(written(record, index, "xlsx", request))).active.values)
    assert [line["id"] for line in lines] == ["noi-bo-na", "thieu-thuoc-na-bl", "thieu-thuoc-na", "thuoc-moi", "thuoc-khong-dau"]
    assert [row[0] for row in table[1:]] == [row[0] for row in sheet[1:]] == [line["id"] for line in lines]
    assert list(lines[0]) == list(COLUMNS)
    assert table[0][0] == "Mã"
    assert "Thuốc và vật tư BHYT" in table[1][COLUMNS.index("topics")]


def test_an_export_finds_what_the_search_shows_and_no_more_than_the_reader_may_see(filled) -> None:
    record, index = filled
    found = written(record, index, "jsonl", SearchRequest(query="thieu thuoc"), FAR).splitlines()
    assert not {"noi-bo-na"} & {json.loads(line)["id"] for line in found}
    assert len(found) >= 4


def test_a_cell_is_never_a_formula_and_a_press_text_never_longer_than_allowed(record, index, privacy) -> None:
    texts = {"cong-thuc": '=HYPERLINK("http://x.example")', "cong": "+1+2 bhyt", "at": "@SUM(1)", "dai": "bảo hiểm y tế " * 100}
    with record.session() as session:
        for ref, text in texts.items():
            document = Document(id=ref, source="mau", kind=Kind.news, title=text[:80], text=text, fetched=record.clock.now())
            store_document(session, document, privacy=privacy, now=record.clock.now())
    drain_outbox(record, index)
    request = SearchRequest(sources=("mau",))
    table = list(csv.reader(io.StringIO(written(record, index, "csv", request).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(written(record, index, "xlsx", request))).active
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert not [cell.value for row in sheet.rows for cell in row if cell.data_type == "f"]
    assert max(len(row[COLUMNS.index("text")]) for row in table[1:]) <= 301


def test_an_office_takes_its_own_import_whole(record, index, privacy) -> None:
    text = "Biên bản nội bộ. " * 50
    document = Document(id="bb", source="nhap", kind=Kind.feedback, text=text, fetched=record.clock.now(), office="34-75")
    with record.session() as session:
        store_document(session, document, privacy=privacy, now=record.clock.now())
    drain_outbox(record, index)
    found = [json.loads(line) for line in written(record, index, "jsonl", SearchRequest(sources=("nhap",)), FAR).splitlines()]
    assert found[0]["text"] == document.text


def test_documents_that_arrive_meanwhile_are_neither_doubled_nor_skipped(record, index, privacy, monkeypatch) -> None:
    from index import export as module

    monkeypatch.setattr(module, "BATCH", 10)
    before = [json.loads(line)["id"] for line in written(record, index, "jsonl", SearchRequest()).splitlines()]
    seen = []
    for number, row in enumerate(module.rows(record, index, SYSTEM, SearchRequest())):
        seen.append(row["id"])
        if number == 5:
            with record.session() as session:
                late = Document(id="muon", source="mau", kind=Kind.news, text="bài đến muộn", fetched=record.clock.now())
                store_document(session, late, privacy=privacy, now=record.clock.now())
            drain_outbox(record, index)
    assert seen == before


def test_a_large_export_takes_no_more_memory_than_a_small_one(record, settings) -> None:
    """12,000 rows in a process of its own that may take little more than it has at its start."""
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    texts = [f"bài số {number} về bảo hiểm y tế " * 12 for number in range(40)]
    with record.session() as session:
        common = {"source": "mau", "kind": "news", "published": moment, "fetched": moment, "first_seen": moment}
        common |= {"day": moment.date(), "content_hash": ""}
        session.execute(insert(DocumentRow), [common | {"id": key, "ref": str(key), "text": texts[key % 40]} for key in range(1, 12_001)])
        session.execute(insert(OutboxEntry), [{"document_id": key, "revision": 1, "entered": moment} for key in range(1, 12_001)])
    index = open_or_build(record, settings)
    drain_outbox(record, index)
    index.close()
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(settings.data_dir)], capture_output=True, text=True, check=True)
    rows, growth = map(int, done.stdout.split())
    assert rows == 12_000
    assert growth < 20_000, f"{growth} kB more after 12,000 rows than after 1,000"


PROGRAM = """
import io, resource, sys
from pathlib import Path
from index.export import export
from index.interface import SearchRequest, open_index
from langnghe.actor import SYSTEM
from langnghe.record.database import open_record
from langnghe.settings import Settings

class Nowhere(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)

settings = Settings(data_dir=Path(sys.argv[1]))
record, index = open_record(settings), open_index(settings)
counts = [0, 0]
def tell(_):
    counts[0] += 1
    if counts[0] == 1000:
        counts[1] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = export(record, index, SYSTEM, SearchRequest(query="bảo hiểm y tế"), "csv", Nowhere(), tell=tell)
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - counts[1])
"""
