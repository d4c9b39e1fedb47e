import pytest
from pydantic import BaseModel

from langnghe.config_files import load
from langnghe.errors import ConfigurationError


class Inner(BaseModel):
    name: str
    number: int


class Outer(BaseModel):
    items: list[Inner]


def test_an_error_names_file_line_and_field(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("items:\n  - {name: a, number: 1}\n  - name: b\n    number: many\n")
    with pytest.raises(ConfigurationError, match=r"x\.yaml:4: items\.1\.number.*Correct items\.1\.number"):
        load(path, Outer)


def test_a_missing_field_names_the_line_of_what_lacks_it(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("items:\n  - {name: a, number: 1}\n  - name: b\n")
    with pytest.raises(ConfigurationError, match=r"x\.yaml:3: items\.1\.number"):
        load(path, Outer)


@pytest.mark.parametrize("content", [b"items: [", b"\xff\xfe\x00", b"a: b: c"])
def test_what_is_no_yaml_is_refused_with_the_file(tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"x\.yaml"):
        load(path, Outer)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        load(tmp_path / "x.yaml", Outer)
