"""``langnghe reindex``: a fresh search index from the record, swapped in when it is complete."""

import sys


def reindex() -> None:
    """Build the search index again from the record while the old one serves, then swap. Stopped or killed, call it again: it goes on."""
    from index.synchronise import REINDEX
    from index.synchronise import reindex as build
    from langnghe.cli.reannotation import free_from_the_dead
    from langnghe.installation import open_installation
    from langnghe.wording import load_wording

    installation = open_installation()
    said = load_wording(installation.settings.language, installation.settings.config_dir)
    free_from_the_dead(installation, REINDEX)
    documents = build(installation.record, installation.settings)
    print(said("index.built", n=said.number(documents)), file=sys.stderr)
