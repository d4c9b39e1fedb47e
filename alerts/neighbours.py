"""Which provinces of today border each other, from ``config/neighbours.yaml``."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.errors import ConfigurationError
from langnghe.places import load_places

Borders = dict[str, frozenset[str]]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    neighbours: dict[str, list[str]]


@cache
def load_borders(config_dir: Path | None = None) -> Borders:
    """Province → its neighbours, by codes of today, both ways; a folder without the file knows none."""
    path, places = (config_dir or default_config_dir()) / "neighbours.yaml", load_places(config_dir)
    borders: dict[str, set[str]] = {province.id: set() for province in places.of_34}

    def code_of(name: str) -> str:
        found = places.by_name(name)
        if found is None or not found.is_of_today:
            raise ConfigurationError(f"{path}: there is no province {name!r} of today", "Use the names of provinces34.json.")
        return found.id

    for name, others in load(path, _File).neighbours.items() if path.exists() else ():
        for here, there in ((code_of(name), code_of(other)) for other in others):
            borders[here].add(there)
            borders[there].add(here)
    return {code: frozenset(found) for code, found in borders.items()}


def touch(some: Iterable[str], others: Iterable[str], borders: Borders) -> bool:
    """Whether two sets of provinces share one or border each other."""
    there = set(others)
    return any(code in there or borders.get(code, frozenset()) & there for code in some)
