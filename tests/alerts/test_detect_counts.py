import csv
import gzip
import json
from datetime import date, timedelta

import numpy as np
import pytest

from alerts.counts_file import CountsFile
from alerts.drives_file import read_drives
from alerts.panel import NATIONAL, UNPLACED
from langnghe.cli import main
from langnghe.errors import LangngheError, WrongCall
from tests.alerts.conftest import PLACES

HEADER = [
    "date",
    "province",
    "topic",
    "n_total",
    "n_negative",
    "n_complaint",
    "n_sources",
    "n_distinct_stories",
    "n_neg_stories",
    "n_complaint_stories",
    "top_storyline",
]
GOOD = ["2026-01-01", "Nghệ An", "pension", "9", "5", "3", "2", "8", "4", "2", "1"]


def write(path, rows, header=HEADER):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def read(path):
    return CountsFile(path, PLACES).read()


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def everyday(days=240, *, seed=1, start=date(2025, 3, 1)):
    """Everyday coverage of all provinces over the merger, two topics, no concern."""
    random, rows = np.random.default_rng(seed), []
    for i in range(days):
        day = start + timedelta(days=i)
        for name in [*(province.name for province in PLACES.of_day(day)), "VN"]:
            for topic in ("pension", "hi_drug_supply"):
                negative = int(random.poisson(0.08))
                stories = negative + int(random.poisson(0.3))
                if stories:
                    complaints = int(random.binomial(negative, 0.4))
                    rows.append([day, name, topic, 2 * stories, 2 * negative, 2 * complaints, 1, stories, negative, complaints, ""])
    return rows


def concern(rows, day, days=6, province="Nghệ An", a_day=3):
    for i in range(days):
        key = [day + timedelta(days=i), province, "hi_drug_supply"]
        rows[:] = [row for row in rows if row[:3] != key]
        rows.append([*key, 2 * a_day, 2 * a_day, 2 * a_day, 2, a_day, a_day, a_day, a_day])


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("LANGNGHE_CONFIG", raising=False)


