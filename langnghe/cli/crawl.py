"""``langnghe crawl``: fetch what is new from the sources."""

import sys
import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from langnghe.clock import vietnam_day
from langnghe.errors import WrongCall

if TYPE_CHECKING:
    from crawlers.sources import Source
    from langnghe.installation import Installation

LOOK_SECONDS = 10.0
"""Between two looks which sources are due."""


def _day(text: str | None, now: datetime) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongCall(f"--since: {text!r} is no day", "Write it as 2026-11-01.") from None
    if day > vietnam_day(now):
        raise WrongCall(f"--since: {day:%d/%m/%Y} is still to come", "Name a day of the past.")
    return day


def _follow(installation: "Installation", sources: "dict[str, Source]") -> NoReturn:
    """Crawl each source whenever its pause is over, beside whatever other machines do on the same record."""
    from langnghe.cli.jobs import crawl_sources, run_noted
    from langnghe.cli.schedule import due_sources, load_schedule

    rules = load_schedule(installation.settings.config_dir).poll
    while True:
        with installation.record.reading() as session:
            due = due_sources(session, sources, installation.clock.now(), rules)
        if due:
            chosen = {name: sources[name] for name in due}
            if problem := run_noted(installation, "crawl", lambda chosen=chosen: crawl_sources(installation, chosen)):  # type: ignore[misc]
                sys.stderr.write(f"langnghe: {problem}\n")
        time.sleep(LOOK_SECONDS)


def crawl(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE ...]", help="Ids of sources; none: all that are enabled.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Reach back to a day, as 2026-11-01: archives and all pages of lists.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped: each source by its own rhythm.")] = False,
) -> None:
    """Crawl sources and print how each URL ended."""
    from crawlers.crawl import balance
    from crawlers.crawl import crawl as crawl_sources
    from crawlers.sources import choose_sources, load_sources
    from langnghe.actor import SYSTEM
    from langnghe.cli.outcomes import print_crawl
    from langnghe.installation import open_installation

    installation = open_installation()
    first_day = _day(since, installation.clock.now())
    chosen = choose_sources(load_sources(installation.settings.config_dir), sources or ())
    if follow:
        _follow(installation, {source.id: source for source in chosen})
    runs = crawl_sources(installation.record, installation.settings, chosen, installation.clock, installation.privacy, SYSTEM, first_day)
    print_crawl(installation, runs)
    with installation.record.reading() as session:
        for account in (balance(session, run_id) for run_id in runs):
            if not account.adds_up:
                sys.stderr.write(f"langnghe: {account.source}: {account.lost} URLs have no outcome; please report it with crawl.log\n")
    installation.record.close()
