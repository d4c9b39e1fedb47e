"""``langnghe accounts``: who may log in to the dashboard. The first administrator is made here; there is no default password."""

import getpass
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from langnghe.actor import NATIONAL, SYSTEM, Role

app = typer.Typer(no_args_is_help=True, help="Who may log in to the dashboard: add accounts, change them, list them.")

Name = Annotated[str, typer.Argument(help="Name to log in with: letters without diacritics, digits, dots.")]
Office = Annotated[str, typer.Option(help="national, or the code of a province of today such as 34-40.")]


def _ask_password() -> str:
    """A password, asked for twice at a terminal, else the first line of standard input."""
    from langnghe.errors import LangngheError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise LangngheError("the two passwords differ", "Call the command again.")
    return first


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    office: Office = NATIONAL,
    full_name: Annotated[str, typer.Option(help="As histories show it, such as 'Nguyễn Thị Lan'.")] = "",
    mail: Annotated[str | None, typer.Option(help="By which the provider of OpenID Connect names the account.")] = None,
    no_password: Annotated[bool, typer.Option("--no-password", help="The account logs in through the provider only.")] = False,
) -> None:
    """Add an account; its password is asked for, or read from standard input."""
    from langnghe.accounts.people import add_account
    from langnghe.installation import open_installation

    installation = open_installation()
    password = None if no_password else _ask_password()
    account = add_account(
        installation.record, SYSTEM, name, role, office, full_name=full_name, mail=mail, password=password, places=installation.places
    )
    print(f"{account.name}: {account.role}, {account.office}")


@app.command()
def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="The new role.")] = None,
    office: Annotated[str | None, typer.Option(help="The new office.")] = None,
    disable: Annotated[bool | None, typer.Option("--disable/--enable", help="Let the account rest, or bring it back.")] = None,
) -> None:
    """Give an account another role or office, or let it rest; its sessions end."""
    from langnghe.accounts.people import change_account
    from langnghe.installation import open_installation

    installation = open_installation()
    account = change_account(installation.record, SYSTEM, name, role=role, office=office, disabled=disable, places=installation.places)
    print(f"{account.name}: {account.role}, {account.office}{', disabled' if account.disabled else ''}")


@app.command()
def password(name: Name) -> None:
    """Give an account a new password, asked for or read from standard input; a lock-out ends with it."""
    from langnghe.accounts.people import set_password
    from langnghe.installation import open_installation

    set_password(open_installation().record, SYSTEM, name, _ask_password())
    print(f"{name}: new password set, sessions ended")


@app.command("list")
def list_all() -> None:
    """List all accounts."""
    from langnghe.accounts.people import list_accounts
    from langnghe.clock import iso
    from langnghe.installation import open_installation

    table = Table("account", "name", "role", "office", "mail", "last login", "state")
    with open_installation().record.reading() as session:
        for one in list_accounts(session, SYSTEM):
            state = "disabled" if one.disabled else ""
            table.add_row(one.name, one.full_name, one.role, one.office, one.mail or "", iso(one.last_login) or "never", state)
    Console().print(table)
