import pytest

from langnghe.errors import ConfigurationError
from langnghe.wording import LANGUAGES, load_wording


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "wording" / "vi"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text('hello: "Chào {name}"\n', encoding="utf-8")
    return tmp_path


def test_an_entry_is_filled_in(config):
    assert load_wording("vi", config)("hello", name="Lan") == "Chào Lan"


def test_a_missing_entry_says_where_to_add_it(config):
    with pytest.raises(ConfigurationError, match=r"no entry 'bye'.*config/wording/vi"):
        load_wording("vi", config)("bye")


def test_a_key_in_two_files_is_refused(config):
    (config / "wording" / "vi" / "b.yaml").write_text("hello: Xin chào\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="stands twice"):
        load_wording("vi", config)


def test_numbers_are_written_as_the_language_does():
    assert load_wording("vi").number(1234.5, 1) == "1.234,5"
    assert load_wording("en").number(1234.5, 1) == "1,234.5"


def test_both_languages_have_the_same_entries_with_the_same_blanks():
    import string

    def blanks(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    vietnamese, english = (load_wording(language).entries for language in LANGUAGES)
    assert set(vietnamese) == set(english)
    assert [key for key in vietnamese if blanks(vietnamese[key]) != blanks(english[key])] == []
