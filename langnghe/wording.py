"""Words that people read, by key and language, from ``config/wording/<language>/*.yaml``."""

from functools import cache
from pathlib import Path
from typing import Any

from langnghe.config_files import default_config_dir, read_yaml
from langnghe.errors import ConfigurationError

LANGUAGES = ("vi", "en")


class Wording:
    """One language's catalogue: ``words("case.due", days=3)``."""

    def __init__(self, language: str, entries: dict[str, str]) -> None:
        self.language = language
        self.entries = entries

    def __call__(self, key: str, **values: Any) -> str:
        """The entry ``key`` with its ``{names}`` filled in."""
        if key not in self.entries:
            raise ConfigurationError(f"wording {self.language} has no entry {key!r}", f"Add it to config/wording/{self.language}/.")
        return self.entries[key].format(**values) if values else self.entries[key]

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the language writes it: ``1.234,5`` in Vietnamese."""
        text = f"{value:,.{decimals}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text


@cache
def load_wording(language: str = "vi", config_dir: Path | None = None) -> Wording:
    """The catalogue of ``language``, all of its files joined."""
    folder = (config_dir or default_config_dir()) / "wording" / language
    entries: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        content, _ = read_yaml(path)
        for key, text in (content or {}).items():
            if key in entries or not isinstance(text, str):
                raise ConfigurationError(f"{path}: {key} stands twice or is no text", "Give every key one text.")
            entries[key] = text
    if not entries:
        raise ConfigurationError(f"{folder} holds no wording", f"Use one of: {', '.join(LANGUAGES)}.")
    return Wording(language, entries)
