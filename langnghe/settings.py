"""Settings: one file (``LANGNGHE_CONFIG``, YAML) and the environment (``LANGNGHE_CRAWL__PROXY=...``), which wins."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import AwareDatetime, Field, PrivateAttr, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError
from yaml.nodes import Node

from langnghe.config_edits import effective_config_dir
from langnghe.config_files import default_config_dir, line_of, read_yaml
from langnghe.errors import ConfigurationError
from langnghe.setting_groups import (
    MIN_DELAY,
    AlertSettings,
    BackupSettings,
    CrawlSettings,
    DashboardSettings,
    EndpointSettings,
    IndexSettings,
    LogSettings,
    MailSettings,
    NlpSettings,
    Section,
    WorkerSettings,
    secret_of,
)

__all__ = [
    "MIN_DELAY",
    "AlertSettings",
    "BackupSettings",
    "CrawlSettings",
    "DashboardSettings",
    "EndpointSettings",
    "IndexSettings",
    "LogSettings",
    "MailSettings",
    "NlpSettings",
    "Section",
    "Settings",
    "WorkerSettings",
    "load_settings",
    "with_edits",
]


class Settings(BaseSettings):
    """All settings, with defaults for one small machine."""

    model_config = SettingsConfigDict(env_prefix="LANGNGHE_", env_nested_delimiter="__", extra="forbid")

    data_dir: Path = Field(default_factory=lambda: user_data_path("langnghe"))
    """Folder that holds the record, the embedded index and all else that is written."""
    config_dir: Path = Field(default_factory=default_config_dir)
    record_url: str | None = None
    """SQLAlchemy URL of the record; None: SQLite in ``data_dir``."""
    record_url_file: Path | None = None
    """File that holds ``record_url``, for it names a password."""
    now: AwareDatetime | None = None
    """What the clock is set to when a program starts, with an offset; None: the machine's own time. The demo sets it to its day 0."""
    language: Literal["vi", "en"] = "vi"
    crawl: CrawlSettings = CrawlSettings()
    index: IndexSettings = IndexSettings()
    nlp: NlpSettings = NlpSettings()
    alerts: AlertSettings = AlertSettings()
    workers: WorkerSettings = WorkerSettings()
    mail: MailSettings = MailSettings()
    dashboard: DashboardSettings = DashboardSettings()
    endpoints: EndpointSettings = EndpointSettings()
    backup: BackupSettings = BackupSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which is passed as keyword arguments."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _secret_from_file(self) -> "Settings":
        if self.record_url_file is not None and self.record_url is None:
            self.record_url = secret_of(self.record_url_file)
        return self

    _base_config_dir: Path | None = PrivateAttr(None)

    @property
    def base_config_dir(self) -> Path:
        """The folder of configuration without what administrators edited (:mod:`langnghe.config_edits`)."""
        return self._base_config_dir or self.config_dir

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the record."""
        return self.record_url or f"sqlite:///{self.data_dir / 'record.sqlite'}"

    @property
    def backup_dir(self) -> Path:
        """Folder of the backups."""
        return self.backup.folder or self.data_dir / "backups"

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded index."""
        return self.data_dir / "index"


@dataclass(frozen=True)
class _File:
    """The settings file: its name (None: there is none), what it says, and the nodes that know the lines."""

    name: str | None = None
    content: dict[str, Any] = field(default_factory=dict)
    tree: Node | None = None


def _settings_file() -> _File:
    name = os.environ.get("LANGNGHE_CONFIG")
    if not name:
        return _File()
    if not Path(name).exists() or Path(name).is_dir():
        what = "is a folder" if Path(name).is_dir() else "does not exist"
        raise ConfigurationError(f"the settings file {name} {what}", "Correct LANGNGHE_CONFIG.")
    content, tree = read_yaml(Path(name))
    if content is None:
        return _File(name)
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ConfigurationError(f"{name}: expected 'name: value' lines", "See README.md for an example.")
    return _File(name, content, tree)


def _variables() -> list[str]:
    return sorted(name for name in os.environ if name.upper().startswith("LANGNGHE_"))


def _overlaps(variable: str, steps: Sequence[int | str]) -> bool:
    """Whether a variable sets the setting at ``steps``, a group that holds it, or a part of it."""
    given = variable.upper().removeprefix("LANGNGHE_").split("__")
    return all(one == str(other).upper() for one, other in zip(given, steps, strict=False))


def _wrong(error: ValidationError, file: _File) -> ConfigurationError:
    first = error.errors()[0]
    steps = first["loc"]
    where, more = ".".join(map(str, steps)), f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    problem = f"{where}: {first['msg']}{more}"
    if variables := [name for name in _variables() if _overlaps(name, steps)]:
        also = f", or {where} in {file.name}" if file.name else ""
        return ConfigurationError(f"setting {problem}", f"Correct {' or '.join(variables)} of the environment{also}.")
    if steps and steps[0] in file.content:
        return ConfigurationError(f"{file.name}:{line_of(file.tree, steps)}: {problem}", f"Correct {where} there.")
    return ConfigurationError(f"setting {problem}", "Correct it in the settings file or in LANGNGHE_* of the environment.")


def _is_unreadable(variable: str) -> bool:
    """Whether a variable alone can't be taken apart: text where JSON is expected."""
    source = EnvSettingsSource(Settings)
    source.env_vars = {variable.lower(): os.environ[variable]}
    try:
        source()
    except SettingsError:
        return True
    return False


def load_settings(**overrides: Any) -> Settings:
    """Settings from the file that ``LANGNGHE_CONFIG`` names, the environment, and ``overrides``, the last winning.

    Raises:
        ConfigurationError: naming the setting, where it stands and what is wrong with it.
    """
    file = _settings_file()
    try:
        settings = Settings(**file.content)
    except ValidationError as error:
        raise _wrong(error, file) from None
    except SettingsError as error:
        names = ", ".join(filter(_is_unreadable, _variables()))
        raise ConfigurationError(f"{names or error} of the environment is no JSON", 'Write a group as JSON: {"name": "value"}.') from None
    settings = settings.model_copy(update=overrides) if overrides else settings
    return with_edits(settings)


def with_edits(settings: Settings) -> Settings:
    """The settings with the folder of configuration in which what administrators have edited by now is laid over the files."""
    base = settings.base_config_dir
    effective = effective_config_dir(base, settings.data_dir)
    if effective == settings.config_dir:
        return settings
    edited = settings.model_copy(update={"config_dir": effective})
    edited._base_config_dir = base
    return edited
