"""The embedded index: tantivy, in this process, written by one long-lived writer and read by any number of readers."""

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Document, Index, IndexWriter, Order, Query, Searcher, SearchResult

from index.columns import Columns, asked_of, key_of
from index.documents import IndexedDocument
from index.embedded_query import KEYS, NUMBERS, make_schema, prepared, translate
from index.indexed_fields import LABELS, TEXTS
from index.interface import FACETS, Cell, Found, NeedsRebuild, Plan
from index.nodes import Between, Combined, Node, without_lifts
from index.parts import parted
from index.threads import started
from langnghe.errors import Conflict

WRITER_MEMORY = 128_000_000
"""Bytes of new documents that the writer holds before it makes a segment of them."""
ORDERS = {"newest": Order.Desc, "oldest": Order.Asc}
TIES = 100
"""Hits beyond the page that are fetched, so that those of equal score can be put in order across its border."""
LARGEST_FACET = 1_000
"""Values counted of a facet; the largest come first."""


def _open(path: Path) -> Index:
    try:
        if not Index.exists(str(path)):
            raise NeedsRebuild(f"{path} holds no search index")
        if not Index.is_compatible(str(path)):
            raise NeedsRebuild(f"the search index in {path} has the format of another tantivy")
        index = Index.open(str(path))
        index.config_reader("manual")
        index.searcher().search(Query.all_query(), limit=1)
    except (ValueError, OSError) as error:
        raise NeedsRebuild(f"the search index in {path} is damaged: {str(error).splitlines()[0]}") from None
    return index


def create(path: Path) -> None:
    """Make an empty index in an empty folder."""
    Index(make_schema(), path=str(path), reuse=False)


