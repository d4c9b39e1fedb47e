"""The backend that comes with the program: linear models, numpy alone, no download."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from nlp.backends import Prediction
from nlp.features import FeatureReader
from nlp.heads import Head, heads
from nlp.linear import Floats, Linear, joint, load_linear, load_vocabulary

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "shipped"
VERSION = "1"
"""Changes with features, lexicons aside, so that stored annotations are made anew."""


def _decisions(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}", "Restore the model files, or build them with: langnghe train.") from None
    return content


def _digest(folder: Path) -> str:
    """Eight digits that change with the model files."""
    content = hashlib.sha256()
    for path in [*sorted(folder.glob("*.npz")), folder / "decisions.json"]:
        content.update(path.read_bytes())
    return content.hexdigest()[:8]


class ShippedBackend:
    """Linear models over n-grams and concepts of the domain."""

    def __init__(self, config_dir: Path | None = None, folder: Path = SHIPPED) -> None:
        self._read = FeatureReader(config_dir)
        self._heads = heads(load_labels(config_dir))
        self._decisions = _decisions(folder / "decisions.json")
        self._vocabulary = load_vocabulary(folder / "vocabulary.npz")
        self._models = [(recipe, _side_by_side([load_linear(folder / f"{name}.npz") for name in names])) for recipe, names in self._files()]
        self._place = {label: place for place, label in enumerate(label for _, model in self._models for label in model.labels)}
        self.model = f"shipped-{VERSION}-{_digest(folder)}"

    def _files(self) -> list[tuple[str, list[str]]]:
        """Model files by the recipe that they were learned with."""
        recipes = dict.fromkeys(head.recipe for head in self._heads)
        return [(recipe, list(dict.fromkeys(head.file for head in self._heads if head.recipe == recipe))) for recipe in recipes]

    def predict(self, requests: list[AnnotationRequest]) -> list[Prediction]:
        """A prediction for each text, in order."""
        return [self._predict(request) for request in requests]

    def _predict(self, request: AnnotationRequest) -> Prediction:
        vectors = self._vocabulary.vectors(self._read(request))
        lengths = self._decisions["lengths"]
        found = np.concatenate([model.probabilities(joint(vectors, lengths[recipe])) for recipe, model in self._models])
        probabilities, chosen = {}, {}
        for head in self._heads:
            probabilities[head.name], chosen[head.name] = self._decide(head, found)
        return Prediction(probabilities, chosen, [])

    def _decide(self, head: Head, all_probabilities: Floats) -> tuple[dict[str, float], list[str]]:
        found = {label: float(all_probabilities[self._place[f"{head.name}:{label}"]]) for label in head.labels}
        decisions = self._decisions[head.name]
        if head.choice == "any":
            chosen = [label for label, p in found.items() if p >= decisions[label]]
            return found, sorted(chosen, key=lambda label: -found[label])
        total = sum(found.values()) or 1.0
        found = {label: p / total for label, p in found.items()}
        return found, [max(found, key=lambda label: found[label] * decisions[label])]


def _side_by_side(models: list[Linear]) -> Linear:
    labels = [label for model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for m in models], axis=1), np.concatenate([m.bias for m in models]))
