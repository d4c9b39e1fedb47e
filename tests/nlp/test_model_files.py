"""Model files of one training are taken, those of two are refused."""

import shutil

import numpy as np
import pytest

from langnghe.errors import ConfigurationError
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.linear import FINER, Linear, Vocabulary, load_linear, load_vocabulary, save_linear, save_vocabulary, step_sizes
from nlp.model_files import ARRAYS, digest, read_decisions, require_together, write_decisions


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "models")


def steps_of(folder):
    return step_sizes(load_vocabulary(folder / "vocabulary.npz"))


def change_one_bias(folder) -> None:
    """What another training could have left: a file that can be read, with other numbers."""
    model = load_linear(folder / "stance.npz", steps_of(folder))
    save_linear(folder / "stance.npz", model._replace(bias=model.bias + 1), steps_of(folder))


def test_the_shipped_files_are_of_one_training():
    require_together(SHIPPED, read_decisions(SHIPPED))


def test_a_file_of_another_training_is_refused_with_a_remedy(folder):
    change_one_bias(folder)
    with pytest.raises(ConfigurationError, match=r"not all of one training.*langnghe train"):
        ShippedBackend(folder=folder)


@pytest.mark.parametrize("file", ["subtopics.npz", "vocabulary.npz"])
def test_files_that_do_not_even_fit_each_other_are_refused_in_the_same_words(folder, file):
    if file == "vocabulary.npz":
        vocabulary = load_vocabulary(folder / file)
        save_vocabulary(folder / file, Vocabulary(vocabulary.names[:-1], vocabulary.idf[:-1]))
    else:
        model = load_linear(folder / file, steps_of(folder))
        save_linear(folder / file, Linear(model.labels[1:], model.weights[:, 1:], model.bias[1:]), steps_of(folder))
    with pytest.raises(ConfigurationError, match="not all of one training"):
        ShippedBackend(folder=folder)


@pytest.mark.parametrize("file", ["people.npz", "words_topics.npz", "mixing.npz", "stack.npz"])
def test_a_missing_file_is_refused(folder, file):
    (folder / file).unlink()
    with pytest.raises(ConfigurationError, match=r"not all of one training.*langnghe train"):
        ShippedBackend(folder=folder)


def test_decisions_of_another_training_are_refused(folder):
    decisions = read_decisions(folder)
    change_one_bias(folder)
    write_decisions(folder, decisions)
    assert ShippedBackend(folder=folder).model != ShippedBackend().model
    shutil.copy(SHIPPED / "decisions.json", folder)
    with pytest.raises(ConfigurationError, match="not all of one training"):
        ShippedBackend(folder=folder)


def test_what_is_written_is_read_with_the_digest_of_the_arrays(folder):
    write_decisions(folder, {"short": {"relevant": {"yes": 0.5}}})
    assert read_decisions(folder) == {"short": {"relevant": {"yes": 0.5}}, ARRAYS: digest(folder)}


def test_the_digest_tells_names_apart(folder):
    before = digest(folder)
    (folder / "stance.npz").rename(folder / "stancf.npz")
    assert digest(folder) != before


@pytest.mark.parametrize("content", ["[]", "{", ""])
def test_damaged_decisions_are_a_clear_error(folder, content):
    (folder / "decisions.json").write_text(content)
    with pytest.raises(ConfigurationError, match=r"decisions\.json.*langnghe train"):
        read_decisions(folder)


def test_weights_of_common_features_are_written_in_finer_steps(tmp_path):
    """A weight is off by half a step at most, and a step is as much larger as the feature is rarer."""
    vocabulary = Vocabulary(["wa", "wb", "wc"], np.array([1.0, 4.0, 10.0], np.float32))
    steps = step_sizes(vocabulary)
    assert np.allclose(steps[1:] / steps[:-1], np.exp(FINER * np.array([3, 6])))
    weights = np.random.default_rng(2).standard_normal((3, 400)).astype(np.float32)
    save_linear(tmp_path / "it.npz", Linear([f"h:{n}" for n in range(400)], weights, np.zeros(400, np.float32)), steps)
    off = np.abs(load_linear(tmp_path / "it.npz", steps).weights - weights)
    largest = (np.abs(weights) / steps[:, None]).max(axis=0) / 127
    assert (off <= steps[:, None] * largest / 2 + 1e-6).all()
    assert off[0].mean() < off[1].mean() < off[2].mean()


def test_weights_of_another_vocabulary_are_refused(folder):
    with pytest.raises(ConfigurationError, match="another number of features"):
        load_linear(folder / "stance.npz", steps_of(folder)[1:])
