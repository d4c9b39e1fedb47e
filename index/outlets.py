"""Outlets by how much their reach counts, as ``config/sources/`` says."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir


class _Source(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    weight: float = 1.0


@cache
def _weights(config_dir: Path | None) -> dict[str, float]:
    folder = (config_dir or default_config_dir()) / "sources"
    # A hundred files: the parser written in C takes a tenth of a second, the other one second.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = [yaml.load(path.read_text(encoding="utf-8"), Loader=loader) for path in sorted(folder.rglob("*.yaml"))]  # noqa: S506 - both are safe
    sources = [_Source.model_validate(content) for content in read if isinstance(content, dict) and "id" in content and "kind" in content]
    return {source.id: source.weight for source in sources}


def sources_of_weight(least: float, config_dir: Path | None = None) -> set[str]:
    """Ids of the sources whose reach counts at least so much."""
    return {source for source, weight in _weights(config_dir).items() if weight >= least}
