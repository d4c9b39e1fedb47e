from dataclasses import dataclass
from datetime import timedelta

import pytest

from langnghe.cli import main
from tests.alerts.conftest import TODAY


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def langnghe(record, settings, write, monkeypatch, capsys):
    """Runs a command in this process on a small record."""
    for i in range(6):
        write(TODAY - timedelta(days=i))
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LANGNGHE_NOW", "2026-11-20T08:00:00+07:00")

    def run(*arguments):
        try:
            main(list(arguments))
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run


def test_a_weekly_report_is_written_and_made_again_byte_for_byte(langnghe, tmp_path):
    given = ("report", "weekly", "--day", "2026-11-20", "--office", "Nghệ An")
    first, again = langnghe(*given, "--out", str(tmp_path / "a")), langnghe(*given, "--out", str(tmp_path / "b"))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "gathered now, cut-off 08:00 ngày 20/11/2026" in first.stdout
    assert "made before" in again.stdout
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["baocao-weekly-34-40-20261116-20261122-phuluc.xlsx", "baocao-weekly-34-40-20261116-20261122.docx"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        (("report", "daily", "--day", "2026-11-20", "--office", "Atlantis"), 2, "no province 'Atlantis'"),
        (("report", "daily", "--day", "2026-12-20"), 1, "has not begun"),
        (("report", "case", "99"), 1, "no case 99"),
        (("report", "paper", "99"), 1, "no paper 99"),
        (("drives", "echo", "x"), 1, "no drive 'x'"),
    ],
)
def test_what_there_is_not_is_named_in_one_line(langnghe, given, status, said):
    done = langnghe(*given)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_drives_are_listed_and_tables_imported_once(langnghe, tmp_path):
    assert "kh-68-2026\t2026-01-15 2026-02-12\t68/KH-BHXH" in langnghe("drives", "list").stdout
    table = tmp_path / "a.csv"
    table.write_text("mã,ngày,tỉnh,hình thức,chi phí\n1,20/01/2026,Nghệ An,door,500\n")
    assert langnghe("drives", "import", "kh-68-2026", str(table)).stdout.strip() == "stored 1, updated 0, unchanged 0"
    assert langnghe("drives", "import", "kh-68-2026", str(table)).stdout.strip() == "stored 0, updated 0, unchanged 1"
    assert langnghe("drives", "echo", "kh-68-2026").stdout.startswith("province\ttopic\t")
    gifts = tmp_path / "b.csv"
    gifts.write_text("mã,ngày,tỉnh,đơn vị tặng,loại,số lượng\n1,20/01/2026,Nghệ An,Công đoàn,thẻ BHYT,3\n")
    assert langnghe("drives", "gifts", str(gifts)).stdout.strip() == "stored 1, unchanged 0"
