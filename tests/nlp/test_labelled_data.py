"""The labelled texts: enough of every label, nothing twice, consistent by the guide."""

from collections import Counter

import pytest

from langnghe.documents import Kind
from langnghe.folding import fold
from langnghe.labels import load_labels
from langnghe.places import load_places
from nlp.labelled import Labelled, load_labelled


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return load_labelled()


def counted(rows: list[Labelled], field: str) -> Counter[str]:
    return Counter(label for row in rows for label in getattr(row, field))


def test_there_are_enough_texts_of_every_kind_and_label(rows):
    labels = load_labels()
    assert len(rows) >= 4_000
    assert min(Counter(row.kind for row in rows)[kind] for kind in Kind) >= 400
    told_apart = [row for row in rows if row.round != "plain"]
    assert sum(not row.relevant for row in told_apart) >= 0.25 * len(told_apart)
    assert min(counted(rows, "topics")[topic.id] for topic in labels.topics) >= 120
    assert min(counted(rows, "subtopics")[subtopic.id] for subtopic in labels.subtopics) >= 60
    assert min(Counter(row.intent for row in rows)[intent.id] for intent in labels.intent) >= 300
    assert {province.name for province in load_places().of_63} <= set(counted(rows, "provinces"))
    assert {row.published.year for row in rows} == {2024, 2025, 2026}


def test_no_text_stands_twice(rows):
    texts = Counter((fold(row.text.strip()), row.context) for row in rows)
    assert not [text for text, count in texts.items() if count > 1]
    assert len({row.id for row in rows}) == len(rows)


def test_labels_agree_with_each_other(rows):
    labels = load_labels()
    for row in rows:
        if row.relevant:
            assert row.topics, row.id
            assert {labels.parent_of(subtopic) for subtopic in row.subtopics} <= set(row.topics), row.id
        else:
            assert (row.topics, row.subtopics, row.sentiment, row.concern) == ([], [], "neutral", 0), row.id


def test_labels_are_those_of_the_taxonomy_and_the_maps(rows):
    labels, places = load_labels(), load_places()
    assert set(counted(rows, "topics")) <= {topic.id for topic in labels.topics}
    assert set(counted(rows, "responsible")) <= set(labels.responsible)
    assert set(counted(rows, "audience")) <= set(labels.audience)
    assert set(counted(rows, "provinces")) <= {province.name for province in [*places.of_63, *places.of_34]}
