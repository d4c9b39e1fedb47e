"""The shipped models' folder: arrays in ``*.npz``, and ``decisions.json``, which says of which arrays it was made."""

import hashlib
import json
from pathlib import Path
from typing import Any

from langnghe.errors import ConfigurationError

DECISIONS = "decisions.json"
ARRAYS = "arrays"
"""Where the decisions keep the digest of the arrays that they were made for."""
REMEDY = "Restore the model files, or build them with: langnghe train."


def digest(folder: Path) -> str:
    """Sixteen digits that change with any of the arrays."""
    content = hashlib.sha256()
    for path in sorted(folder.glob("*.npz")):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]


def write_decisions(folder: Path, decisions: dict[str, Any]) -> None:
    """Write the decisions for the arrays that stand in the folder."""
    content = json.dumps(decisions | {ARRAYS: digest(folder)}, indent=1, sort_keys=True)
    (folder / DECISIONS).write_text(content + "\n", encoding="utf-8")


def read_decisions(folder: Path) -> dict[str, Any]:
    """What :func:`write_decisions` wrote.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    path = folder / DECISIONS
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}", REMEDY) from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: these are no decisions", REMEDY)
    return content


def require_together(folder: Path, decisions: dict[str, Any]) -> None:
    """Refuse files of two trainings: each can be read, and together they say nothing.

    Raises:
        ConfigurationError: the decisions were made for other arrays than those of the folder, or one of these is missing.
    """
    if decisions.get(ARRAYS) != digest(folder):
        raise ConfigurationError(f"{folder}: the model files are not all of one training, or one of them is damaged", REMEDY)
