"""``langnghe crawl``: fetch what is new from the sources."""

import sys
from typing import Annotated

import typer


def crawl(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE ...]", help="Ids of sources; none: all that are enabled.")] = None,
) -> None:
    """Crawl sources and print how each URL ended."""
    from crawlers.crawl import balance
    from crawlers.crawl import crawl as crawl_sources
    from crawlers.sources import choose_sources, load_sources
    from langnghe.actor import SYSTEM
    from langnghe.cli.outcomes import print_crawl
    from langnghe.installation import open_installation

    installation = open_installation()
    chosen = choose_sources(load_sources(installation.settings.config_dir), sources or ())
    runs = crawl_sources(installation.record, installation.settings, chosen, installation.clock, installation.privacy, SYSTEM)
    print_crawl(installation, runs)
    with installation.record.reading() as session:
        for account in (balance(session, run_id) for run_id in runs):
            if not account.adds_up:
                sys.stderr.write(f"langnghe: {account.source}: {account.lost} URLs have no outcome; please report it with crawl.log\n")
    installation.record.close()
