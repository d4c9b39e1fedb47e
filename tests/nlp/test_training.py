import hashlib

import numpy as np
import pytest
from scipy.sparse import hstack
from scipy.sparse import random as random_matrix

from langnghe.labels import load_labels
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.build import build
from nlp.features import FeatureReader
from nlp.labelled import load_labelled, part_of, split
from nlp.training import COPIES, COPIES_OF_RELEVANT, WEIGHTS, Taught, inner_products


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


def test_inner_products_are_the_same_whether_a_feature_is_common_or_rare(monkeypatch):
    monkeypatch.setattr("nlp.training.BLOCK", 50)
    of_chance = np.random.default_rng(5)
    few, many = (
        random_matrix(120, width, share, format="csr", dtype=np.float32, rng=of_chance) for width, share in ((400, 0.005), (9, 0.5))
    )
    rows = hstack([few, many], format="csr")
    assert np.allclose(inner_products(rows), (rows @ rows.T).toarray(), atol=1e-5)


def test_a_text_without_a_copy_counts_twice_and_fewer_copies_leave_the_texts(few):
    rows = few[:40]
    texts = random_matrix(2 * len(rows), 60, 0.3, format="csr", dtype=np.float32, rng=np.random.default_rng(3))
    everything = np.ones(len(rows), dtype=bool)
    taught = Taught(texts, rows, everything)
    chosen, counts = taught.chosen(everything, COPIES_OF_RELEVANT)
    assert len(chosen) == len(taught.places) > len(rows)
    alone, twice = taught.chosen(everything, 0.0)
    assert list(taught.places[alone]) == list(range(len(rows)))
    once = WEIGHTS[rows[0].round]
    assert set(counts) == {once, 2 * once}
    assert set(twice) == {2 * once}
    assert counts.sum() == twice.sum() == 2 * once * len(rows)


def test_what_is_not_relevant_teaches_with_fewer_copies(few):
    share = np.array([part_of(row.id, "copy") for row in few])
    relevant = np.array([row.relevant for row in few])
    between = (share >= COPIES) & (share < COPIES_OF_RELEVANT)
    assert (between & relevant).any()
    assert (between & ~relevant).any()
    texts = random_matrix(2 * len(few), 60, 0.3, format="csr", dtype=np.float32, rng=np.random.default_rng(3))
    taught = Taught(texts, few, np.ones(len(few), dtype=bool))
    copied = set(taught.texts[taught.places >= len(few)].tolist())
    assert copied == set(np.flatnonzero((share < COPIES) | (between & relevant)).tolist())


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
    texts = random_matrix(4, 60, 0.3, format="csr", dtype=np.float32, rng=np.random.default_rng(3))
    _, counts = Taught(texts, [corrected, few[1]], np.ones(2, dtype=bool)).chosen(np.ones(2, dtype=bool), 0.0)
    assert list(counts) == [2.0, 2 * WEIGHTS[few[1].round]]
