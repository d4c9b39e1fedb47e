"""``langnghe dead-letters``: tasks that failed at every try, and what becomes of them."""

import json
import sys
from typing import Annotated

import typer

from langnghe.errors import WrongCall

app = typer.Typer(no_args_is_help=True, help="Tasks that failed at every try: look at them, have them tried again, or give them up.")
Numbers = Annotated[list[int] | None, typer.Argument(help="Their numbers, as the list shows them.")]


@app.command("list")
def list_(
    discarded: Annotated[bool, typer.Option("--discarded", help="Those that were given up.")] = False,
    limit: Annotated[int, typer.Option(min=1)] = 100,
) -> None:
    """The newest: number, task, when, tries, what it was about and what went wrong."""
    from langnghe.clock import iso
    from langnghe.installation import open_installation
    from langnghe.record.dead_letters import dead_letters

    with open_installation().record.reading() as session:
        for row in dead_letters(session, limit, discarded=discarded):
            about = json.dumps(row.arguments, ensure_ascii=False)
            print(f"{row.id}\t{row.task}\t{iso(row.at)}\t{row.attempts}\t{about}\t{' '.join(row.problem.split())}")


@app.command()
def revive(numbers: Numbers = None, every: Annotated[bool, typer.Option("--all", help="All that wait for a person.")] = False) -> None:
    """Have tasks tried again."""
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation
    from langnghe.record.dead_letters import revive as revive_

    if bool(numbers) == every:
        raise WrongCall("name numbers, or --all", "See them with: langnghe dead-letters list.")
    installation = open_installation()
    with installation.record.session() as session:
        done = revive_(session, SYSTEM, installation.clock.now(), None if every else numbers)
    print(f"{done} tasks are tried again", file=sys.stderr)


@app.command()
def discard(numbers: Annotated[list[int], typer.Argument(help="Their numbers, as the list shows them.")]) -> None:
    """Give tasks up: what they were about stays as it is."""
    from langnghe.actor import SYSTEM
    from langnghe.installation import open_installation
    from langnghe.record.dead_letters import discard as discard_

    installation = open_installation()
    with installation.record.session() as session:
        done = discard_(session, SYSTEM, installation.clock.now(), numbers)
    print(f"{done} tasks are given up", file=sys.stderr)
