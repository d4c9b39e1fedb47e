"""Series and matrices: exact, alike on both backends, and alike from the record's facts and from the index."""

from datetime import date

import pytest

from index.interface import SearchRequest
from index.series import count, count_facts, count_index
from langnghe.actor import SYSTEM, Actor, Role

OFFICE = Actor("cán bộ", Role.viewer, "34-40")


@pytest.mark.parametrize("actor", [SYSTEM, OFFICE], ids=["national", "office"])
def test_without_a_query_the_facts_and_the_index_agree(filled, actor) -> None:
    record, index = filled
    requests = [
        SearchRequest(relevant=True),
        SearchRequest(relevant=True, provinces=("34-79",)),
        SearchRequest(relevant=True, topics=("hi_drug_supply", "pension"), first_day=date(2026, 1, 1)),
        SearchRequest(relevant=True, kinds=("comment",), sentiments=("negative",), last_day=date(2026, 11, 15)),
        SearchRequest(relevant=True, provinces=("34-40", "34-44"), topics=("hi_general",)),
    ]
    dimensions = [
        ("day", "topic"),
        ("province", "topic", "sentiment"),
        ("day", "province", "topic", "sentiment"),
        ("province", "topic", "day"),
        ("topic", "concern", "day", "province"),
        ("intent",),
        ("concern", "kind"),
    ]
    for request in requests:
        for by in dimensions:
            of_facts = count_facts(record, actor, request, by)
            assert of_facts == count_index(record, index, actor, request, by), (request, by)
    assert count_facts(record, actor, requests[0], ("province",))["34-40",] == 3


def test_a_series_under_a_query_counts_what_the_query_finds(filled) -> None:
    record, index = filled
    found = count(record, index, SYSTEM, SearchRequest(query="vssid"), ("day", "sentiment"))
    assert found == {
        (date(2026, 11, 19), "negative"): 1,
        (date(2026, 11, 19), "neutral"): 1,
        (date(2026, 11, 4), "neutral"): 1,
    }


def test_an_office_counts_its_own_imports_and_no_others(filled) -> None:
    record, index = filled
    request = SearchRequest(topics=("si_one_time_withdrawal",))
    everything = count(record, index, SYSTEM, request, ("province",))
    seen = count(record, index, OFFICE, request, ("province",))
    assert everything["34-75",] == seen["34-75",] + 1


def test_a_matrix_of_more_cells_or_documents_than_are_counted_at_once_is_counted_in_parts(filled, monkeypatch) -> None:
    record, index = filled
    request = SearchRequest(query="bhxh OR bhyt")
    whole = count(record, index, SYSTEM, request, ("day", "province", "topic"))
    monkeypatch.setattr(index, "most_cells", 5_000)
    monkeypatch.setattr("index.columns.AT_ONCE", 3)  # and of more documents than are read in one pass
    assert count(record, index, SYSTEM, request, ("day", "province", "topic")) == whole
    assert len(whole) > 20
