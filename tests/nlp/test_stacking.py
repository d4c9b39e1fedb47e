"""Heads that correct each other: the network's form, its file, how it is learned, and how it is mixed with what the heads say."""

import numpy as np
import pytest

from langnghe.errors import ConfigurationError
from nlp.heads import Head
from nlp.linear import logistic
from nlp.stack_training import learn_network
from nlp.stacking import Network, corrected, load_network, log_odds, save_network, side_by_side

ONE = Head("stance", ("a", "b"), "one", "stance", lambda row: frozenset())
ANY = Head("topics", ("a", "b"), "any", "topics", lambda row: frozenset())


def network(seed: int) -> Network:
    random = np.random.default_rng(seed)
    shapes = ((3, 4), (4,), (4, 2), (2,))
    return Network(["x:a", "x:b", "x:c"], ["x:a", "x:b"], *(random.normal(size=shape).astype(np.float32) for shape in shapes))


def probabilities(seed: int, rows: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.01, 0.99, (rows, 3)).astype(np.float32)


def test_networks_side_by_side_give_the_mean_of_their_scores():
    texts = probabilities(1)
    mean = np.mean([network(seed).scores(texts) for seed in (1, 2, 3)], axis=0)
    assert np.allclose(side_by_side([network(seed) for seed in (1, 2, 3)]).scores(texts), mean, atol=1e-4)


def test_a_stored_network_says_what_it_said(tmp_path):
    save_network(tmp_path / "stack.npz", network(4))
    stored = load_network(tmp_path / "stack.npz")
    assert (stored.inputs, stored.outputs) == (network(4).inputs, network(4).outputs)
    assert np.allclose(stored.scores(probabilities(2)), network(4).scores(probabilities(2)), atol=0.05)


def test_a_damaged_network_is_an_error_that_names_the_file(tmp_path):
    (tmp_path / "stack.npz").write_bytes(b"no archive")
    with pytest.raises(ConfigurationError, match=r"stack\.npz"):
        load_network(tmp_path / "stack.npz")


def test_a_corrected_probability_lies_half_way_between_the_two_in_log_odds():
    said, scores = np.array([0.9, 0.2], dtype=np.float32), np.array([-1.0, 1.0], dtype=np.float32)
    assert np.allclose(log_odds(corrected(ANY, said, scores)), (log_odds(said) + scores) / 2, atol=1e-4)
    of_one = corrected(ONE, np.array([0.9, 0.1], dtype=np.float32), np.array([-3.0, 3.0], dtype=np.float32))
    assert of_one.sum() == pytest.approx(1, abs=1e-5)
    assert 0.1 < of_one[1] < 0.95


def test_what_cannot_hold_does_not_hold_whatever_the_network_says():
    impossible = np.array([logistic(np.array([-16.0], dtype=np.float32))[0], 0.5], dtype=np.float32)
    assert corrected(ANY, impossible, np.array([6.0, 6.0], dtype=np.float32))[0] < 0.05


def taught(relevant):
    """Scores of stories that the network has not seen: ``out:a`` holds where ``in:a`` is likely, if the text is relevant, else where it isn't."""
    random = np.random.default_rng(7)
    said = random.uniform(0.02, 0.98, (len(relevant), 2)).astype(np.float32)
    gold = ((said[:, 0] > 0.5) == relevant)[:, None] & np.array([True, True])
    gold[:, 1] = said[:, 1] > 0.5
    stories = [f"s{place // 2}" for place in range(len(relevant))]
    whole, scores = learn_network(["in:a", "in:b"], ["out:a", "out:b"], said, gold, relevant, stories)
    return said, whole, scores


def test_the_network_learns_from_relevant_texts_alone_and_judges_stories_that_it_has_not_seen():
    relevant = np.random.default_rng(3).uniform(size=1200) < 0.6
    said, whole, scores = taught(relevant)
    likely = said[:, 0] > 0.5
    assert ((scores[:, 0] > 0) == likely).mean() > 0.9
    assert ((whole.scores(said)[:, 0] > 0) == likely).mean() > 0.9


def test_the_same_texts_teach_the_same_network():
    relevant = np.ones(200, dtype=bool)
    (_, one, scores), (_, two, again) = taught(relevant), taught(relevant)
    assert (scores == again).all()
    assert all(np.array_equal(left, right) for left, right in zip(one[2:], two[2:], strict=True))
