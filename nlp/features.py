"""What the linear models see of a text: n-grams of syllables and characters, of its context, concepts of the domain, style."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from langnghe.documents import AnnotationRequest
from nlp.concepts import ConceptFinder, load_concepts
from nlp.tokens import Tokens, load_tokeniser

BLOCKS = ("w", "f", "c", "x", "l", "y", "s")
"""w: syllables as written, f: without marks, c: characters, x: context, l: concepts, y: concepts of the context, s: style."""

CHARACTERS = (2, 5)
"""Shortest and longest character n-gram within a syllable."""


@lru_cache(maxsize=65536)
def _characters(syllable: str) -> tuple[str, ...]:
    padded, (shortest, longest) = f" {syllable} ", CHARACTERS
    sizes = range(shortest, min(longest, len(padded)) + 1)
    return tuple(f"c{padded[i : i + n]}" for n in sizes for i in range(len(padded) - n + 1))


def _grams(prefix: str, tokens: list[str], longest: int) -> Iterable[str]:
    for n in range(1, longest + 1):
        for i in range(len(tokens) - n + 1):
            yield prefix + " ".join(tokens[i : i + n])


def _length_class(tokens: Tokens) -> str:
    return f"sl{min(len(tokens.exact).bit_length(), 9)}"


def _style(request: AnnotationRequest, text: Tokens) -> Iterable[str]:
    yield f"sk{request.kind}"
    yield _length_class(text)
    yield f"st{bool(request.title)}"
    yield f"sx{bool(request.context)}"
    if text.exact:
        yield f"se{text.exact[-1]}"
        yield f"sb{' '.join(text.folded[:2])}"


def _concepts(prefix: str, text: Tokens, concepts: ConceptFinder) -> Iterable[str]:
    return (prefix + match.value for match in concepts.find(text))


class FeatureReader:
    """Reads the features of texts."""

    def __init__(self, config_dir: Path | None = None) -> None:
        self._tokenise, self._concepts = load_tokeniser(config_dir), load_concepts(config_dir)

    def __call__(self, request: AnnotationRequest) -> dict[str, list[str]]:
        """Features of a text by block; a feature begins with the letter of its block and may stand several times."""
        text = self._tokenise(f"{request.title}\n{request.text}" if request.title else request.text)
        context = self._tokenise(request.context) if request.context else None
        return {
            "w": list(_grams("w", text.exact, 2)),
            "f": list(_grams("f", text.folded, 3)),
            "c": [gram for token in text.folded for gram in _characters(token)],
            "x": list(_grams("x", context.folded, 2)) if context else [],
            "l": list(_concepts("l", text, self._concepts)),
            "y": list(_concepts("y", context, self._concepts)) if context else [],
            "s": list(_style(request, text)),
        }
