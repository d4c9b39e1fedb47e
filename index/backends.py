"""Opening the index that the settings name, and building a new one beside it."""

from collections.abc import Callable
from typing import Any

from index.generations import Generations
from index.interface import SearchIndex
from langnghe.settings import Settings


def _client(settings: Settings) -> Any:
    # Imported here: the client takes a quarter of a second that an embedded installation need not spend.
    from index.elasticsearch_server import connect

    return connect(settings.index)


def open_backend(settings: Settings) -> SearchIndex:
    """See :func:`index.interface.open_index`."""
    if settings.index.backend == "elasticsearch":
        from index.elasticsearch import serving

        return serving(_client(settings), settings.index.prefix, settings.index.elasticsearch_url)
    from index.embedded import EmbeddedIndex

    return EmbeddedIndex(Generations(settings.index_dir).current)


def build_beside(settings: Settings, begun: str | None = None) -> tuple[str, SearchIndex, Callable[[], None]]:
    """A new index beside the one that serves: its name, the index, and the function that lets it serve once it is filled and refreshed.

    ``begun`` names one that an earlier call has begun; another name comes back where it is no longer there.
    """
    if settings.index.backend == "elasticsearch":
        from index import elasticsearch

        of = settings.index
        return elasticsearch.build_beside(_client(settings), of.prefix, of.elasticsearch_url, begun, of.elasticsearch_replicas)
    from index import embedded

    generations = Generations(settings.index_dir)
    path = generations.begun(begun) or generations.create()
    if path.name != begun:
        embedded.create(path)
    return path.name, embedded.EmbeddedIndex(lambda: path), lambda: generations.publish(path)
