"""One suite of cases, written as data, holds on both backends."""

from collections.abc import Iterator

import pytest

from index.interface import SearchIndex
from index.synchronise import drain_outbox
from langnghe.record.database import Record
from tests.index.conftest import BACKENDS, filled_with_corpus, settings_of
from tests.index.suite import Case, ask, change, check, read_cases, read_corpus

CASES = read_cases()


@pytest.fixture(params=BACKENDS)
def own(request, tmp_path_factory) -> Iterator[tuple[Record, SearchIndex]]:
    """A coverage of its own, for a case that changes it."""
    yield from filled_with_corpus(settings_of(request.param, tmp_path_factory.mktemp("own"), request))


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


@pytest.fixture
def both(embedded_filled, elasticsearch_filled) -> list[tuple[Record, SearchIndex]]:
    return [embedded_filled, elasticsearch_filled]


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
    assert len(names) == len(set(names)) >= 190
