"""The command line: ``langnghe COMMAND``; every command stands in a module of its own."""

import sys
from importlib import import_module
from typing import Any

import typer

from langnghe import __version__
from langnghe.errors import LangngheError

COMMANDS = {
    "annotate": "annotate",
    "extract": "extract",
    "import": "importing",
    "add": "add",
    "collaborators": "collaborators",
    "search": "search",
    "detect": "detect",
    "crawl": "crawl",
    "sources": "sources",
    "run": "run",
    "worker": "worker",
    "dead-letters": "dead_letters",
    "demo": "demo",
    "digest": "digest",
    "report": "report",
    "drives": "drives",
    "subscriptions": "subscriptions",
    "endpoints": "endpoints",
    "backup": "backup",
    "restore": "restore",
    "privacy": "privacy",
    "reindex": "reindex",
    "reannotate": "reannotate",
    "doctor": "doctor",
    "train": "train",
    "evaluate": "evaluate",
    "dashboard": "dashboard",
    "accounts": "accounts",
}
"""Command → module of ``langnghe.cli`` that holds a function of the module's name, or a Typer ``app`` of sub-commands."""


class LazyCommands(typer.core.TyperGroup):
    """Loads a command's module only when that command is called, so that each starts fast."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command ``cmd_name``."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"langnghe.cli.{COMMANDS[cmd_name]}")
        if group := getattr(module, "app", None):
            return typer.main.get_command(group)
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(getattr(module, COMMANDS[cmd_name]))
        return typer.main.get_command(single)


app = typer.Typer(
    cls=LazyCommands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Lắng Nghe: hear what people say about BHXH, BHYT and BHTN, and answer in time.",
)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        typer.echo(f"langnghe {__version__}")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; failures become one line on standard error and the contract's exit status."""
    try:
        app(args=arguments)
    except LangngheError as error:
        print(f"langnghe: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        sys.stderr.close()
        sys.exit(1)
