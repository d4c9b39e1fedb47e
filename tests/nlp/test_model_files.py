"""Model files of one training are taken, those of two are refused."""

import shutil

import pytest

from langnghe.errors import ConfigurationError
from nlp.backends.shipped import SHIPPED, ShippedBackend
from nlp.linear import Linear, Vocabulary, load_linear, load_vocabulary, save_linear, save_vocabulary
from nlp.model_files import ARRAYS, digest, read_decisions, require_together, write_decisions


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "models")


def change_one_bias(folder) -> None:
    """What another training could have left: a file that can be read, with other numbers."""
    model = load_linear(folder / "stance.npz")
    save_linear(folder / "stance.npz", model._replace(bias=model.bias + 1))


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
        model = load_linear(folder / file)
        save_linear(folder / file, Linear(model.labels[1:], model.weights[:, 1:], model.bias[1:]))
    with pytest.raises(ConfigurationError, match="not all of one training"):
        ShippedBackend(folder=folder)


def test_a_missing_file_is_refused(folder):
    (folder / "people.npz").unlink()
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
