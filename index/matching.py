"""Saved searches run over a batch of new documents in memory: the same on every backend, and no load on the index."""

from collections.abc import Mapping, Sequence

from tantivy import Index

from index.documents import IndexedDocument
from index.embedded import as_stored
from index.embedded_query import make_schema, translate
from index.nodes import Node, without_lifts

MEMORY = 32_000_000
"""Bytes that the writer of a batch may take."""


def match(documents: Sequence[IndexedDocument], trees: Mapping[int, Node]) -> dict[int, list[int]]:
    """Ids of the documents that answer each search."""
    if not documents or not trees:
        return {}
    index = Index(make_schema())
    writer = index.writer(heap_size=MEMORY, num_threads=1)
    for document in documents:
        writer.add_document(as_stored(document))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    found: dict[int, list[int]] = {}
    for search, tree in trees.items():
        hits = searcher.search(translate(without_lifts(tree), index.schema), limit=len(documents), count=False).hits
        keys = searcher.fast_field_values("id", [address for _, address in hits])
        if keys:
            found[search] = sorted(int(key or 0) for key in keys)
    return found
