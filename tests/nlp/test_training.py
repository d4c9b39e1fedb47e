import gc
import hashlib

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from scipy.sparse import random as random_matrix

from langnghe.documents import AnnotationRequest
from langnghe.labels import load_labels
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.build import build
from nlp.deciding import decide
from nlp.features import FeatureReader
from nlp.labelled import ROUNDS, load_labelled, split
from nlp.linear import Sparse
from nlp.model_files import read_decisions
from nlp.training import WEIGHTS, Group, Matrices, Parts, counts, learn_vocabulary, to_matrix
from nlp.training_copies import without_marks
from nlp.training_texts import TrainingTexts, vectors


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


def test_what_decides_on_concern_is_chosen_on_what_is_weighed_with_relevance(tmp_path, few, monkeypatch):
    def cuts(name):
        build(few, load_labels(), FeatureReader(), tmp_path / name)
        return read_decisions(tmp_path / name)["short"]["concern"]

    weighed = cuts("weighed")
    monkeypatch.setattr("nlp.build.with_relevance", lambda grades, _: grades / 2 + np.array([0.5, 0, 0]))
    assert cuts("halved") != weighed


def test_texts_of_a_round_that_is_left_out_do_not_teach_the_heads_that_leave_it_out(tmp_path, few, monkeypatch):
    taught = []

    class Watched(Group):
        def __init__(self, read, rows, penalty, teaches):
            super().__init__(read, rows, penalty, teaches)
            taught.append({row.round for row, chosen in zip(rows, teaches, strict=True) if chosen})

    monkeypatch.setattr("nlp.build.Group", Watched)
    later = [row.model_copy(update={"id": f"w{56 if place % 2 else 68}-{place:04}"}) for place, row in enumerate(few[120:])]
    build([*few[:120], *later], load_labels(), FeatureReader(), tmp_path)
    *of_other_heads, of_people = taught
    assert of_people == {"frozen"}
    assert of_other_heads == [{"frozen", "broad", "recent"}] * 3


def test_recent_texts_are_of_the_broad_round_where_decisions_are_a_mean_of_rounds(tmp_path, few, monkeypatch):
    decided_on = []

    def watched(learned, parent_of):
        decided_on.append({list(ROUNDS)[place] for place in learned[0].rounds})
        return decide(learned, parent_of)

    monkeypatch.setattr("nlp.build.decide", watched)
    later = [row.model_copy(update={"id": f"w68-{place:04}"}) for place, row in enumerate(few[120:])]
    build([*few[:120], *later], load_labels(), FeatureReader(), tmp_path)
    assert decided_on == [{"frozen", "broad"}] * 2


def test_what_reads_alike_in_text_and_copy_has_one_vector_and_all_else_its_own():
    read = FeatureReader()
    with_marks = AnnotationRequest(text="Mất sổ thì xin cấp lại ở đâu", kind="comment", context="Làm lại sổ BHXH")
    readings = [read(with_marks), read(without_marks(with_marks))]
    vocabulary = learn_vocabulary([reading.features for reading in readings * 3])
    text, copy = vectors(readings, vocabulary)
    for found, reading in zip((text, copy), readings, strict=True):
        expected = vocabulary.vectors(reading.features)
        assert found.keys() == expected.keys()
        assert all(np.array_equal(found[source].ids, expected[source].ids) for source in expected)
        assert all(np.array_equal(found[source].values, expected[source].values) for source in expected)
    assert copy["f"] is text["f"]
    assert set(copy["w"].ids) != set(text["w"].ids)


def test_cycles_are_looked_for_again_once_the_texts_are_read_or_could_not_be(few):
    TrainingTexts(few[:4], FeatureReader())
    assert gc.isenabled()

    def broken(_):
        raise ValueError("not to be read")

    with pytest.raises(ValueError, match="not to be read"):
        TrainingTexts(few[:4], broken)
    assert gc.isenabled()


def test_a_feature_that_stands_twice_in_a_vector_stands_once_in_the_matrix_with_its_sum():
    vectors = [
        Sparse(np.array([4, 1, 4], np.int32), np.array([1, 2, 3], np.float32)),
        Sparse(np.array([0], np.int32), np.ones(1, np.float32)),
    ]
    matrix = to_matrix(vectors, 5)
    assert matrix.nnz == 3
    assert matrix.toarray().tolist() == [[0, 2, 0, 0, 4], [1, 0, 0, 0, 0]]


def chance_features(rows, copies_of) -> csr_matrix:
    """Texts by chance and their copies, of which those in ``copies_of`` differ."""
    texts = random_matrix(len(rows), 60, 0.3, format="lil", dtype=np.float32, rng=np.random.default_rng(3))
    copies = texts.copy()
    for place in copies_of:
        copies[place, 0] = 9.0
    return vstack([texts, copies], format="csr")


def group_of(rows, features) -> Group:
    no_parts = Parts(csr_matrix((0, 60), dtype=np.float32), np.zeros(0, dtype=np.intp))
    return Group(Matrices(features, no_parts), rows, 1.0, np.ones(len(rows), dtype=bool))


def test_each_text_teaches_with_its_copy_and_one_that_is_its_own_copy_counts_twice(few):
    rows = few[:4]
    places, often = group_of(rows, chance_features(rows, (1, 3))).teaching(np.array([True, True, True, False]))
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
    assert len(tests["broad"]) == 937
    assert len(tests["recent"]) > 1300
    assert not {row.story for row in known} & {row.story for rows in tests.values() for row in rows}


def test_a_labelled_text_uses_known_labels_only():
    labels = load_labels()
    for row in load_labelled():
        for topic in row.topics:
            labels.check("topics", topic)
        for subtopic in row.subtopics:
            labels.check("subtopics", subtopic)
            assert labels.parent_of(subtopic) in row.topics, row.id


def test_weights_are_those_of_ridge_regression_over_texts_and_copies_as_often_as_they_count(few, monkeypatch):
    """In closed form, w = (XᵀCX + λI)⁻¹ XᵀC(y - mean), over the texts and over those copies that differ."""
    monkeypatch.setattr("nlp.training.TOLERANCE", 1e-6)
    rows = [*few[:30], *(row.model_copy(update={"id": f"w43-{place:04}"}) for place, row in enumerate(few[30:60]))]
    assert {row.round for row in rows} == {"frozen", "everyday"}
    features, differs = chance_features(rows, range(0, 60, 2)), np.arange(60) % 2 == 0
    gold = np.array([[place % 3 == 0] for place in range(60)])
    (lesson,) = group_of(rows, features).learn([gold])
    once = np.array([WEIGHTS[row.round] for row in rows])
    both = features[np.concatenate([np.ones(60, dtype=bool), differs])].toarray()
    times = np.concatenate([once * np.where(differs, 1, 2), once[differs]])
    wanted = np.concatenate([gold[:, 0], gold[differs, 0]]).astype(float)
    mean = np.average(wanted, weights=times)
    closed = np.linalg.solve(both.T @ (times[:, None] * both) + np.eye(60), both.T @ (times * (wanted - mean)))
    assert np.allclose(lesson.weights[:, 0], closed, atol=1e-3)
    assert lesson.bias[0] == pytest.approx(mean, abs=1e-5)


def test_an_officers_correction_counts_once_whatever_the_rounds_count(few):
    corrected = few[0].model_copy(update={"id": "document-5"})
    assert list(counts([corrected, few[0]])) == [1.0, WEIGHTS[few[0].round]]
    assert WEIGHTS[few[0].round] != 1.0
