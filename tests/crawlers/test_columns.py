"""Column maps that are remembered, and rejected rows that come back with the reason."""

import csv
import json
from datetime import datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from crawlers.columns import layout_of, propose
from langnghe.cli.importing import importing
from langnghe.config_files import default_config_dir
from langnghe.errors import LangngheError, WrongCall
from langnghe.record.schema import ColumnMap, DocumentRow

HEADER = ["STT", "Thời gian gọi", "Nội dung phản ánh", "Người gọi"]
MAP = ["Thời gian gọi=published", "Nội dung phản ánh=text", "Người gọi=author"]


@pytest.fixture
def installation(tmp_path, monkeypatch):
    from langnghe import installation
    from langnghe.cli import pipeline

    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANGNGHE_NOW", "2026-11-20T08:00:00+07:00")
    opened = installation.open_installation()
    monkeypatch.setattr(installation, "open_installation", lambda: opened)
    monkeypatch.setattr(pipeline, "annotate_and_index", lambda _: pipeline.Processed(0, 0))  # what follows an import is tested elsewhere
    yield opened
    opened.record.close()


@pytest.fixture
def hotline(tmp_path):
    """A hotline's log of one day, as CSV."""

    def write(name: str, *rows: list[str], header: list[str] = HEADER):
        path = tmp_path / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


def stored(installation, table=DocumentRow) -> list:
    with installation.record.reading() as session:
        return list(session.scalars(select(table)))


def test_a_map_that_was_said_once_reads_every_file_with_that_header(installation, hotline, capsys):
    first = hotline("thu-hai.csv", ["1", "16/11/2026 08:15", "Gọi ba lần không gặp", "Bà Tư"])
    importing(first, map_=MAP, source="tong-dai", kind="feedback", office="Đồng Nai")
    later = hotline(
        "thu-ba.csv", ["Bà Năm", "2", "Thẻ chưa gia hạn", "17/11/2026 09:00"], header=[HEADER[3], "stt", HEADER[2].upper(), HEADER[1]]
    )
    importing(later, office="Đồng Nai")
    one, other = stored(installation)
    assert (other.source, other.kind, other.text, other.office) == (one.source, one.kind, "Thẻ chưa gia hạn", one.office)
    assert other.published.isoformat() == "2026-11-17T02:00:00+00:00"
    assert "columns as langnghe named them on 20/11/2026" in capsys.readouterr().err


def test_another_offices_map_is_its_own_and_that_of_public_coverage_is_everybodys(installation, hotline):
    file = hotline("a.csv", ["1", "16/11/2026", "Gọi ba lần không gặp", "x"])
    importing(file, map_=MAP, office="Đồng Nai")
    with pytest.raises(WrongCall, match="no column is called text"):
        importing(file, office="Nghệ An")
    importing(file, map_=MAP, source="chung")
    importing(file, office="Nghệ An", source="nghe-an")
    assert len(stored(installation)) == 3


def test_a_file_that_nobody_has_named_the_columns_of_is_refused_with_a_proposal(installation, hotline):
    with pytest.raises(WrongCall) as refusal:
        importing(hotline("a.csv", ["1", "16/11/2026", "Gọi ba lần không gặp", "x"]))
    assert '--map "Nội dung phản ánh=text"' in refusal.value.remedy
    assert '--map "Thời gian gọi=published"' in refusal.value.remedy
    assert stored(installation) == []


def test_a_dry_run_stores_nothing_and_remembers_nothing(installation, hotline, capsys):
    importing(hotline("a.csv", ["1", "16/11/2026", "Gọi ba lần không gặp", "x"]), map_=MAP, dry_run=True)
    assert "1 readable; 0 rejected" in capsys.readouterr().out
    assert stored(installation) == stored(installation, ColumnMap) == []


def test_rejected_rows_stand_in_a_file_with_the_reason_and_come_back_once_corrected(installation, hotline, tmp_path):
    file = hotline(
        "a.csv", ["1", "16/11/2026", "Gọi ba lần", "x"], ["2", "hôm nào đó", "Thẻ chưa gia hạn", "y"], ["3", "1/1/2026", "", "z"]
    )
    with pytest.raises(LangngheError, match=r"2 rows of a.csv were rejected; they stand in .*a\.rejected\.csv"):
        importing(file, map_=MAP)
    rejected = tmp_path / "a.rejected.csv"
    with rejected.open(encoding="utf-8-sig", newline="") as lines:
        header, second, third = csv.reader(lines)
    assert header == ["rejected_row", "rejected_reason", *HEADER]
    assert (second[0], second[2:]) == ("3", ["2", "hôm nào đó", "Thẻ chưa gia hạn", "y"])
    assert second[1].startswith("published: 'hôm nào đó' is no date")
    assert third[1] == "text: missing or empty"
    rejected.write_text(
        rejected.read_text(encoding="utf-8-sig").replace("hôm nào đó", "17/11/2026").replace('""', "Trống"), encoding="utf-8"
    )
    with pytest.raises(LangngheError, match="1 rows"):
        importing(rejected)
    assert [row.text for row in stored(installation)] == ["Gọi ba lần", "Thẻ chưa gia hạn"]


def test_rejected_lines_of_json_come_back_as_they_were(installation, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": 1, "text": "a"}\n{"id": 2, "kind": "poem", "text": "b"}\n{"id": \n', encoding="utf-8")
    with pytest.raises(LangngheError, match="2 rows"):
        importing(file, rejected=tmp_path / "xau.jsonl")
    kind, broken = map(json.loads, (tmp_path / "xau.jsonl").read_text(encoding="utf-8").splitlines())
    assert (kind["rejected_row"], kind["id"], kind["kind"]) == (2, 2, "poem")
    assert (broken["rejected_row"], broken["line"]) == (3, '{"id":')
    assert broken["rejected_reason"].startswith("not JSON")


def test_rows_of_a_workbook_come_back_as_csv(installation, tmp_path):
    book = Workbook()
    for row in (HEADER, [1, datetime(2026, 11, 16, 8, 15), "Gọi ba lần", "x"], [2, datetime(2026, 11, 17), None, "y"]):  # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(LangngheError, match=r"a\.rejected\.csv"):
        importing(tmp_path / "a.xlsx", map_=MAP)
    assert "2026-11-17" in (tmp_path / "a.rejected.csv").read_text(encoding="utf-8-sig")


def test_a_folder_that_cannot_be_written_keeps_nothing_from_being_imported(installation, hotline, tmp_path):
    file = hotline("a.csv", ["1", "16/11/2026", "Gọi ba lần", "x"], ["2", "", "", "y"])
    with pytest.raises(LangngheError, match="can't be written"):
        importing(file, map_=MAP, rejected=tmp_path / "nowhere" / "a.csv")
    assert len(stored(installation)) == 1


def test_a_layout_is_its_column_names_and_each_field_is_proposed_once():
    assert layout_of(["Nội  dung", "NGÀY"]) == layout_of(["ngày", "nội dung", "rejected_reason", ""])
    assert layout_of(["Nội dung"]) != layout_of(["Nội dung", "Ngày"])
    assert propose(["Nội dung", "Nội dung phản ánh", "Ngày"], default_config_dir()) == {"Nội dung phản ánh": "text", "Ngày": "published"}
