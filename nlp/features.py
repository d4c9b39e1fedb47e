"""What the linear models see of a text: n-grams of syllables and characters, of its context, concepts of the domain, style."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from langnghe.documents import AnnotationRequest
from langnghe.labels import load_labels
from nlp.concepts import load_concepts
from nlp.excerpt import Closely, Presence, excerpt
from nlp.tokens import Tokens, load_tokeniser

CHARACTERS = (2, 5)
"""Shortest and longest character n-gram within a syllable."""


@lru_cache(maxsize=65536)
def _characters(syllable: str) -> tuple[str, ...]:
    padded, (shortest, longest) = f" {syllable} ", CHARACTERS
    sizes = range(shortest, min(longest, len(padded)) + 1)
    return tuple(f"c{padded[i : i + n]}" for n in sizes for i in range(len(padded) - n + 1))


def _grams(prefix: str, tokens: list[str], longest: int) -> list[str]:
    return [prefix + " ".join(tokens[i : i + n]) for n in range(1, longest + 1) for i in range(len(tokens) - n + 1)]


def _length_class(tokens: Tokens) -> str:
    return f"sl{min(len(tokens.exact).bit_length(), 9)}"


def _style(kind: str, text: Tokens, titled: bool, in_context: bool) -> list[str]:
    return [
        f"sk{kind}",
        _length_class(text),
        f"st{titled}",
        f"sx{in_context}",
        *([f"se{text.exact[-1]}", f"sb{' '.join(text.folded[:2])}"] if text.exact else []),
    ]


NAMED = frozenset({"bhxh", "bhyt", "bhtn", "vss_office"})
"""Concepts that name the insurance itself."""
ELSEWHERE = frozenset({"private_insurance", "foreign", "job_advert", "spam", "medical_skill", "everyday"})
"""Concepts that speak of something else."""


class Standing(NamedTuple):
    """How a text stands in the domain."""

    named: bool
    """It names the insurance itself."""
    domain: int
    """How many concepts of the domain it has; 4: as many or more."""
    elsewhere: int
    """How many concepts of something else; 3: as many or more."""


Features = dict[str, list[str]]
"""By source; one may stand several times."""


class Parts(NamedTuple):
    """What is read of the parts of a long text."""

    presence: Presence
    lead: Features
    passages: list[Features]


class Reading(NamedTuple):
    """Features of a text, and of its parts where it is long."""

    features: Features
    parts: Parts | None


class FeatureReader:
    """Reads the features of texts, by source.

    A feature's first letter names its kind: w: syllables as written, f: without marks, c: characters, l: concepts, b: concepts, each once,
    s: style; x and y: as f and l, of the context. ``f<x`` and ``l<y`` give the context's features the names that the same words have in the
    text: what is learned of a word in texts helps to read it in titles. ``f<t`` and ``l<t`` count the words of its own title once more.
    """

    def __init__(self, config_dir: Path | None = None) -> None:
        self._tokenise, self._concepts = load_tokeniser(config_dir), load_concepts(config_dir)
        self._domain = frozenset(load_labels(config_dir).by_id)

    def __call__(self, request: AnnotationRequest) -> Reading:
        """What is read of a text."""
        title = self._tokenise(request.title) if request.title else None
        context = self._tokenise(request.context) if request.context else None
        tokens, closely = excerpt(title, self._tokenise.sentences(request.text), self._naming)
        return Reading(self._features(request.kind, tokens, title, context), self._parts(request.kind, closely, title, context))

    def _parts(self, kind: str, closely: Closely | None, title: Tokens | None, context: Tokens | None) -> Parts | None:
        """A passage is read as a text without a title: what it says by itself."""
        if closely is None:
            return None
        passages = [self._features(kind, passage, None, None) for passage in closely.passages]
        return Parts(closely.presence, self._features(kind, closely.lead, title, context), passages)

    def _features(self, kind: str, text: Tokens, title: Tokens | None, context: Tokens | None) -> Features:
        concepts = self._said(text)
        about = self._said(context) if context else []
        standing = self._standing(set(concepts))
        return {
            "w": _grams("w", text.exact, 2),
            "f": _grams("f", text.folded, 3),
            "c": [gram for token in text.folded for gram in _characters(token)],
            "l": ["l" + concept for concept in concepts],
            "b": ["b" + concept for concept in dict.fromkeys(concepts)] + self._anchors(standing, set(concepts), set(about)),
            "s": _style(kind, text, title is not None, context is not None),
            **(_of_context(context, about) if context else {}),
            **(_of_title(title, self._said(title)) if title else {}),
        }

    def _naming(self, tokens: Tokens) -> int:
        """How often a sentence names the insurances."""
        return sum(concept in NAMED for concept in self._said(tokens))

    def _said(self, tokens: Tokens) -> list[str]:
        return [match.value for match in self._concepts.find(tokens)]

    def _standing(self, said: set[str]) -> Standing:
        return Standing(bool(said & NAMED), min(len(said & self._domain), 4), min(len(said & ELSEWHERE), 3))

    def _anchors(self, standing: Standing, said: set[str], about: set[str]) -> list[str]:
        """How firmly a text stands in the domain: by itself, beside what speaks of something else, and beside its context."""
        named, domain, elsewhere = standing
        shared = min(len(said & about & self._domain), 3)
        return [
            f"bnamed {named}",
            f"bdomain {domain}",
            f"belsewhere {elsewhere}",
            f"bshared {shared} {named}",
            f"bbeside {named} {min(domain, 3)} {min(elsewhere, 2)}",
            f"bcontext {named} {bool(about & NAMED)} {bool(about & self._domain)}",
        ]


def _of_context(context: Tokens, concepts: list[str]) -> dict[str, list[str]]:
    return {
        "x": _grams("x", context.folded, 2),
        "y": ["y" + concept for concept in dict.fromkeys(concepts)],
        "f<x": _grams("f", context.folded, 2),
        "l<y": ["l" + concept for concept in concepts],
    }


def _of_title(title: Tokens, concepts: list[str]) -> dict[str, list[str]]:
    return {"f<t": _grams("f", title.folded, 3), "l<t": ["l" + concept for concept in concepts]}
