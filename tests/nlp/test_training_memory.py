"""Learning says how much memory it takes before it takes it."""

import pytest

from langnghe.errors import Unavailable
from langnghe.labels import load_labels
from nlp.build import build
from nlp.features import FeatureReader
from nlp.labelled import load_labelled, split
from nlp.training_memory import memory_needed, require_memory


@pytest.fixture(scope="module")
def texts():
    return split(load_labelled()).training


def test_all_labelled_texts_need_what_was_measured_and_few_need_little(texts):
    assert 4e9 < memory_needed(texts) < 6e9
    assert memory_needed(texts[:1000]) < 0.2e9


def test_what_the_machine_cannot_finish_is_refused_with_figures_and_a_remedy(texts, monkeypatch):
    monkeypatch.setattr("nlp.training_memory.memory_available", lambda: 2_000_000_000)
    with pytest.raises(Unavailable, match=r"GB of memory, 2\.0 are free"):
        require_memory(texts)
    require_memory(texts[:2000])


def test_where_the_system_does_not_say_learning_starts(texts, monkeypatch):
    monkeypatch.setattr("nlp.training_memory.memory_available", lambda: None)
    require_memory(texts)


def test_a_refused_training_leaves_the_models_as_they_were(texts, monkeypatch, tmp_path):
    monkeypatch.setattr("nlp.training_memory.memory_available", lambda: 1_000)
    with pytest.raises(Unavailable):
        build(texts[:50], load_labels(), FeatureReader(), tmp_path / "models")
    assert not (tmp_path / "models").exists()
