"""One suite of cases, written as data, holds on both backends."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.interface import SearchIndex
from index.synchronise import drain_outbox, open_or_build
from langnghe.clock import VIETNAM, FixedClock
from langnghe.record.database import Record, open_record
from langnghe.settings import IndexSettings, Settings
from tests.index.conftest import remove_indices
from tests.index.suite import Case, ask, change, check, fill, read_cases, read_corpus

CASES = read_cases()
BACKENDS = ["embedded", "elasticsearch"]


def _settings(backend: str, folder: Path, request: Any) -> Settings:
    if backend == "embedded":
        return Settings(data_dir=folder)
    url = request.getfixturevalue("elasticsearch_url")
    return Settings(data_dir=folder, index=IndexSettings(backend="elasticsearch", elasticsearch_url=url, prefix=f"suite-{folder.name}"))


def _filled(settings: Settings) -> Iterator[tuple[Record, SearchIndex]]:
    record = open_record(settings, FixedClock(datetime(2026, 11, 20, 8, tzinfo=VIETNAM)))
    index = open_or_build(record, settings)
    try:
        fill(record, index, read_corpus())
        yield record, index
    finally:
        index.close()
        record.close()
        if settings.index.backend == "elasticsearch":
            remove_indices(settings.index.elasticsearch_url, settings.index.prefix)


@pytest.fixture(scope="module", params=BACKENDS)
def filled(request, tmp_path_factory) -> Iterator[tuple[Record, SearchIndex]]:
    yield from _filled(_settings(request.param, tmp_path_factory.mktemp("filled"), request))


@pytest.fixture(params=BACKENDS)
def own(request, tmp_path_factory) -> Iterator[tuple[Record, SearchIndex]]:
    """A coverage of its own, for a case that changes it."""
    yield from _filled(_settings(request.param, tmp_path_factory.mktemp("own"), request))


@pytest.mark.parametrize("case", [case for case in CASES if not case.after], ids=lambda case: case.case)
def test_a_query_finds(filled, case: Case) -> None:
    check(case, ask(*filled, case))


@pytest.mark.parametrize("case", [case for case in CASES if case.after], ids=lambda case: case.case)
def test_after_a_change_a_query_finds(own, case: Case) -> None:
    record, index = own
    corpus = {text.id: text for text in read_corpus()}
    for what in case.after:
        change(record, corpus, what)
    drain_outbox(record, index)
    check(case, ask(record, index, case))


@pytest.fixture(scope="module")
def both(request, tmp_path_factory) -> Iterator[list[tuple[Record, SearchIndex]]]:
    opened = [_filled(_settings(backend, tmp_path_factory.mktemp(f"both-{backend}"), request)) for backend in BACKENDS]
    yield [next(one) for one in opened]
    for one in opened:
        next(one, None)


@pytest.mark.parametrize("case", [case for case in CASES if not case.after], ids=lambda case: case.case)
def test_both_backends_give_the_same_order_scores_and_counts(both, case: Case) -> None:
    with_facets = case.model_copy(update={"expect": case.expect.model_copy(update={"facets": {"topic": {}}})})
    embedded, elasticsearch = (ask(record, index, with_facets) for record, index in both)
    assert [hit.ref for hit in embedded.hits] == [hit.ref for hit in elasticsearch.hits]
    assert [hit.score for hit in embedded.hits] == pytest.approx([hit.score for hit in elasticsearch.hits], abs=1e-3)
    assert embedded.facets == elasticsearch.facets
    assert embedded.total == elasticsearch.total


def test_the_cases_have_names_of_their_own() -> None:
    names = [case.case for case in CASES]
    assert len(names) == len(set(names)) >= 40
