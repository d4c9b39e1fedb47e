"""How much an outlet's reach counts: ``weight`` of its file in ``config/sources/``."""

from functools import cache
from pathlib import Path

import yaml

from langnghe.config_files import default_config_dir

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def outlet_weights(config_dir: Path | None = None) -> dict[str, float]:
    """Source → weight, of those whose weight is not 1. Whether the files are right is checked where they are crawled from."""
    weights: dict[str, float] = {}
    for path in (config_dir or default_config_dir()).glob("sources/**/*.yaml"):
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, the fast one where there is one
        except (OSError, ValueError, yaml.YAMLError):
            continue
        if isinstance(content, dict) and isinstance(content.get("weight"), int | float):
            weights[str(content.get("id"))] = float(content["weight"])
    return weights
