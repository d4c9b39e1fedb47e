"""``langnghe drives``: the calendar of drives, their echo, and tables of activities and donations."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Communication drives (ra quân, đợt cao điểm).")

_File = Annotated[Path, typer.Argument(help="CSV in UTF-8 or XLSX.", exists=True, dir_okay=False)]


@app.command("list")
def list_() -> None:
    """The drives that are known, of config/drives.yaml and of every office."""
    from alerts.drives.planning import known_drives
    from langnghe.installation import open_installation

    installation = open_installation()
    with installation.record.reading() as session:
        for drive in known_drives(session, installation.settings):
            print(f"{drive.key or '-'}\t{drive.start} {drive.end}\t{drive.plan or '-'}\t{drive.name}")


@app.command()
def echo(
    key: Annotated[str, typer.Argument(help="Key of the drive, as `langnghe drives list` shows it.")],
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until this day; without it, today.")] = None,
) -> None:
    """The echo of a drive by province and topic: stories a day against the 28 days before, and against provinces without a drive."""
    from alerts.drives.echo import echo_of
    from langnghe.actor import SYSTEM
    from langnghe.clock import vietnam_day
    from langnghe.installation import open_installation

    installation = open_installation()
    until = day.date() if day else vietnam_day(installation.record.clock.now())
    with installation.record.reading() as session:
        found = echo_of(session, SYSTEM, key, until, installation.settings)
    print("province\ttopic\tbefore_a_day\tduring_a_day\ttimes\tothers\techo")
    for row in found.rows:
        compared = [f"{value:.2f}" if value is not None else "-" for value in (row.times, row.others, row.echo)]
        name = installation.places.name(row.province)
        print("\t".join([name, row.topic, f"{row.before / row.before_days:.2f}", f"{row.during / row.days:.2f}", *compared]))


@app.command("import")
def import_(key: Annotated[str, typer.Argument(help="Key of the drive.")], file: _File) -> None:
    """Activities of a drive from a table: cost, reach, new participants. All or none; imported twice, nothing is doubled."""
    from alerts.drives.planning import enter_activities
    from alerts.drives.tables import read_activities
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    activities = read_activities(file, installation.settings)
    done = enter_activities(installation.record, SYSTEM, key, activities, installation.settings)
    print(", ".join(f"{name} {number}" for name, number in done.items()))


@app.command()
def gifts(file: _File) -> None:
    """Donated books and cards from a table. All or none; imported twice, nothing is doubled."""
    from alerts.drives.ledgers import enter_gifts
    from alerts.drives.tables import read_gifts
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    given = read_gifts(file, installation.settings)
    done = enter_gifts(installation.record, SYSTEM, given, installation.settings, installation.privacy)
    print(", ".join(f"{name} {number}" for name, number in done.items()))
