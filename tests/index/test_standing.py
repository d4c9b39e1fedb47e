"""Searches of many offices in one pass: the same answers as one by one on each backend, and no more work for more who ask the same."""

from datetime import date

import pytest

from index.interface import SearchRequest
from index.matching import match
from index.search import planned, search
from index.standing import Standing, answer_standing
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.clock import vietnam_day
from langnghe.places import load_places

QUERIES = ("thuốc", "het thuoc", '"bảo hiểm y tế"', "lương hưu -thuốc", "xyzqwv")
OFFICES = (NATIONAL, "34-40", "34-75")
DAYS = {"first_day": date(2025, 1, 1), "last_day": date(2026, 12, 31)}


def standing(office: str, query: str) -> Standing:
    where = () if office == NATIONAL else (office,)
    return Standing(office, SearchRequest(query=query, provinces=where, **DAYS))


def test_each_is_answered_as_the_index_of_either_backend_answers_it_alone(filled):
    record, index = filled
    asked = [standing(office, query) for query in QUERIES for office in OFFICES]
    answers = answer_standing(record, asked, load_places())
    assert sum(answers.of[one].total > 0 for one in asked) >= 5
    for one in asked:
        alone = search(record, index, Actor("x", Role.viewer, one.office), one.request.model_copy(update={"sort": "newest", "limit": 3}))
        assert answers.of[one].total == alone.complete, one
        if alone.complete >= 3:
            assert [told.highlight for told in answers.of[one].newest] == [hit.highlight for hit in alone.hits], one


def test_the_searches_run_do_not_grow_with_those_who_ask_the_same(filled):
    record, _ = filled
    few = answer_standing(record, [standing("34-40", query) for query in QUERIES], load_places())
    same = [standing("34-40", f" {query} ") for query in QUERIES for _ in range(200)]
    many = answer_standing(record, [*same, *(standing("34-40", query) for query in QUERIES)], load_places())
    assert (many.searches, many.documents) == (few.searches, few.documents) == (len(QUERIES), few.documents)
    assert many.of[same[0]] == few.of[standing("34-40", QUERIES[0])]


def test_batches_make_no_difference(filled, monkeypatch):
    record, _ = filled
    asked = [standing(NATIONAL, query) for query in QUERIES]
    whole = answer_standing(record, asked, load_places())
    monkeypatch.setattr("index.standing.AT_ONCE", 7)
    parts = answer_standing(record, asked, load_places())
    assert parts.of == whole.of
    assert parts.searches > whole.searches


def test_nothing_is_read_where_nobody_asks(record):
    assert answer_standing(record, [], load_places()).documents == 0


@pytest.mark.parametrize("copies", [1, 50])
def test_saved_searches_that_ask_the_same_match_the_same_documents(embedded_filled, copies):
    from index.documents import indexed
    from langnghe.documents import Annotation
    from langnghe.record.schema import AnnotationRow, DocumentRow

    record, _ = embedded_filled
    with record.reading() as session:
        rows = session.query(DocumentRow, AnnotationRow.payload).outerjoin(AnnotationRow, AnnotationRow.document_id == DocumentRow.id).all()
    documents = [indexed(row, Annotation.model_validate(payload) if payload else None, load_places()) for row, payload in rows]
    tree = planned(SearchRequest(query="thuốc"), Actor("x", Role.viewer, NATIONAL), vietnam_day(record.clock.now()))[0].strict
    found = match(documents, dict.fromkeys(range(copies), tree))
    assert len(found) == copies
    assert len({tuple(ids) for ids in found.values()}) == 1
