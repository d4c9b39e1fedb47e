import numpy as np
import pytest

from langnghe.errors import ConfigurationError
from nlp.linear import Sparse
from nlp.mixing import Mixing, load_mixing, save_mixing
from nlp.word_network import LEVELS, WordNetwork, load_word_network, save_word_network

CHANCE = np.random.default_rng(11)
KNOWN = np.array([2, 5, 9], dtype=np.int32)


@pytest.fixture
def network():
    def numbers(*shape):
        return CHANCE.standard_normal(shape).astype(np.float32)

    return WordNetwork(["topics:pension", "intent:question"], KNOWN, numbers(3, 4), numbers(4), numbers(4, 2), numbers(2))


def vector(**weights):
    return Sparse(np.array([int(name[1:]) for name in weights], np.int32), np.array(list(weights.values()), np.float32))


def test_units_are_sums_over_the_features_that_the_network_knows(network):
    expected = np.maximum(0.5 * network.words[1] + 2 * network.words[0] + network.words_bias, 0) @ network.output + network.output_bias
    assert np.allclose(network.scores(vector(_5=0.5, _2=2.0)), expected, atol=1e-5)
    assert np.allclose(network.scores(vector(_5=0.5, _7=3.0, _2=2.0, _0=1.0, _400=1.0)), expected, atol=1e-5)


def test_a_text_without_any_known_feature_gets_what_the_biases_say(network):
    expected = np.maximum(network.words_bias, 0) @ network.output + network.output_bias
    assert np.allclose(network.scores(vector()), expected, atol=1e-6)
    assert np.allclose(network.scores(vector(_1000=1.0)), expected, atol=1e-6)


def test_what_is_stored_differs_by_half_a_step_of_the_weights_at_most(network, tmp_path):
    save_word_network(tmp_path / "words.npz", network)
    stored = load_word_network(tmp_path / "words.npz")
    steps = np.abs(network.words).max(axis=0) / LEVELS
    assert (np.abs(stored.words - network.words) <= steps / 2 + 1e-6).all()
    assert stored.labels == network.labels
    assert stored.features.tolist() == KNOWN.tolist()
    assert np.allclose(stored.output, network.output, atol=2e-3)
    assert np.array_equal(stored.words_bias, network.words_bias)
    assert np.array_equal(stored.output_bias, network.output_bias)


def test_a_unit_without_words_is_stored_too(network, tmp_path):
    network.words[:, 2] = 0
    save_word_network(tmp_path / "words.npz", network)
    assert (load_word_network(tmp_path / "words.npz").words[:, 2] == 0).all()


@pytest.mark.parametrize("load", [load_word_network, load_mixing])
def test_a_damaged_file_is_a_clear_error(load, tmp_path):
    (tmp_path / "it.npz").write_bytes(b"no archive")
    with pytest.raises(ConfigurationError, match=r"it\.npz.*langnghe train"):
        load(tmp_path / "it.npz")


def test_what_the_networks_add_is_stored_as_it_was(tmp_path):
    mixing = Mixing(["a:b", "a:c"], np.array([[1, 2], [3, 4]], np.float32), np.array([0.5, -8], np.float32))
    save_mixing(tmp_path / "mixing.npz", mixing)
    stored = load_mixing(tmp_path / "mixing.npz")
    assert stored.labels == mixing.labels
    assert stored.added(np.array([1, 10], np.float32)).tolist() == [31.5, 34]
