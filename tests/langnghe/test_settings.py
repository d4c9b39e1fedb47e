import pytest

from langnghe.errors import ConfigurationError
from langnghe.record.database import open_record
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


def refusal(monkeypatch, **environment) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_the_environment_says_wrongly_is_one_line_that_names_the_variable(monkeypatch):
    assert "LANGNGHE_NOW" in refusal(monkeypatch, LANGNGHE_NOW="2026-11-20T08:00:00")
    monkeypatch.delenv("LANGNGHE_NOW")
    monkeypatch.setenv("LANGNGHE_MAIL__HOST", "mail.example")
    said = refusal(monkeypatch, LANGNGHE_MAIL__SUBSCRIBERS="abc")
    assert "LANGNGHE_MAIL__SUBSCRIBERS" in said
    assert "LANGNGHE_MAIL__HOST" not in said


def test_a_record_url_that_is_none_is_refused_without_its_password(settings):
    for url in ("foo", "nothing://user:hunter2@host/name"):
        with pytest.raises(ConfigurationError, match="record_url") as error:
            open_record(settings.model_copy(update={"record_url": url}))
        assert "hunter2" not in str(error.value)


def test_a_settings_file_that_is_a_folder_or_missing_has_a_remedy_of_its_own(tmp_path, monkeypatch):
    assert "is a folder. Correct LANGNGHE_CONFIG." in refusal(monkeypatch, LANGNGHE_CONFIG=str(tmp_path))
    assert "does not exist. Correct LANGNGHE_CONFIG." in refusal(monkeypatch, LANGNGHE_CONFIG=str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("language: en\nname: \x07\n", "langnghe.yaml:2: a control character"),
        ("language: en\nmail:\n  host: a\n  port: many\n", "langnghe.yaml:4: mail.port: "),
        (
            "language: en\nmail:\n  subscribers:\n    a@b.example: national\n    c@d.example: 63-40\n",
            "langnghe.yaml:5: mail.subscribers.c@d",
        ),
        ("language: en\ncrawl: {min_delay: 1}\n", "langnghe.yaml:2: crawl: "),
        ("language: en\nlangauge: vi\n", "langnghe.yaml:2: langauge: "),
        ("day: 2026-13-40\n", "langnghe.yaml: "),
        ("1: 2\n", "expected 'name: value' lines"),
    ],
)
def test_what_the_file_says_wrongly_is_named_with_file_line_and_field(tmp_path, monkeypatch, content, said):
    (tmp_path / "langnghe.yaml").write_text(content, encoding="utf-8")
    assert said in refusal(monkeypatch, LANGNGHE_CONFIG=str(tmp_path / "langnghe.yaml"))


def test_what_the_environment_overrides_is_not_blamed_on_the_file(tmp_path, monkeypatch):
    (tmp_path / "langnghe.yaml").write_text("mail:\n  port: 25\n")
    said = refusal(monkeypatch, LANGNGHE_CONFIG=str(tmp_path / "langnghe.yaml"), LANGNGHE_MAIL__PORT="many")
    assert "Correct LANGNGHE_MAIL__PORT" in said
    assert "langnghe.yaml:" not in said


def test_subscribers_belong_to_the_national_desk_or_to_a_province_of_today(monkeypatch):
    assert "mail.subscribers.a@b.example" in refusal(monkeypatch, LANGNGHE_MAIL__SUBSCRIBERS='{"a@b.example": "Nghe An"}')
    monkeypatch.setenv("LANGNGHE_MAIL__SUBSCRIBERS", '{"a@b.example": "34-40", "c@d.example": "national"}')
    assert len(load_settings().mail.subscribers) == 2
