import pytest

from langnghe.settings import Settings
from nlp.annotator import load_annotator
from nlp.evaluation import judge
from nlp.floors import FLOORS, load_floors, raised, save_floors
from nlp.labelled import ROUNDS, load_labelled, split
from nlp.measures import Figure, measure


@pytest.mark.parametrize("name", list(ROUNDS))
def test_the_shipped_models_reach_every_floor(name, tmp_path):
    rows = split(load_labelled()).tests[name]
    figures = {name: figure.value for name, figure in measure(judge(load_annotator(Settings(data_dir=tmp_path)), rows), 0).items()}
    floors = load_floors(f"{name}_test")
    assert floors.keys() == figures.keys()
    too_low = {name: (figures[name], floor) for name, floor in floors.items() if figures[name] < floor}
    assert not too_low


def sure(value: float) -> Figure:
    """What many texts measured."""
    return Figure(value, value - 0.002, value + 0.002)


def test_a_floor_only_rises():
    assert raised({"a": 0.8, "b": 0.5}, {"a": sure(0.7), "c": sure(0.9)}) == {"a": 0.8, "b": 0.5, "c": 0.89}
    assert raised({"a": 0.8}, {"a": sure(0.9)})["a"] == 0.89


def test_a_floor_stays_about_a_standard_error_below_what_few_texts_measured():
    assert raised({}, {"a": Figure(0.9, 0.82, 0.96)}) == {"a": 0.86}
    assert raised({"a": 0.88}, {"a": Figure(0.9, 0.82, 0.96)}) == {"a": 0.88}


def test_floors_are_written_without_touching_those_of_other_parts(tmp_path):
    path = tmp_path / "floors.toml"
    path.write_text(FLOORS.read_text(encoding="utf-8"), encoding="utf-8")
    others = path.read_text(encoding="utf-8").partition("[search]")[2]
    save_floors({"relevance_f1": 0.95, "topics_micro_f1": 0.8}, path=path)
    assert load_floors(path=path) == {"relevance_f1": 0.95, "topics_micro_f1": 0.8}
    assert others
    assert path.read_text(encoding="utf-8").partition("[search]")[2] == others
    save_floors({"a": 0.5}, "fresh_test", tmp_path / "new.toml")
    assert load_floors("fresh_test", tmp_path / "new.toml") == {"a": 0.5}
    assert load_floors("frozen_test", tmp_path / "new.toml") == {}
