"""What is asked of a search, what it answers, and what every backend can do."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from index.documents import IndexedDocument
from index.nodes import Node
from langnghe.errors import Unavailable
from langnghe.settings import Settings

Sort = Literal["relevance", "newest", "oldest"]

Cell = tuple[str | date, ...]
"""Values of the fields by which documents are counted; a day is a date."""

FACETS = {
    "province": "provinces",
    "topic": "topics",
    "sentiment": "sentiment",
    "intent": "intent",
    "kind": "kind",
    "source": "source",
    "concern": "concern",
    "relevant": "relevant",
    "audience": "audience",
    "responsible": "responsible",
    "veracity": "veracity",
    "formal": "formal",
    "outlet": "outlet",
}
"""Name of a facet → field that it counts."""
USUAL_FACETS = ("province", "topic", "sentiment", "intent", "kind", "source", "concern", "relevant")


class SearchRequest(BaseModel):
    """What a reader asks for. Filters of one field are alternatives, different fields must all hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = ""
    first_day: date | None = None
    last_day: date | None = None
    """Vietnam days, both included."""
    provinces: tuple[str, ...] = ()
    """Codes; one of today includes those it was made of."""
    topics: tuple[str, ...] = ()
    """Topics or subtopics."""
    sentiments: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    concerns: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    min_weight: float | None = None
    """Only outlets whose reach counts at least this much (``weight`` of ``config/sources/``; 1 is a usual newspaper)."""
    stories: tuple[int, ...] = ()
    audiences: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    veracity: tuple[str, ...] = ()
    formal: bool | None = None
    relevant: bool | None = None
    """True: only what concerns the insurances; None: all, relevant pieces first."""
    up_to: int | None = None
    """``up_to`` of the first page's answer: what arrived since stays out, so that pages neither repeat nor skip."""
    after: int | None = None
    """Only documents that were stored after the one of this id."""
    one_per_story: bool = False
    """Show the best document of each story only, with the number of others."""
    sort: Sort = "relevance"
    limit: int = Field(20, ge=0, le=1_000)
    offset: int = Field(0, ge=0, le=10_000)
    facets: bool = False
    facet_names: tuple[str, ...] = USUAL_FACETS
    """Which of :data:`FACETS` to count, where ``facets`` asks for them."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to tell the reader: ``key`` of the wording ``search.hint.<key>`` and what fills its gaps."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, as it is shown. ``highlight`` marks what matched with ``<mark>``; all else in it is as written.

    ``annotation`` has the form that ``langnghe annotate`` prints, or is None while the piece awaits its annotation.
    """

    document_id: int
    ref: str
    score: float
    title: str | None
    context: str | None
    highlight: str
    url: str | None
    source: str
    outlet: str | None
    kind: str
    published: str
    story_id: int | None
    office: str | None
    annotation: dict[str, Any] | None
    copies: int = 0
    """Other documents of the same story that the reader may see."""
    other_outlets: int = 0
    """Other outlets that carried the story: "+9 báo"."""
    why: tuple["Reason", ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document matched: ``kind`` is title, text, context (words that stand there) or the name of a label's field."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits, how many there are in all, counts by facet (largest first), and hints.

    ``complete`` of the ``total`` have all that was asked for; ``up_to`` goes into the requests for further pages.
    """

    total: int
    hits: list[Hit]
    facets: dict[str, dict[str, int]]
    hints: list[Hint]
    complete: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a backend is given: a tree, an order, a page and the facets to count."""

    tree: Node
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a backend answers: (document id, score) of a page, the exact total, and counts by facet."""

    total: int
    hits: list[tuple[int, float]]
    facets: dict[str, dict[str, int]]


class SearchIndex(Protocol):
    """An index, whichever engine keeps it.

    Documents carry the record's revision: an older revision than the one held is ignored, the same one again changes nothing.
    What was written is found after :meth:`refresh`. Every call may raise :class:`langnghe.errors.Unavailable`.
    """

    def write(self, documents: Iterable[IndexedDocument]) -> None:
        """Add or replace documents."""
        ...

    def delete(self, revisions: dict[int, int]) -> None:
        """Remove documents: id → revision at which the record removed them."""
        ...

    def refresh(self) -> None:
        """Make durable and visible what was written."""
        ...

    def run(self, plan: Plan) -> Found:
        """Find, order and count."""
        ...

    def scan(self, tree: Node, size: int) -> Generator[list[int], None, None]:
        """Ids of all documents that match, newest first, ``size`` at a time: each once, whatever arrives meanwhile."""
        ...

    @property
    def most_cells(self) -> int | None:
        """Cells of one count that the engine bears; None: any number."""
        ...

    def count_cells(self, tree: Node, fields: Sequence[str]) -> dict[Cell, int]:
        """Exact counts of the documents that match, by the values of fields; the caller keeps the cells below :attr:`most_cells`."""
        ...

    def revisions(self, ids: Sequence[int]) -> dict[int, int]:
        """The revision held of each of the documents that the index holds."""
        ...

    def count(self) -> int:
        """How many documents the index holds."""
        ...

    def release(self) -> None:
        """Let another process write; whoever was writing has refreshed before."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class NeedsRebuild(Unavailable):
    """There is no index, or none that this program can read: it has to be built again from the record."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "Build it again with: langnghe reindex")


def open_index(settings: Settings) -> SearchIndex:
    """The index that serves, for reading and, by whoever holds the lease, for writing.

    Raises:
        NeedsRebuild: there is no index, it is damaged, or another version of the program made it.
        Unavailable: the server does not answer.
    """
    from index.backends import open_backend

    return open_backend(settings)
