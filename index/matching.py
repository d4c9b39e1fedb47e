"""Many searches run over a batch of documents in memory: the same on every backend, and no load on the index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tantivy import Index, Order, Searcher

from index.documents import IndexedDocument
from index.embedded import as_stored
from index.embedded_query import make_schema, translate
from index.nodes import Node, without_lifts

MEMORY = 32_000_000
"""Bytes that the writer of a batch may take."""


class Batch:
    """Documents that can be searched in memory, and how many searches have been run over them."""

    def __init__(self, documents: Sequence[IndexedDocument]) -> None:
        self._index = Index(make_schema())
        self._size = len(documents)
        self.searches = 0
        writer = self._index.writer(heap_size=MEMORY, num_threads=1)
        for document in documents:
            writer.add_document(as_stored(document))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher: Searcher = self._index.searcher()

    def all(self, tree: Node) -> list[int]:
        """Ids of the documents that answer a search, in order."""
        self.searches += 1
        query = translate(without_lifts(tree), self._index.schema)
        hits = self._searcher.search(query, limit=self._size, count=False).hits
        keys = self._searcher.fast_field_values("id", [address for _, address in hits]) if hits else []
        return sorted(int(key or 0) for key in keys)

    def newest(self, tree: Node, limit: int) -> tuple[int, list[tuple[int, int]]]:
        """How many documents answer a search, and ``recency`` and id of the newest."""
        self.searches += 1
        query = translate(without_lifts(tree), self._index.schema)
        found = self._searcher.search(query, limit=limit, count=True, order_by_field="recency", order=Order.Desc)
        if not found.hits:
            return 0, []
        addresses = [address for _, address in found.hits]
        pairs = zip(*(self._searcher.fast_field_values(name, addresses) for name in ("recency", "id")), strict=True)
        return int(getattr(found, "count")), [(int(recency or 0), int(key or 0)) for recency, key in pairs]  # noqa: B009


def match(documents: Sequence[IndexedDocument], trees: Mapping[int, Node]) -> dict[int, list[int]]:
    """Ids of the documents that answer each search; searches that ask the same are run once."""
    if not documents or not trees:
        return {}
    alike: dict[Node, list[int]] = defaultdict(list)
    for search, tree in trees.items():
        alike[tree].append(search)
    batch = Batch(documents)
    return {search: found for tree, searches in alike.items() if (found := batch.all(tree)) for search in searches}


@dataclass
class Tally:
    """How many documents answered, and the newest of them as ``recency`` and id, over several batches."""

    total: int = 0
    newest: tuple[tuple[int, int], ...] = ()

    def add(self, total: int, newest: Iterable[tuple[int, int]], limit: int) -> None:
        """What a further batch has."""
        self.total += total
        self.newest = tuple(sorted((*self.newest, *newest), reverse=True)[:limit])
