"""Concepts of the domain (``config/lexicon/concepts.yaml``) that a text speaks of."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from langnghe.config_files import default_config_dir, load
from nlp.phrase_table import Match, PhraseTable
from nlp.tokens import Tokeniser, Tokens, load_tokeniser

WILDCARD = "*"


class Concepts(BaseModel):
    """``config/lexicon/concepts.yaml``: phrases of each concept, parted by commas."""

    model_config = ConfigDict(extra="forbid")

    concepts: dict[str, str]


class ConceptFinder:
    """Finds concepts by their phrases, which are read like texts: teencode and abbreviations are resolved in both."""

    def __init__(self, concepts: Concepts, tokenise: Tokeniser) -> None:
        self._table: PhraseTable[str] = PhraseTable()
        for name, phrases in concepts.concepts.items():
            for phrase in {self._tokens(phrase, tokenise) for phrase in phrases.split(",")}:
                self._table.add(phrase, name)

    @staticmethod
    def _tokens(phrase: str, tokenise: Tokeniser) -> tuple[str, ...]:
        parts = [tokenise.marked(part) for part in phrase.split(WILDCARD)]
        joined = parts[0]
        for part in parts[1:]:
            joined = [*joined, WILDCARD, *part]
        return tuple(joined)

    def find(self, tokens: Tokens) -> list[Match[str]]:
        """Every phrase of the text with its concept, overlapping ones included."""
        return list(self._table.all_matches(tokens.exact, tokens.folded, tokens.plain))


@cache
def load_concepts(config_dir: Path | None = None) -> ConceptFinder:
    """The concepts of a configuration folder (None: the one that came with the program)."""
    path = (config_dir or default_config_dir()) / "lexicon" / "concepts.yaml"
    return ConceptFinder(load(path, Concepts), load_tokeniser(config_dir))
