"""Heads that correct each other: the network's form, its file, how it is learned, and how it is mixed with what the heads say."""

import numpy as np
import pytest

from langnghe.errors import ConfigurationError
from nlp.heads import Head
from nlp.linear import logistic
from nlp.stack_training import NETWORKS, PASSES, _fitted, learn_network
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


def test_half_a_network_and_an_archive_of_something_else_are_errors_too(tmp_path):
    path = tmp_path / "stack.npz"
    save_network(path, network(4))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ConfigurationError, match="Restore the model files"):
        load_network(path)
    np.savez(path, inputs=np.zeros(1))
    with pytest.raises(ConfigurationError, match="it has no outputs, hidden"):
        load_network(path)


def test_a_corrected_probability_lies_half_way_between_the_two_in_log_odds():
    said, scores = np.array([0.9, 0.2], dtype=np.float32), np.array([-1.0, 1.0], dtype=np.float32)
    assert np.allclose(log_odds(corrected(ANY, said, scores)), (log_odds(said) + scores) / 2, atol=1e-4)
    of_one = corrected(ONE, np.array([0.9, 0.1], dtype=np.float32), np.array([-3.0, 3.0], dtype=np.float32))
    assert of_one.sum() == pytest.approx(1, abs=1e-5)
    logarithms = (np.log([0.9, 0.1]) + np.log(logistic(np.array([-3.0, 3.0], dtype=np.float32)))) / 2
    assert of_one[1] == pytest.approx(np.exp(logarithms)[1] / np.exp(logarithms).sum(), abs=1e-3)


def taught(relevant):
    """Scores of stories that the network has not seen: ``out:a`` holds where ``in:a`` is likely, if the text is relevant, else where it isn't."""
    random = np.random.default_rng(7)
    said = random.uniform(0.02, 0.98, (len(relevant), 2)).astype(np.float32)
    gold = ((said[:, 0] > 0.5) == relevant)[:, None] & np.array([True, True])
    gold[:, 1] = said[:, 1] > 0.5
    stories = [f"s{place // 2}" for place in range(len(relevant))]
    whole, scores = learn_network(["in:a", "in:b"], ["out:a", "out:b"], said, gold, relevant, stories)
    return said, whole, scores


def test_the_network_learns_from_the_texts_that_teach_alone():
    relevant = np.random.default_rng(3).uniform(size=2000) < 0.3
    said, whole, scores = taught(relevant)
    likely = said[:, 0] > 0.5
    assert ((scores[:, 0] > 0) == likely).mean() > 0.9
    assert ((whole.scores(said)[:, 0] > 0) == likely).mean() > 0.9


def test_the_same_texts_teach_the_same_network():
    relevant = np.ones(200, dtype=bool)
    (_, one, scores), (_, two, again) = taught(relevant), taught(relevant)
    assert (scores == again).all()
    assert all(np.array_equal(left, right) for left, right in zip(one[2:], two[2:], strict=True))


def test_networks_learned_one_after_the_other_are_those_learned_side_by_side(monkeypatch):
    relevant = np.ones(200, dtype=bool)
    _, one, scores = taught(relevant)
    monkeypatch.setattr("nlp.stack_training.AT_ONCE", 1)
    _, two, again = taught(relevant)
    assert np.allclose(scores, again, atol=1e-4)
    assert all(np.allclose(left, right, atol=1e-4) for left, right in zip(one[2:], two[2:], strict=True))


def test_the_network_of_all_texts_is_several_that_all_of_them_taught_from_different_numbers():
    random = np.random.default_rng(7)
    said, gold = random.uniform(0.02, 0.98, (200, 2)).astype(np.float32), random.uniform(size=(200, 2)) < 0.5
    labels, everyone = ["a", "b"], np.ones(200, dtype=bool)
    whole, _ = learn_network(labels, labels, said, gold, everyone, [f"s{place}" for place in range(200)])
    parts = np.split(whole.hidden, NETWORKS, axis=1)
    for seed, part in enumerate(parts):
        assert np.allclose(part, _fitted(labels, labels, log_odds(said), gold, PASSES, seed).hidden, atol=1e-3)
    assert all(not np.allclose(parts[0], other, atol=1e-3) for other in parts[1:])


def test_what_is_said_of_a_text_comes_from_networks_that_have_not_seen_its_story():
    random = np.random.default_rng(2)
    said = random.uniform(0.02, 0.98, (240, 60)).astype(np.float32)
    stories = [f"s{place % 12}" for place in range(240)]
    by_story = random.uniform(size=12) < 0.5
    gold = np.array([[by_story[place % 12]] * 2 for place in range(240)])
    inputs = [f"in:{number}" for number in range(60)]
    said[:, :12] = np.where(np.eye(12, dtype=bool)[np.arange(240) % 12], 0.9, 0.1)
    whole, scores = learn_network(inputs, ["out:a", "out:b"], said, gold, np.ones(240, dtype=bool), stories)
    assert ((whole.scores(said)[:, 0] > 0) == gold[:, 0]).mean() > 0.9
    assert ((scores[:, 0] > 0) == gold[:, 0]).mean() < 0.75
