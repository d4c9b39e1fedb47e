"""An embedded index of any size without the record it would be built from: ten million documents are 24 GB there.

Documents are made and go straight into the index; the same key makes the same document again, so the rows of what a search shows are
stored in the record when it is first found.
"""

import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any, cast

from sqlalchemy import select

from benchmarks.search.corpus import WINDOW, Picked, Writer, names_province, store
from index.backends import build_beside
from index.documents import IndexedDocument, day_number, indexed, quarter, recency
from index.interface import Found, Plan, SearchIndex
from index.tokens import BORDER, words
from langnghe.documents import Annotation
from langnghe.places import load_places
from langnghe.progress import progress_bar
from langnghe.record.database import Record
from langnghe.record.schema import AnnotationRow, DocumentRow
from langnghe.settings import Settings

BATCH = 1_000
AHEAD = 4
"""Batches that are made while one is written."""
REMEMBER = 20
"""Batches after which a build is committed, as in a reindex: what a broken-off one has to do again."""
CHANGED = 1_000
"""Documents whose labels are changed to measure that."""


@cache
def _writer() -> Writer:
    return Writer()


class _Maker:
    """Makes documents in the form that the index takes. Each word is analysed once, and the labels of each text and province."""

    def __init__(self) -> None:
        # What parts words ends tokens too: a text's tokens are those of its words.
        self._tokens = [[tuple(zip(*words(word), strict=True)) for word in text] for text in _writer().words]
        self._places = load_places()
        self._labelled: dict[tuple[int, bool], IndexedDocument] = {}
        self._placed: dict[int, IndexedDocument] = {}

    def analysed(self, key: int) -> IndexedDocument:
        """A document, by the calls that a reindex makes."""
        rows = _writer().rows(key)
        row = DocumentRow(revision=1, **rows[DocumentRow][0])
        return indexed(row, Annotation.model_validate(rows[AnnotationRow][0]["payload"]), self._places)

    def made(self, key: int) -> IndexedDocument:
        """The same document, many times as fast."""
        drawn = _writer().draw(key)
        label, place = (drawn.label, drawn.is_long), drawn.province if names_province(key) else -1
        if label not in self._labelled or place not in self._placed:
            self._labelled[label] = self._placed[place] = self.analysed(key)
        placed = self._placed[place]
        title_marked, title = (self._joined(drawn.title, form) if drawn.title else BORDER for form in (0, 1))
        source, moment = f"nguon-{drawn.source}", drawn.moment
        return replace(
            self._labelled[label],
            id=key,
            provinces=placed.provinces,
            today=placed.today,
            marked=f"{title_marked} {self._joined(drawn.text, 0)}",
            folded=f"{title} {self._joined(drawn.text, 1)}",
            title=title,
            title_marked=title_marked,
            source=source,
            outlet=source,
            story=key,
            day=day_number(drawn.day),
            recency=recency(moment, key),
            published=moment,
            partition=quarter(moment),
        )

    def _joined(self, picked: Picked, form: int) -> str:
        parts = [token for number, at in picked for word in self._tokens[number][at : at + WINDOW] if word for token in word[form]]
        return " ".join([*parts, BORDER])


@cache
def _maker() -> _Maker:
    return _Maker()


def _made(keys: range) -> list[IndexedDocument]:
    """Documents; the first is held against what the product itself makes of it."""
    made = [_maker().made(key) for key in keys]
    if made[0] != _maker().analysed(keys[0]):
        raise AssertionError(f"document {keys[0]} is not what indexing makes of its row")
    return made


def _batches(first: int, last: int) -> Iterator[list[IndexedDocument]]:
    """All documents from ``first`` to ``last``, made in another process while this one writes."""
    with ProcessPoolExecutor(1) as maker:
        waiting: deque[Future[list[IndexedDocument]]] = deque()
        for start in range(first, last + 1, BATCH):
            waiting.append(maker.submit(_made, range(start, min(start + BATCH, last + 1))))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def build(settings: Settings, documents: int) -> float:
    """Build the index and let it serve; gives the seconds that it took, those of earlier runs that were broken off as well."""
    noted = settings.data_dir / "streaming.json"
    begun: dict[str, Any] = json.loads(noted.read_text()) if noted.exists() else {"name": None, "seconds": 0.0}
    name, index, publish = build_beside(settings, begun["name"])
    start, spent = time.monotonic(), begun["seconds"] if name == begun["name"] else 0.0
    with progress_bar("Building the index", documents, "documents") as advance:
        # Documents are committed in the order of their ids, so that their number is the last one's.
        done = index.count()
        advance(done)
        for number, batch in enumerate(_batches(done + 1, documents), 1):
            index.write(batch)
            advance(len(batch))
            if number % REMEMBER == 0:
                index.refresh()
                noted.write_text(json.dumps({"name": name, "seconds": spent + time.monotonic() - start}))
    index.refresh()
    index.release()
    publish()
    index.close()
    return spent + time.monotonic() - start


def _store(record: Record, keys: Sequence[int]) -> None:
    """Store the rows of documents that the record does not hold yet, without their facts."""
    with record.reading() as session:
        held = set(session.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(keys))))
    rows = [_writer().rows(key) for key in keys if key not in held]
    if rows:
        store(record, rows)


def fill(record: Record, documents: int) -> None:
    """What the record is asked for whatever is searched: the newest document, and those whose labels are changed."""
    _store(record, [*range(1, min(CHANGED, documents) + 1), documents])


def filling(index: SearchIndex, record: Record) -> SearchIndex:
    """The index, which stores the rows of what it finds in the record."""
    return cast("SearchIndex", _Filling(index, record))


class _Filling:
    """An index that stores the rows of what it finds in the record, when it finds it for the first time."""

    def __init__(self, index: SearchIndex, record: Record) -> None:
        self._index, self._record = index, record
        self._stored: set[int] = set()

    def run(self, plan: Plan) -> Found:
        """Find, and store what was found."""
        found = self._index.run(plan)
        new = {key for key, _ in found.hits} - self._stored
        if new:
            _store(self._record, sorted(new))
            self._stored |= new
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)
