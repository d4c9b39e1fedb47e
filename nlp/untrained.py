"""Topics that no model has been trained with: they are found by their words until one is."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from langnghe.config_files import default_config_dir, load
from langnghe.documents import AnnotationRequest
from langnghe.labels import Label
from nlp.backends import Backend, Prediction
from nlp.concepts import ConceptFinder, Concepts, load_concepts
from nlp.tokens import load_tokeniser

SCORE = 0.5
"""What a label that stands on words alone says of how sure it is."""


class WithLexicon:
    """A backend whose predictions know the untrained topics too."""

    def __init__(self, backend: Backend, untrained: Sequence[Label], config_dir: Path | None = None) -> None:
        self._backend, self._untrained = backend, untrained
        self._concepts: ConceptFinder = load_concepts(config_dir)
        self._tokenise = load_tokeniser(config_dir)
        # Another list of words is another model: what was annotated before is annotated anew.
        words = load((config_dir or default_config_dir()) / "lexicon" / "concepts.yaml", Concepts).concepts
        told = hashlib.sha256(repr([(label.id, words.get(label.id)) for label in untrained]).encode()).hexdigest()[:4]
        self.model = f"{backend.model}-{told}"

    def predict(self, requests: list[AnnotationRequest]) -> list[Prediction]:
        """A prediction for each text, in order."""
        return [self._completed(*pair) for pair in zip(requests, self._backend.predict(requests), strict=True)]

    def _completed(self, request: AnnotationRequest, prediction: Prediction) -> Prediction:
        text = f"{request.title or ''}\n{request.text}"
        said = {match.value for match in self._concepts.find(self._tokenise(text))}
        for label in self._untrained:
            head = "subtopics" if label.parent else "topics"
            prediction.probabilities[head][label.id] = SCORE if label.id in said else 0.0
            if label.id in said:
                prediction.chosen[head].append(label.id)
        return prediction


def with_lexicon(backend: Backend, labels: Sequence[Label], trained: frozenset[str], config_dir: Path | None = None) -> Backend:
    """The backend, which finds topics that it was not trained with by their words."""
    untrained = [label for label in labels if label.id not in trained]
    return WithLexicon(backend, untrained, config_dir) if untrained else backend
