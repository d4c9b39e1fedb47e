"""Words that stand for each other, from ``config/lexicon/abbreviations.yaml``: search and annotation read the same file."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import default_config_dir, load


class Equivalents(BaseModel):
    """Ways to write one thing."""

    model_config = ConfigDict(extra="forbid")

    forms: list[str] = Field(min_length=1)
    """Any of them stands for all the others; the first is the shortest usual one."""
    also: list[str] = []
    """Stand for the forms, but mean other things too: they lead to the forms, no form leads to them."""


class Abbreviations(BaseModel):
    """All groups of equivalents."""

    model_config = ConfigDict(extra="forbid")

    abbreviations: list[Equivalents]
    teencode: list[Equivalents] = []


@cache
def load_abbreviations(config_dir: Path | None = None) -> Abbreviations:
    """The abbreviations of a configuration folder (None: the one that came with the program)."""
    return load((config_dir or default_config_dir()) / "lexicon" / "abbreviations.yaml", Abbreviations)
