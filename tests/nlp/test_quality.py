from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.evaluation import evaluate
from nlp.floors import load_floors, raised
from nlp.labelled import load_labelled, split


def test_the_shipped_models_reach_every_floor_on_the_frozen_test(tmp_path):
    _, test = split(load_labelled())
    found = evaluate(load_annotator(Settings(data_dir=tmp_path)), test, resamples=0)
    figures = {name: figure.value for name, figure in found.figures.items()}
    too_low = {name: (figures[name], floor) for name, floor in load_floors().items() if figures[name] < floor}
    assert not too_low


def test_a_floor_only_rises():
    assert raised({"a": 0.8, "b": 0.5}, {"a": 0.7, "c": 0.9}) == {"a": 0.8, "b": 0.5, "c": 0.89}
    assert raised({"a": 0.8}, {"a": 0.9})["a"] == 0.89
