import pytest

from langnghe.errors import ConfigurationError
from langnghe.settings import load_settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("LANGNGHE_CONFIG", raising=False)
    monkeypatch.delenv("LANGNGHE_DATA_DIR", raising=False)


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "langnghe.yaml").write_text("language: en\ndata_dir: /from/file\n")
    monkeypatch.setenv("LANGNGHE_CONFIG", str(tmp_path / "langnghe.yaml"))
    monkeypatch.setenv("LANGNGHE_DATA_DIR", str(tmp_path))
    settings = load_settings()
    assert (settings.language, settings.data_dir) == ("en", tmp_path)


def test_impolite_crawling_is_accepted_only_on_recorded_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("LANGNGHE_CRAWL__MIN_DELAY", "0")
    with pytest.raises(ConfigurationError, match=r"crawl.*recorded sources"):
        load_settings()
    monkeypatch.setenv("LANGNGHE_CRAWL__PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("LANGNGHE_CRAWL__CA_FILE", str(tmp_path / "ca.pem"))
    assert load_settings().crawl.min_delay == 0


def test_an_unknown_setting_is_an_error_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "langnghe.yaml").write_text("langauge: en\n")
    monkeypatch.setenv("LANGNGHE_CONFIG", str(tmp_path / "langnghe.yaml"))
    with pytest.raises(ConfigurationError, match="langauge"):
        load_settings()


def test_broken_yaml_is_an_error_that_names_file_and_line(tmp_path, monkeypatch):
    (tmp_path / "langnghe.yaml").write_text("language: en\ncrawl: [\n")
    monkeypatch.setenv("LANGNGHE_CONFIG", str(tmp_path / "langnghe.yaml"))
    with pytest.raises(ConfigurationError, match=r"langnghe\.yaml:\d+"):
        load_settings()


def test_secrets_are_not_printed(monkeypatch):
    monkeypatch.setenv("LANGNGHE_MAIL__PASSWORD", "hunter2")
    assert "hunter2" not in repr(load_settings())
