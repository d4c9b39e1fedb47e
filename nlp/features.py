"""What the linear models see of a text: n-grams of syllables and characters, of its context, concepts of the domain, style."""

from collections.abc import Iterable
from functools import lru_cache

from langnghe.documents import AnnotationRequest
from nlp.concepts import ConceptFinder
from nlp.tokens import Tokeniser, Tokens

BLOCKS = ("w", "f", "c", "x", "s")
"""w: syllables as written, f: without marks, c: characters, x: context, s: style. Each is scaled to length 1 by itself."""

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


def features(request: AnnotationRequest, tokenise: Tokeniser, concepts: ConceptFinder) -> dict[str, list[str]]:
    """Features of a text by block; a feature begins with the letter of its block and may stand several times."""
    text = tokenise(f"{request.title}\n{request.text}" if request.title else request.text)
    context = tokenise(request.context) if request.context else None
    return {
        "w": list(_grams("w", text.exact, 2)),
        "f": list(_grams("f", text.folded, 3)),
        "c": [gram for token in text.folded for gram in _characters(token)],
        "x": list(_grams("x", context.folded, 2)) if context else [],
        "l": list(_concepts("l", text, concepts)),
        "y": list(_concepts("y", context, concepts)) if context else [],
        "s": list(_style(request, text)),
    }
