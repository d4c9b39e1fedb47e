import hashlib

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_matrix

from langnghe.labels import load_labels
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.build import build
from nlp.features import FeatureReader
from nlp.labelled import load_labelled, split
from nlp.training import WEIGHTS, Group, Parts, counts


def digests(folder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def few():
    return load_labelled()[:240]


def test_the_same_texts_give_the_same_files_which_annotate(tmp_path, few):
    for name in ("one", "two"):
        build(few, load_labels(), FeatureReader(), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    [prediction] = ShippedBackend(folder=tmp_path / "one").predict([few[0].request()])
    assert len(prediction.chosen["sentiment"]) == 1


def group_of(rows, copies_of=()) -> Group:
    """A group of texts by chance, of which those in ``copies_of`` differ from their copies."""
    texts = random_matrix(len(rows), 60, 0.3, format="lil", dtype=np.float32, rng=np.random.default_rng(3))
    copies = texts.copy()
    for place in copies_of:
        copies[place, 0] = 9.0
    matrix = vstack([texts, copies], format="csr")
    no_parts = Parts(csr_matrix((0, 60), dtype=np.float32), np.zeros(0, dtype=np.intp))
    return Group(matrix, rows, 1.0, np.ones(len(rows), dtype=bool), no_parts)


def test_each_text_teaches_with_its_copy_and_one_that_is_its_own_copy_counts_twice(few):
    rows = few[:4]
    places, often = group_of(rows, copies_of=(1, 3)).teaching(np.array([True, True, True, False]))
    once = WEIGHTS[rows[0].round]
    assert list(places) == [0, 1, 2, 5]
    assert list(often) == [2 * once, once, 2 * once, once]


def test_the_shipped_files_hold_nothing_that_runs_and_keep_their_size():
    sizes = {path.name: path.stat().st_size for path in SHIPPED.iterdir()}
    assert {path.suffix for path in SHIPPED.iterdir()} <= {".npz", ".json", ".md"}
    assert max(sizes.values()) <= 5_000_000
    assert sum(sizes.values()) <= 20_000_000


def test_no_story_is_both_learned_from_and_tested_on():
    known, tests = split(load_labelled())
    assert (len(tests["frozen"]), len(tests["fresh"])) == (1041, 412), "the tests stay as they are: texts of new files go into the last one"
    assert len(tests["hard"]) > 1000
    assert len(tests["plain"]) == 253
    assert len(tests["natural"]) > 1000
    assert len(tests["wide"]) > 2000
    assert len(tests["everyday"]) > 900
    assert not {row.story for row in known} & {row.story for rows in tests.values() for row in rows}


def test_a_labelled_text_uses_known_labels_only():
    labels = load_labels()
    for row in load_labelled():
        for topic in row.topics:
            labels.check("topics", topic)
        for subtopic in row.subtopics:
            labels.check("subtopics", subtopic)
            assert labels.parent_of(subtopic) in row.topics, row.id


def test_an_officers_correction_counts_once_whatever_the_rounds_count(few):
    corrected = few[0].model_copy(update={"id": "document-5"})
    assert list(counts([corrected, few[0]])) == [1.0, WEIGHTS[few[0].round]]
    assert WEIGHTS[few[0].round] != 1.0
