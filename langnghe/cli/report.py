"""``langnghe report``: an office's report of a day, week, month or period; the quick report of a case."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import WrongCall

if TYPE_CHECKING:
    from langnghe.installation import Installation

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Reports by Decree 30/2020 as Word files with an Excel annex.")

_Office = Annotated[str | None, typer.Option(help="national, or a province; without it national.")]
_Out = Annotated[Path, typer.Option(help="Folder for the files.", file_okay=False)]
_Fresh = Annotated[bool, typer.Option("--fresh", help="Gather a new edition; without it, one made before is made again, byte for byte.")]
_Day = typer.Option(formats=["%Y-%m-%d"], help="A day of the period, as YYYY-MM-DD.")


def office_of(installation: "Installation", name: str | None) -> str:
    """The office that a name or code means; None: the national desk.

    Raises:
        WrongCall: there is none.
    """
    from langnghe.actor import NATIONAL

    if name in (None, NATIONAL):
        return NATIONAL
    province = installation.places.by_name(name or "")
    if province is None:
        raise WrongCall(f"--office: there is no province {name!r}", "Use national or the name of one of the 34 provinces.")
    return installation.places.today_of(province.id)


def _write(out: Path, name: str, content: bytes) -> None:
    out.mkdir(parents=True, exist_ok=True)
    path = out / name
    path.write_bytes(content)
    print(path)


def _make(kind: str, first: date, last: date, office: str | None, out: Path, *, fresh: bool) -> None:
    from alerts.reports.making import make_report
    from alerts.reports.presenting import moment
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    owner = office_of(installation, office)
    made = make_report(installation.record, SYSTEM, kind, first, last, installation.settings, office=owner, fresh=fresh)  # type: ignore[arg-type]
    _write(out, f"{made.name}.docx", made.document)
    _write(out, f"{made.name}-phuluc.xlsx", made.annex)
    print(f"{'gathered now' if made.is_new else 'made before'}, cut-off {moment(made.report.cut_off)}, edition {made.report.edition}")


def _of_period(kind: str, day: datetime, office: str | None, out: Path, fresh: bool) -> None:
    from alerts.reports.making import period_of

    first, last = period_of(kind, day.date())  # type: ignore[arg-type]
    _make(kind, first, last, office, out, fresh=fresh)


@app.command()
def daily(day: Annotated[datetime, _Day], office: _Office = None, out: _Out = Path(), fresh: _Fresh = False) -> None:
    """The report of a day."""
    _of_period("daily", day, office, out, fresh)


@app.command()
def weekly(day: Annotated[datetime, _Day], office: _Office = None, out: _Out = Path(), fresh: _Fresh = False) -> None:
    """The report of the week, Monday to Sunday, that holds a day."""
    _of_period("weekly", day, office, out, fresh)


@app.command()
def monthly(day: Annotated[datetime, _Day], office: _Office = None, out: _Out = Path(), fresh: _Fresh = False) -> None:
    """The report of the month that holds a day."""
    _of_period("monthly", day, office, out, fresh)


@app.command()
def span(
    first: Annotated[datetime, _Day], last: Annotated[datetime, _Day], office: _Office = None, out: _Out = Path(), fresh: _Fresh = False
) -> None:
    """The report of any period, both days included."""
    _make("span", first.date(), last.date(), office, out, fresh=fresh)


@app.command()
def case(number: Annotated[int, typer.Argument(help="Number of the case.")], out: _Out = Path()) -> None:
    """The quick report of a case (báo cáo nhanh), as it stands now."""
    from alerts.reports.case_files import quick_report
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    made = quick_report(installation.record, SYSTEM, number, installation.settings)
    _write(out, f"{made.name}.docx", made.document)


@app.command()
def paper(number: Annotated[int, typer.Argument(help="Number of the paper.")], out: _Out = Path()) -> None:
    """A paper of a case (letter, transfer slip, note) as a Word file."""
    from alerts.reports.paper_files import paper_file
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    made = paper_file(installation.record, SYSTEM, number, installation.settings)
    _write(out, f"{made.name}.docx", made.document)