def finish(arguments):
    """Run the command; typer ends every run by SystemExit."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def test_counts_are_read_in_any_order_with_days_filled_up(tmp_path):
    panel = read(write(tmp_path / "c.csv", [changed(date="2026-01-03"), GOOD]))
    assert panel.cell("neg_stories", "34-40", "pension").tolist() == [4, 0, 4]
    assert panel.cell("neg_stories", NATIONAL, "pension").tolist() == [4, 0, 4]
    assert panel.has_storylines


def test_provinces_of_before_add_up_in_the_one_of_today(tmp_path):
    rows = [changed(date="2025-06-30", province=name) for name in ("Bình Thuận", "Lâm Đồng", "Đắk Nông")]
    rows += [changed(date="2025-07-01", province=name) for name in ("Lâm Đồng", "Bình Thuận (cũ)")]
    panel = read(write(tmp_path / "c.csv", rows))
    assert panel.cell("neg_stories", "34-68", "pension").tolist() == [12, 8]


def test_coverage_without_a_province_is_national(tmp_path):
    panel = read(write(tmp_path / "c.csv", [changed(province="VN"), GOOD]))
    assert panel.cell("total", UNPLACED, "pension").tolist() == [9]
    assert panel.cell("total", NATIONAL, "pension").tolist() == [18]


def test_stories_that_the_file_does_not_count_are_estimated(tmp_path):
    panel = read(write(tmp_path / "c.csv", [["2026-01-01", "Huế", "pension", "10", "4", "2", "3", "5"]], HEADER[:8]))
    assert panel.cell("neg_stories", "34-46", "pension").tolist() == [2]
    assert panel.cell("complaint_stories", "34-46", "pension").tolist() == [1]


def test_a_packed_file_reads_like_a_plain_one(tmp_path):
    plain = write(tmp_path / "c.csv", [GOOD])
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(read(packed).counts["total"], read(plain).counts["total"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (changed(n_total="-1"), "n_total is -1"),
        (changed(n_negative="nhiều"), "n_negative is 'nhiều'"),
        (changed(n_complaint=""), "n_complaint is ''"),
        (changed(n_total="2.5"), "n_total is '2.5'"),
        (changed(province="Atlantis"), "no province 'Atlantis'"),
        (changed(date="01/01/2026"), "date is '01/01/2026'"),
        (changed(date=""), "date is ''"),
        (changed(topic=" "), "topic is empty"),
        (changed(n_negative="10"), "n_negative (10) exceeds n_total (9)"),
        (changed(n_complaint_stories="9"), "n_complaint_stories (9) exceeds n_distinct_stories (8)"),
        (changed(n_sources="10"), "n_sources (10) exceeds n_total (9)"),
        (GOOD, "2026-01-01 twice, first in line 2"),
        (changed(province="Tỉnh Nghệ An"), "Nghệ An, pension has 2026-01-01 twice, first in line 2"),
        (changed(province="nghe an"), "2026-01-01 twice, first in line 2"),
        (changed(date="20260101"), "2026-01-01 twice, first in line 2"),
        (GOOD[:7], "7 of 11 columns"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(tmp_path, row, said):
    with pytest.raises(LangngheError) as error:
        read(write(tmp_path / "c.csv", [GOOD, row]))
    assert str(error.value).startswith(f"{tmp_path / 'c.csv'}:3: ")
    assert said in str(error.value)


def test_a_missing_column_or_an_empty_or_absent_file_is_named(tmp_path):
    with pytest.raises(LangngheError, match=r"c\.csv:1: there is no column n_sources"):
        read(write(tmp_path / "c.csv", [GOOD], [name for name in HEADER if name != "n_sources"]))
    with pytest.raises(LangngheError, match="holds no counts"):
        read(write(tmp_path / "c.csv", []))
    with pytest.raises(WrongCall, match="there is no file"):
        read(tmp_path / "none.csv")
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe\x00date")
    with pytest.raises(LangngheError, match="UTF-8"):
        read(tmp_path / "c.csv")


def test_a_concern_is_found_with_its_province_and_topic_within_three_days(tmp_path, capsys):
    rows, onset = everyday(), date(2025, 9, 20)
    concern(rows, onset)
    path = write(tmp_path / "c.csv", rows)
    assert finish(["detect", str(path)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    of_series = [one for one in found if one["province"] == "Nghệ An" and one["topic"] == "hi_drug_supply"]
    [alarm] = [one for one in of_series if onset <= date.fromisoformat(one["date"]) <= onset + timedelta(days=6)]
    assert date.fromisoformat(alarm["date"]) <= onset + timedelta(days=3)
    assert alarm["low"] <= alarm["expected"] <= alarm["high"] < alarm["observed"]


def test_alarms_use_their_day_and_earlier_days_only(tmp_path, capsys):
    rows = everyday()
    concern(rows, date(2025, 9, 20))
    until = date(2025, 9, 25)
    assert finish(["detect", str(write(tmp_path / "all.csv", rows)), "--all"]) == 0
    whole = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert finish(["detect", str(write(tmp_path / "part.csv", [row for row in rows if row[0] <= until])), "--all"]) == 0
    part = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one for one in whole if one["date"] <= until.isoformat()] == part
    assert part


def test_the_merger_itself_raises_nothing(tmp_path, capsys):
    assert finish(["detect", str(write(tmp_path / "c.csv", everyday())), "--budget", "0.25"]) == 0
    days = [json.loads(line)["date"] for line in capsys.readouterr().out.splitlines()]
    assert not [day for day in days if "2025-06-28" <= day <= "2025-07-10"]


def test_more_budget_gives_more_alarms_and_all_gives_every_candidate(tmp_path, capsys):
    path, numbers = write(tmp_path / "c.csv", everyday()), []
    for more in (["--budget", "0.5"], ["--budget", "5"], ["--all"]):
        assert finish(["detect", str(path), *more]) == 0
        numbers.append(len(capsys.readouterr().out.splitlines()))
    assert numbers[0] < numbers[1] < numbers[2]


def test_a_drive_is_named_and_silences_nothing(tmp_path, capsys):
    rows = everyday()
    concern(rows, date(2025, 9, 20))
    path, drives = write(tmp_path / "c.csv", rows), tmp_path / "d.json"
    drive = {"name": "Ra quân tháng 9", "start": "2025-09-15", "end": "2025-09-30", "topic": "hi_drug_supply", "provinces": ["Nghệ An"]}
    drives.write_text(json.dumps([drive]), encoding="utf-8")
    assert finish(["detect", str(path)]) == 0
    without = capsys.readouterr().out.splitlines()
    assert finish(["detect", str(path), "--drives", str(drives)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == len(without)
    assert [one["drives"] for one in lines if "drives" in one] == [["Ra quân tháng 9"]] * sum("drives" in one for one in lines)
    assert any(one["province"] == "Nghệ An" and "drives" in one for one in lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting"),
        ('{"start": 1}', "valid list"),
        ('[{"start": "2025-01-01", "topic": "pension"}]', "drive 1.end"),
        ('[{"start": "2025-01-02", "end": "2025-01-01"}]', "ends"),
        ('[{"start": "2025-01-01", "end": "2025-01-02", "provinces": ["Atlantis"]}]', "no province 'Atlantis'"),
    ],
)
def test_a_wrong_file_of_drives_is_named(tmp_path, content, said):
    path = tmp_path / "d.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LangngheError, match=said):
        read_drives(path, PLACES)


def test_a_wrong_call_ends_with_2_and_a_wrong_file_with_1(tmp_path, capsys):
    path = write(tmp_path / "c.csv", [changed(province="Atlantis")])
    assert finish(["detect", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert finish(["detect", str(path), "--budget", "0"]) == 2


def test_an_old_province_written_with_and_without_its_mark_is_the_same_cell(tmp_path):
    old, other = changed(province="Bình Thuận (cũ)"), changed(province="Lâm Đồng")
    read(write(tmp_path / "c.csv", [old, other]))
    with pytest.raises(LangngheError, match="twice, first in line 2"):
        read(write(tmp_path / "c.csv", [old, other, changed(province="Tỉnh Bình Thuận (cũ)")]))


@pytest.mark.parametrize("damage", [lambda packed: packed[:-12], lambda packed: packed[:12] + b"\xff" * 40 + packed[52:]])
def test_a_damaged_packed_file_is_one_line(tmp_path, damage):
    plain = write(tmp_path / "c.csv", [changed(date=(date(2026, 1, 1) + timedelta(days=i)).isoformat()) for i in range(300)])
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(damage(gzip.compress(plain.read_bytes())))
    with pytest.raises(LangngheError, match=r"c\.csv\.gz can't be read"):
        read(packed)


def test_a_missing_file_of_counts_or_drives_is_a_wrong_call(tmp_path, capsys):
    assert finish(["detect", str(tmp_path / "none.csv")]) == 2
    path = write(tmp_path / "c.csv", [GOOD])
    assert finish(["detect", str(path), "--drives", str(tmp_path / "none.json")]) == 2
    assert [line.endswith("JSON file.") for line in capsys.readouterr().err.splitlines()] == [True, True]


def test_a_day_without_any_line_among_crowded_days_is_pointed_out(tmp_path, capsys):
    rows = [row for row in everyday(60) if row[0] != date(2025, 4, 5)]
    path = write(tmp_path / "c.csv", rows)
    last = 1 + max(i for i, row in enumerate(rows, 1) if row[0] == date(2025, 4, 4))
    assert finish(["detect", str(path)]) == 0
    assert capsys.readouterr().err.startswith(f"{path}:{last}: no line for 2025-04-05 follows")
    sparse = write(tmp_path / "s.csv", [GOOD, changed(date="2026-01-05")])
    assert finish(["detect", str(sparse)]) == 0
    assert capsys.readouterr().err == ""


def test_the_order_of_lines_changes_nothing(tmp_path, capsys):
    rows = everyday(120)
    concern(rows, date(2025, 6, 10))
    answers = []
    for name, order in (("a.csv", rows), ("b.csv", rows[::-1])):
        assert finish(["detect", str(write(tmp_path / name, order)), "--all"]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]
    assert answers[0]


def test_without_the_columns_that_may_be_absent_a_concern_is_found_too(tmp_path, capsys):
    rows = everyday()
    concern(rows, date(2025, 9, 20))
    path = write(tmp_path / "c.csv", [row[:8] for row in rows], HEADER[:8])
    assert finish(["detect", str(path)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one for one in found if one["province"] == "Nghệ An" and "2025-09-20" <= one["date"] <= "2025-09-24"]


def test_a_corrected_past_changes_no_alarm_of_before(tmp_path, capsys):
    rows = everyday()
    concern(rows, date(2025, 6, 1))
    assert finish(["detect", str(write(tmp_path / "c.csv", rows))]) == 0
    given = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    concern(rows, date(2025, 8, 10), days=2, province="Huế", a_day=5)
    assert finish(["detect", str(write(tmp_path / "c.csv", rows))]) == 0
    corrected = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    before = [one for one in given if one["date"] < "2025-08-10"]
    assert before == [one for one in corrected if one["date"] < "2025-08-10"]
    assert before
