"""Opening the index that the settings name, and building a new one beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.generations import Generations
from index.interface import SearchIndex
from langnghe.settings import Settings


def _client(settings: Settings) -> Any:
    # Imported here: the client takes a quarter of a second that an embedded installation need not spend.
    from index.elasticsearch import connect

    return connect(settings.index)


def open_backend(settings: Settings) -> SearchIndex:
    """See :func:`index.interface.open_index`."""
    if settings.index.backend == "elasticsearch":
        from index.elasticsearch import serving

        return serving(_client(settings), settings.index.prefix, settings.index.elasticsearch_url)
    from index.embedded import EmbeddedIndex

    return EmbeddedIndex(Generations(settings.index_dir).current)


def build_beside(settings: Settings) -> tuple[SearchIndex, Callable[[], None]]:
    """A new empty index beside the one that serves, and the function that lets it serve once it is filled and refreshed."""
    if settings.index.backend == "elasticsearch":
        from index import elasticsearch

        return elasticsearch.build_beside(_client(settings), settings.index.prefix, settings.index.elasticsearch_url)
    from index import embedded

    generations = Generations(settings.index_dir)
    path: Path = generations.create()
    embedded.create(path)
    return embedded.EmbeddedIndex(lambda: path), lambda: generations.publish(path)
