"""How good the order is: nDCG@10 on judged queries over the labelled texts, on both backends, beside plain BM25."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from statistics import mean

import pytest
from sqlalchemy import select

from index.interface import Plan, SearchIndex, SearchRequest
from index.nodes import Term, any_of
from index.search import search
from index.synchronise import drain_outbox, open_or_build
from index.tokens import words
from langnghe.actor import SYSTEM
from langnghe.clock import VIETNAM, FixedClock
from langnghe.record.database import Record, open_record
from langnghe.record.schema import DocumentRow
from langnghe.settings import IndexSettings, Settings
from tests.index.conftest import remove_indices
from tests.index.relevance import DEPTH, Query, fill, ndcg, read_annotations, read_queries, read_texts

FLOORS = Path(__file__).parents[2] / "quality" / "floors.toml"
HALVES = ("dev", "held", "fresh")


@pytest.fixture(scope="module")
def floors() -> dict[str, float]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8"))["search"]


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Iterator[Record]:
    opened = open_record(Settings(data_dir=tmp_path_factory.mktemp("quality")), FixedClock(datetime(2026, 11, 20, 8, tzinfo=VIETNAM)))
    fill(opened, read_texts(), read_annotations())
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["embedded", "elasticsearch"])
def index(request, record, tmp_path_factory) -> Iterator[SearchIndex]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("index"))
    if request.param == "elasticsearch":
        url = request.getfixturevalue("elasticsearch_url")
        settings.index = IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix="quality")
    opened = open_or_build(record, settings)
    drain_outbox(record, opened)
    yield opened
    opened.close()
    if request.param == "elasticsearch":
        remove_indices(settings.index.elasticsearch_url, "quality")


@cache
def judged() -> list[tuple[Query, dict[str, int]]]:
    """Queries with the grade of every text."""
    texts = read_texts()
    return [(query, {text.id: query.grade(text) for text in texts}) for query in read_queries()]


def figures(answer: Callable[[str], list[str]]) -> dict[str, float]:
    """Mean nDCG@10 of each half of the queries."""
    found = dict[str, list[float]]()
    for query, grades in judged():
        found.setdefault(query.half, []).append(ndcg([grades[ref] for ref in answer(query.query)], list(grades.values())))
    return {half: mean(values) for half, values in found.items()}


@pytest.fixture
def refs(record) -> dict[int, str]:
    with record.reading() as session:
        return {row.id: row.ref for row in session.execute(select(DocumentRow.id, DocumentRow.ref))}


def test_the_order_is_as_good_as_it_was(record, index, floors) -> None:
    def answer(query: str) -> list[str]:
        return [hit.ref for hit in search(record, index, SYSTEM, SearchRequest(query=query, limit=DEPTH)).hits]

    found = figures(answer)
    print({half: round(figure, 3) for half, figure in found.items()})
    assert found.keys() == set(HALVES)
    for half in HALVES:
        assert found[half] >= floors[half]


def test_what_annotation_knows_is_worth_half_as_much_again_as_words_alone(index, refs, floors) -> None:
    def plain(query: str) -> list[str]:
        tokens = words(query)
        tree = any_of([Term("folded", folded) for _, folded in tokens] + [Term("marked", exact) for exact, _ in tokens])
        return [refs[key] for key, _ in index.run(Plan(tree, limit=DEPTH)).hits]

    found = figures(plain)
    print({half: round(figure, 3) for half, figure in found.items()})
    assert all(1.5 * found[half] <= floors[half] for half in HALVES)


def test_there_are_enough_queries_of_every_half() -> None:
    assert len({query.query for query, _ in judged()}) == len(judged()) >= 90
    assert all(3 in grades.values() for _, grades in judged())
