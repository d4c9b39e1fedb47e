"""What everybody says of the insurances, whatever happens: how usual phrases are, and those that never tell what is new."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from langnghe.errors import ConfigurationError
from langnghe.folding import canonical, fold

USUAL_FILE = "usual_phrases.txt"


class FunctionWords(BaseModel):
    """``config/lexicon/function_words.yaml``."""

    model_config = ConfigDict(extra="forbid")

    words: list[str]


class EmptyPhrases(BaseModel):
    """``config/lexicon/empty_phrases.yaml``."""

    model_config = ConfigDict(extra="forbid")

    phrases: list[str]


class Usual(NamedTuple):
    """A phrase of the table: as it is written, and the part of the texts that hold it."""

    written: str
    share: float


def _lexicon() -> Path:
    return default_config_dir() / "lexicon"


@cache
def function_words() -> frozenset[str]:
    """Words with which no telling phrase begins or ends."""
    return frozenset(map(canonical, load(_lexicon() / "function_words.yaml", FunctionWords).words))


@cache
def empty_phrases() -> frozenset[str]:
    """Phrases that tell nothing, without their marks."""
    return frozenset(map(fold, load(_lexicon() / "empty_phrases.yaml", EmptyPhrases).phrases))


@cache
def usual_phrases(path: Path | None = None) -> dict[str, Usual]:
    """How usual phrases are in texts about the insurances, by the phrase without its marks.

    Raises:
        ConfigurationError: naming file and line of what is no share and phrase.
    """
    path = path or _lexicon() / USUAL_FILE
    found: dict[str, Usual] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        share, _, written = line.partition("\t")
        try:
            found[fold(written)] = Usual(written, float(share))
        except ValueError:
            raise ConfigurationError(f"{path}:{number}: {line[:60]!r}", "Write a share, a tabulator and a phrase.") from None
    return found
