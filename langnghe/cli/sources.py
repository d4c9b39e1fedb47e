"""``langnghe sources``: check the sources live, and draft a file for a new one."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Check sources live, draft new ones.")


def _fetch(settings: Any) -> Any:
    from functools import partial

    from crawlers.probe import fetch_pages

    return partial(fetch_pages, settings)


@app.command()
def check(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE ...]", help="Ids of sources; none: all but the samples.")] = None,
    enable: Annotated[bool, typer.Option("--enable", help="Set 'enabled: true' in the files of those that passed.")] = False,
) -> None:
    """Fetch every address of the sources and a few of their articles, and say what is stale or fails."""
    from crawlers.checking import check_sources
    from crawlers.sources import choose_sources, enable_sources, load_sources
    from crawlers.structures import load_structures
    from langnghe.clock import SystemClock
    from langnghe.errors import LangngheError
    from langnghe.settings import load_settings

    settings = load_settings()
    known = load_sources(settings.config_dir)
    chosen = choose_sources(known, sources or [name for name, source in known.items() if not source.sample])
    findings = list(check_sources(chosen, _fetch(settings), load_structures(settings.config_dir), SystemClock().now()))
    for found in findings:
        print(f"{found.source}\t{found.verdict}\t{found.what}\t{found.url}\t{found.detail}")
    troubled = {found.source for found in findings if found.verdict != "ok"}
    if enable:
        enabled = enable_sources(settings.config_dir, [source.id for source in chosen if source.id not in troubled])
        sys.stderr.write(f"enabled: {', '.join(enabled) or 'none'}\n")
    if troubled:
        raise LangngheError(
            f"{len(troubled)} of {len(chosen)} sources need attention: {', '.join(sorted(troubled))}",
            "Correct their addresses or selectors in config/sources/.",
        )


@app.command()
def health(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE ...]", help="Ids of sources; none: all that were crawled.")
    ] = None,
    alarms: Annotated[bool, typer.Option("--alarms", help="Only those that need attention.")] = False,
) -> None:
    """How the sources are: state, last success, newest page, rhythm, rates of empty and short pages, agreement, share missed."""
    from rich.console import Console

    from crawlers.health import read_health
    from crawlers.health_rules import load_health_rules
    from langnghe.actor import SYSTEM
    from langnghe.cli.outcomes import health_table
    from langnghe.installation import open_installation

    installation = open_installation()
    rules = load_health_rules(installation.settings.config_dir)
    with installation.record.reading() as session:
        found = read_health(session, SYSTEM, rules, installation.clock.now(), sources or None)
    Console().print(health_table([each for each in found if each.state.is_alarm or not alarms]))


@app.command()
def new(
    url: Annotated[str, typer.Argument(help="Front or section page of the site.")],
    write: Annotated[bool, typer.Option("--write", help="Write the file into config/sources/ instead of printing it.")] = False,
) -> None:
    """Draft a source file: find feeds and sitemaps, guess the structure."""
    from crawlers.drafting import draft_source
    from crawlers.sources import load_sources
    from crawlers.structures import load_structures
    from langnghe.errors import Conflict, WrongCall
    from langnghe.settings import load_settings

    if not url.startswith(("http://", "https://")):
        raise WrongCall(f"{url!r} is no address", "Begin it with https://.")
    settings = load_settings()
    draft = draft_source(url, _fetch(settings), load_structures(settings.config_dir))
    for note in draft.notes:
        sys.stderr.write(f"{draft.id}: {note}\n")
    if not write:
        sys.stdout.write(draft.text)
        return
    if draft.id in load_sources(settings.config_dir):
        raise Conflict(f"there is a source {draft.id} already", "Print the draft without --write, and save it under another id.")
    path = Path(settings.config_dir) / "sources" / f"{draft.id}.yaml"
    path.write_text(draft.text, encoding="utf-8")
    sys.stderr.write(f"written to {path}\n")
