"""``langnghe collaborators``: codes of communes and collaborators, and the form by which they bring pieces."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from langnghe.errors import WrongCall

if TYPE_CHECKING:
    from langnghe.installation import Installation

app = typer.Typer(no_args_is_help=True, help="Codes of communes and collaborators, and the form by which they bring pieces.")


def _office(installation: "Installation", name: str) -> str:
    province = installation.places.by_name(name)
    if province is None:
        raise WrongCall(f"there is no province {name!r}", "Use the name of one of the 34 provinces.")
    return installation.places.today_of(province.id)


@app.command()
def new(
    commune: Annotated[str, typer.Argument(help="Whose code it is, as 'Xã Tân Hưng'.")],
    office: Annotated[str, typer.Option(help="Its office (a province).")],
) -> None:
    """Issue a code; it is shown this once."""
    from crawlers.collaborators import issue_code
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    with installation.record.session() as session:
        issued = issue_code(session, SYSTEM, commune, _office(installation, office), installation.clock.now())
    print(f"{issued.id}\t{issued.code}")


@app.command("list")
def list_() -> None:
    """Who has a code, and what it brought: number, office, commune, pieces, last used, whether it was withdrawn."""
    from crawlers.collaborators import collaborators
    from langnghe.actor import SYSTEM
    from langnghe.clock import iso
    from langnghe.installation import open_installation

    installation = open_installation()
    with installation.record.reading() as session:
        for row, pieces in collaborators(session, SYSTEM):
            state = "withdrawn" if row.withdrawn else "valid"
            print(f"{row.id}\t{installation.places.name(row.office)}\t{row.commune}\t{pieces}\t{iso(row.last_used) or 'never'}\t{state}")


@app.command()
def withdraw(number: Annotated[int, typer.Argument(help="Number of the code, as the list shows it.")]) -> None:
    """Take a code back; what it brought stays."""
    from crawlers.collaborators import withdraw_code
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation

    installation = open_installation()
    with installation.record.session() as session:
        withdraw_code(session, SYSTEM, number, installation.clock.now())


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; a reverse proxy with TLS stands before it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8503,
) -> None:
    """Serve the form until stopped; what it takes in is annotated by the next round of 'langnghe run'."""
    import uvicorn

    from crawlers.collaborators_form import collaborators_app
    from langnghe.installation import open_installation

    installation = open_installation()
    sys.stderr.write(f"http://{host}:{port}/\n")
    uvicorn.run(collaborators_app(installation), host=host, port=port, log_level="warning", proxy_headers=False, server_header=False)