class EmbeddedIndex:
    """A tantivy index that follows a pointer: ``locate`` gives the folder of the generation to use."""

    def __init__(self, locate: Callable[[], Path]) -> None:
        self._locate = locate
        self._path: Path | None = None
        self._index: Index | None = None
        self._writer: IndexWriter | None = None
        self._seen: tuple[int, int] = (0, 0)
        self._newest: int | None = None
        self._uncommitted: dict[int, int] = {}
        self._columns = Columns()
        self.most_cells: int | None = None
        self._opened()

    def _opened(self) -> Index:
        """The index as it is on disk now, newly opened after a swap and newly read after another process's commit."""
        path = self._locate()
        if self._index is None or path != self._path:
            self._let_go()
            self._index, self._path, self._seen = _open(path), path, (0, 0)
        self._read_again(self._index, path)
        return self._index

    def _read_again(self, index: Index, path: Path) -> None:
        try:
            status = os.stat(path / "meta.json")  # noqa: PTH116 - called on every search
            state = (status.st_mtime_ns, status.st_ino)
            if state != self._seen:
                index.reload()
                self._seen, self._newest = state, None
        except (ValueError, OSError) as error:
            raise NeedsRebuild(f"the search index in {path} is damaged: {str(error).splitlines()[0]}") from None

    def _searcher(self) -> Searcher:
        return self._opened().searcher()

    def _newest_id(self, searcher: Searcher) -> int:
        """The largest id of what is searched, looked up once after every commit."""
        if self._newest is None:
            hits = searcher.search(Query.all_query(), limit=1, count=False, order_by_field="id", order=Order.Desc).hits
            self._newest = int(hits[0][0]) if hits else 0
        return self._newest

    def _writing(self) -> IndexWriter:
        index = self._opened()
        if self._writer is None:
            try:
                self._writer = index.writer(heap_size=WRITER_MEMORY, num_threads=1)
            except ValueError as error:
                raise Conflict(
                    f"another process writes the search index in {self._path} ({str(error).splitlines()[0]})",
                    "Wait until it has finished; two writers would damage it.",
                ) from None
        return self._writer

    def _held(self, ids: Sequence[int]) -> dict[int, int]:
        return self.revisions(ids) | {key: self._uncommitted[key] for key in ids if key in self._uncommitted}

    def write(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace documents; see :class:`index.interface.SearchIndex`."""
        batch = list(documents)
        writer, held = self._writing(), self._held([document.id for document in batch])
        for document in batch:
            if document.revision < held.get(document.id, 0):
                continue
            if document.id in held:
                writer.delete_documents_by_term("id", document.id)
            writer.add_document(as_stored(document))
            held[document.id] = self._uncommitted[document.id] = document.revision

    def delete(self, revisions: dict[int, int]) -> None:
        """Remove documents, unless a later revision is held."""
        writer, held = self._writing(), self._held(list(revisions))
        for key, revision in revisions.items():
            if held.get(key, 0) <= revision:
                writer.delete_documents_by_term("id", key)
                self._uncommitted[key] = revision

    def refresh(self) -> None:
        """Commit."""
        if self._writer is not None:
            self._writer.commit()
            self._uncommitted.clear()
            self._opened()

    def run(self, plan: Plan) -> Found:
        """Find, order and count."""
        searcher = self._searcher()
        newest = self._newest_id(searcher)
        tree = prepared(plan.tree, newest)
        counted = self._counting(searcher, parted(without_lifts(tree), searcher, newest), plan.facets)
        order: dict[str, Any] = {} if plan.sort == "relevance" else {"order_by_field": "recency", "order": ORDERS[plan.sort]}
        wanted = parted(tree if plan.sort == "relevance" else without_lifts(tree), searcher, newest)
        results = started(self._searching(searcher, limit=plan.offset + plan.limit + TIES, count=True, **order), wanted)()
        # The type stubs of tantivy-py leave the count out.
        total = sum(getattr(result, "count") for result in results)  # noqa: B009
        return Found(total, _page(searcher, [hit for result in results for hit in result.hits], plan), counted())

    def _searching(self, searcher: Searcher, **how: Any) -> Callable[[Node], SearchResult]:
        schema = self._opened().schema
        return lambda tree: searcher.search(translate(tree, schema), **how)

    def _counting(self, searcher: Searcher, trees: Sequence[Node], names: tuple[str, ...]) -> Callable[[], dict[str, dict[str, int]]]:
        """Begin to count facets; gives what waits for them, each facet's largest values first."""
        if not names:
            return dict
        schema, fields = self._opened().schema, [FACETS[name] for name in names]
        queries = [translate(tree, schema) for tree in trees]

        def begin(asked: dict[str, Any]) -> Callable[[], list[dict[str, Any]]]:
            return started(lambda query: searcher.aggregate(query, asked), queries)

        begun = begin(asked_of(fields))

        def counts() -> dict[str, dict[str, int]]:
            found = self._columns.facets(searcher, schema, begun(), lambda asked: begin(asked)(), fields)
            return {name: _largest_first(found[field]) for name, field in zip(names, fields, strict=True)}

        return counts

    def scan(self, tree: Node, size: int) -> Generator[list[int], None, None]:
        """See :class:`index.interface.SearchIndex`; each step looks below the recency of the last, for no two documents share it."""
        below: int | None = None
        while True:
            limits = () if below is None else (Between("recency", None, below),)
            step = Combined(must=(without_lifts(tree),), filters=limits)
            searcher = self._searcher()
            query = translate(step, self._opened().schema)
            hits = searcher.search(query, limit=size, count=False, order_by_field="recency", order=Order.Desc).hits
            if not hits:
                return
            yield _numbers(searcher, "id", hits)
            below = min(_numbers(searcher, "recency", hits)) - 1

    def count_cells(self, tree: Node, fields: Sequence[str]) -> dict[Cell, int]:
        """See :class:`index.interface.SearchIndex`."""
        searcher = self._searcher()
        return self._columns.count(searcher, self._opened().schema, prepared(without_lifts(tree), self._newest_id(searcher)), fields)

    def revisions(self, ids: Sequence[int]) -> dict[int, int]:
        """The committed revision of each of the documents that the index holds."""
        if not ids:
            return {}
        searcher = self._searcher()
        query = Query.term_set_query(self._opened().schema, "id", list(ids))
        hits = searcher.search(query, limit=len(ids), count=False).hits
        return dict(zip(_numbers(searcher, "id", hits), _numbers(searcher, "revision", hits), strict=True))

    def count(self) -> int:
        """How many documents the index holds."""
        return self._searcher().num_docs

    def release(self) -> None:
        """End merges and give up the lock. What was not refreshed is lost."""
        if self._writer is not None:
            # Dropped without this, the writer kills its merges: the index would grow by a segment a commit.
            self._writer.wait_merging_threads()
        self._writer = None
        self._uncommitted.clear()

    def _let_go(self) -> None:
        self.release()
        self._index = None

    def close(self) -> None:
        """Let go of the files."""
        self._let_go()


def as_stored(document: IndexedDocument) -> Document:
    """A document as tantivy takes it."""
    made = Document()
    for name in TEXTS:
        made.add_text(name, getattr(document, name))
    for name in LABELS:
        value = getattr(document, name)
        for one in value if isinstance(value, list) else [value]:
            made.add_text(name, one)
    for name in NUMBERS:
        made.add_integer(name, getattr(document, name))
    for name, fields in KEYS.items():
        made.add_integer(name, key_of(document, fields))
    return made


def _page(searcher: Searcher, hits: list[tuple[Any, tantivy.DocAddress]], plan: Plan) -> list[tuple[int, float]]:
    """The page's (id, score); equal scores stand newest first, as in the other backend, and not as the segments happen to lie."""
    scores = [round(float(score), 4) if plan.sort == "relevance" else 0.0 for score, _ in hits]
    scored = zip(_numbers(searcher, "id", hits), scores, _numbers(searcher, "recency", hits), strict=True)
    ordered = sorted(scored, key=lambda hit: (-hit[1], hit[2] if plan.sort == "oldest" else -hit[2]))
    return [(key, score) for key, score, _ in ordered[plan.offset : plan.offset + plan.limit]]


def _numbers(searcher: Searcher, field: str, hits: list[tuple[Any, tantivy.DocAddress]]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values(field, [address for _, address in hits])]


def _largest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda count: (-count[1], count[0]))[:LARGEST_FACET])
