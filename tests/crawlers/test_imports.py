import json
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from crawlers.imports import Defaults, read_rows, to_document
from langnghe.errors import WrongCall

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_bad_line_is_told_by_its_number_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": 1, "text": "a"}\n{"id": \n\n[1]\n\xff\n{"id": 2, "text": "b"}\n')
    rows = list(read_rows(path))
    assert [(row.number, bool(row.problem)) for row in rows] == [(1, False), (2, True), (4, True), (5, True), (6, False)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheets_csv_is_read_with_its_column_map(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(f"\ufeffMã{delimiter}Nội dung\n7{delimiter}Thẻ BHYT bị khoá\n", encoding="utf-8")
    [row] = read_rows(path, {"Mã": "id", "Nội dung": "text"})
    assert (row.number, row.values) == (2, {"id": "7", "text": "Thẻ BHYT bị khoá"})


def test_xlsx_keeps_dates_as_dates(tmp_path):
    book = Workbook()
    book.active.append(["text", "published"])
    book.active.append(["Thẻ BHYT bị khoá", datetime(2026, 11, 19, 8, 15)])  # noqa: DTZ001 - as spreadsheets hold it
    book.save(tmp_path / "a.xlsx")
    [row] = read_rows(tmp_path / "a.xlsx")
    assert to_document(row.values, Defaults(), NOW).published.isoformat() == "2026-11-19T08:15:00+07:00"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"", "no JSON Lines, CSV or XLSX"),
        ("a.xlsx", b"PK nothing", "can't be read"),
        ("a.csv", b"", "no header row"),
        ("a.csv", b"id\n\xff\xfe\n", "not UTF-8"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_with_the_reason(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongCall, match=message):
        list(read_rows(tmp_path / name))


def test_a_map_to_an_unknown_field_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"x": 1}))
    with pytest.raises(WrongCall, match="no field 'body'"):
        list(read_rows(tmp_path / "a.jsonl", {"x": "body"}))


def test_identity_is_the_given_id_else_the_url_else_the_text():
    given = to_document({"id": 5, "text": "a"}, Defaults(), NOW)
    by_url = to_document({"url": "https://a.example/1", "text": "a"}, Defaults(), NOW)
    by_text = to_document({"text": "a"}, Defaults(), NOW)
    assert given.id == "5"
    assert len({given.id, by_url.id, by_text.id}) == 3
    assert by_text.id == to_document({"text": "a"}, Defaults(), NOW).id


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"id": 1}, "text: missing"),
        ({"text": "a", "kind": "poem"}, "kind"),
        ({"text": "a", "published": "one day"}, "published"),
        ({"text": "a", "id": "x" * 201}, "longer than"),
    ],
)
def test_a_row_that_is_no_document_says_which_field_is_wrong(values, message):
    with pytest.raises(ValueError, match=message):
        to_document(values, Defaults(), NOW)


def test_a_doubled_quote_below_the_sniffers_sample_stays_a_quote(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "id,text\n" + "".join(f'{n},"không có gì, {n}"\n' for n in range(6)) + '7,"anh nói ""hết thuốc"", rồi về"\n', encoding="utf-8"
    )
    assert list(read_rows(path))[-1].values == {"id": "7", "text": 'anh nói "hết thuốc", rồi về'}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_row_with_more_cells_than_columns_is_rejected_not_cut(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(
        delimiter.join(["id", "text"])
        + "\n"
        + delimiter.join(["1", "hết thuốc", " phải mua ngoài"])
        + "\n"
        + delimiter.join(["2", "b", ""])
        + "\n"
    )
    broken, whole = read_rows(path)
    assert broken.problem.startswith("more cells than the 2 columns")
    assert whole.values == {"id": "2", "text": "b"}


def test_a_cell_may_be_longer_than_csvs_own_limit_and_one_beyond_ours_is_a_rows_problem(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"id,text\n1,{'a' * 200_000}\n2,{'b' * 10_000_001}\n3,c\n")
    first, second, third = read_rows(path)
    assert (len(first.values["text"]), third.values["text"]) == (200_000, "c")
    assert "field larger than field limit" in second.problem


def test_json_nested_too_deeply_is_a_rows_problem(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": ' + "[" * 100_000 + "]" * 100_000 + '}\n{"text": "b"}\n')
    broken, whole = read_rows(path)
    assert "nested" in broken.problem
    assert whole.values == {"text": "b"}


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+07:00", datetime(1, 1, 1)])  # noqa: DTZ001 - as spreadsheets hold it
def test_a_date_outside_the_calendar_is_a_rows_problem(published):
    with pytest.raises(ValueError, match="published"):
        to_document({"text": "a", "published": published}, Defaults(), NOW)


@pytest.mark.parametrize("given", [0, "0", 0.0])
def test_the_id_0_is_an_id(given):
    assert to_document({"id": given, "text": "a"}, Defaults(), NOW).id == str(given)


@pytest.mark.parametrize("values", [{"text": ["a"]}, {"text": "a", "title": {"x": 1}}, {"text": "a", "section": "x" * 201}])
def test_what_the_record_cannot_hold_is_a_rows_problem(values):
    with pytest.raises(ValueError, match=r"text|title|section"):
        to_document(values, Defaults(), NOW)
