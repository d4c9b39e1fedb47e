"""Where an installation's own models live: beside its record, in place of the shipped ones once they are better."""

import json
import shutil
from pathlib import Path

from langnghe.errors import ConfigurationError
from langnghe.settings import Settings
from nlp.backends.shipped import SHIPPED, VERSION

_CURRENT = "current.json"


def learned_dir(settings: Settings) -> Path:
    """Folder of the models that were learned here, one folder each."""
    return settings.data_dir / "models" / "learned"


def models_folder(settings: Settings) -> Path:
    """The models in use: those that were learned here and adopted last, else the shipped ones.

    Models that an older program learned don't fit the features of this one: the shipped ones are used until `langnghe train` has run again.

    Raises:
        ConfigurationError: the adopted models are gone.
    """
    path = learned_dir(settings) / _CURRENT
    if not path.is_file():
        return SHIPPED
    current: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    if current["version"] != VERSION:
        return SHIPPED
    folder = learned_dir(settings) / current["folder"]
    if not folder.is_dir():
        raise ConfigurationError(f"{path} names {folder.name}, which is gone", f"Restore it, or remove {path} for the shipped models.")
    return folder


def adopt(settings: Settings, candidate: Path, name: str) -> Path:
    """Make a candidate the models in use; the ones before stay beside it, so that a step back is possible."""
    folder = learned_dir(settings) / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.move(candidate, folder)
    draft = folder.parent / f"{_CURRENT}.new"
    draft.write_text(json.dumps({"folder": name, "version": VERSION}) + "\n", encoding="utf-8")
    draft.replace(folder.parent / _CURRENT)
    return folder
