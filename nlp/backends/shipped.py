"""The backend that comes with the program: linear models and small networks, numpy alone, no download."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.clock import vietnam_day
from langnghe.documents import AnnotationRequest, Kind
from langnghe.folding import canonical
from langnghe.labels import load_labels
from nlp.agreement import TOGETHER, reconcile, with_relevance
from nlp.backends import Prediction
from nlp.backends.choosing import chooser
from nlp.features import FeatureReader, Parts
from nlp.heads import Head, heads
from nlp.linear import Floats, Linear, Sparse, joint, load_linear, load_vocabulary, logistic, softmax, step_sizes
from nlp.mixing import FILE, load_mixing
from nlp.model_files import read_decisions, require_together
from nlp.stacking import FILES, corrected, is_stacked, label_names, load_network, of_words
from nlp.views import of_relevance, views, weighed
from nlp.word_network import FILES as FILES_OF_WORDS
from nlp.word_network import load_word_network

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "shipped"
TOPICAL = ("topics", "subtopics")
EVIDENCE = 5
"""Words that are shown as evidence."""
IMPOSSIBLE = -16.0
"""Score of a label that can't hold."""
VERSION = "8"
"""Changes with features (lexicons aside), with the form of the files and with what is done before a decision, so that stored annotations
are made anew, and models that an older program learned are left aside."""


def _fingerprint(decisions: dict[str, Any]) -> str:
    """Eight digits that change with the model files, whose digest the decisions hold."""
    return hashlib.sha256(json.dumps(decisions, sort_keys=True).encode()).hexdigest()[:8]


def _trained(head: Head, decisions: dict[str, Any]) -> Head:
    """The head with the topics that its model knows; one that was added since is found by its words (:mod:`nlp.untrained`)."""
    if head.name not in TOPICAL:
        return head
    return replace(head, labels=tuple(label for label in head.labels if label in decisions["short"][head.name]))


class ShippedBackend:
    """Linear models over n-grams and concepts of the domain, and networks over the same words beside them."""

    def __init__(self, config_dir: Path | None = None, folder: Path = SHIPPED) -> None:
        self._read = FeatureReader(config_dir)
        self._labels = load_labels(config_dir)
        self._decisions = read_decisions(folder)
        require_together(folder, self._decisions)
        self._heads = [_trained(head, self._decisions) for head in heads(self._labels)]
        self._relevance = next(head for head in self._heads if head.name == "relevant")
        self.trained = frozenset(label for head in self._heads if head.name in TOPICAL for label in head.labels)
        """Topics and subtopics that the models know."""
        self._vocabulary = load_vocabulary(folder / "vocabulary.npz")
        steps = step_sizes(self._vocabulary)
        self._models = [
            (recipe, _side_by_side([load_linear(folder / f"{name}.npz", steps) for name in names])) for recipe, names in self._files()
        ]
        self._word_networks = [(recipe, load_word_network(folder / file)) for file, recipe in FILES_OF_WORDS.items()]
        self._mixing, self._networks = load_mixing(folder / FILE), {name: load_network(folder / file) for name, file in FILES.items()}
        labels = self._mixing.labels
        self._of_models = [np.array([labels.index(label) for label in model.labels]) for _, model in self._models]
        self._places = {head.name: np.array([labels.index(f"{head.name}:{label}") for label in head.labels]) for head in self._heads}
        self._choose = {
            length: {head.name: chooser(head, self._decisions[length][head.name]) for head in self._heads} for length in ("short", "long")
        }
        inputs = of_words(labels)
        self._inputs = np.array([inputs.index(name) for name in self._networks["about"].inputs])
        outputs = self._networks["about"].outputs
        stacked = [head for head in self._heads if is_stacked(head)]
        self._stacked = [(head, np.array([outputs.index(name) for name in label_names([head])])) for head in stacked]
        self._columns = {label: (model.weights, at) for _, model in self._models for at, label in enumerate(model.labels)}
        self._together = np.array(self._decisions["together"], dtype=np.float32)
        self.model = f"shipped-{VERSION}-{_fingerprint(self._decisions)}"

    def _files(self) -> list[tuple[str, list[str]]]:
        """Model files by the recipe that they were learned with."""
        recipes = dict.fromkeys(head.recipe for head in self._heads)
        return [(recipe, list(dict.fromkeys(head.file for head in self._heads if head.recipe == recipe))) for recipe in recipes]

    def predict(self, requests: list[AnnotationRequest]) -> list[Prediction]:
        """A prediction for each text, in order."""
        return [self._predict(request) for request in requests]

    def _predict(self, request: AnnotationRequest) -> Prediction:
        reading = self._read(request)
        vectors = self._vocabulary.vectors(reading.features)
        said, scores = self._scores(vectors)
        if reading.parts:
            scores = self._weighed(scores, reading.parts, request.kind)
        choose = self._choose["long" if reading.parts else "short"]
        impossible = self._impossible(vietnam_day(request.published)) if request.published else []
        scores[impossible] = said[impossible] = IMPOSSIBLE
        found = self._corrected(self._probabilities(scores), scores, said)
        for name in TOPICAL:
            found[name][np.isin(self._places[name], impossible)] = 0
        chosen = {name: of_head(found[name]) for name, of_head in choose.items()}
        probabilities = {head.name: dict(zip(head.labels, found[head.name].tolist(), strict=True)) for head in self._heads}
        return Prediction(probabilities, chosen, self._evidence(request, vectors, chosen) if chosen["relevant"] else [])

    def _corrected(self, found: dict[str, Floats], scores: Floats, of_words: Floats) -> dict[str, Floats]:
        """The probabilities of the heads, each in the light of the others': of any text, for another backend may find it relevant."""
        said = self._said(found, scores, of_words)
        reconciled = (p[0] for p in reconcile([found[name][None] for name in TOGETHER], self._together))
        before = found | dict(zip(TOGETHER, reconciled, strict=True))
        of_relevance, about = self._networks["relevance"].scores(said), self._networks["about"].scores(said)
        after = {head.name: corrected(head, before[head.name], about[places]) for head, places in self._stacked}
        relevance = corrected(self._relevance, before["relevant"], of_relevance)
        return before | after | {"relevant": relevance, "concern": with_relevance(after["concern"], relevance[0])}

    def _said(self, found: dict[str, Floats], scores: Floats, of_words: Floats) -> Floats:
        """The probabilities of all labels of the models, as the networks read them: also of a topic that was taken away since."""
        said = logistic(scores)
        for name, places in self._places.items():
            said[places] = found[name]
        read: Floats = np.concatenate([said, logistic(of_words)])[self._inputs]
        return read

    def _scores(self, vectors: dict[str, Sparse]) -> tuple[Floats, Floats]:
        """What the networks over words say of each label, and the scores in which the linear models are mixed with them."""
        read = {recipe: joint(vectors, lengths) for recipe, lengths in self._decisions["lengths"].items()}
        said: Floats = np.mean([network.scores(read[recipe]) for recipe, network in self._word_networks], axis=0)
        scores = self._mixing.added(said)
        for (recipe, model), places in zip(self._models, self._of_models, strict=True):
            scores[places] += model.scores(read[recipe])
        return said, scores

    def _weighed(self, excerpt: Floats, parts: Parts, kind: Kind) -> Floats:
        """The scores of a long text, from those of its excerpt and its parts."""
        lead, *passages = [self._scores(self._vocabulary.vectors(features))[1] for features in (parts.lead, *parts.passages)]
        seen = views(excerpt, lead, np.array(passages, dtype=np.float32))
        scores = excerpt.copy()
        for name, places in self._places.items():
            weights = self._decisions["views"][of_relevance(kind) if name == "relevant" else name]
            scores[places] = weighed(seen[:, places], weights, parts.presence)
        return scores

    def _impossible(self, day: date) -> list[int]:
        """Places of the scores of labels that nothing of that day could be about."""
        absent = self._labels.not_yet(day)
        heads_ = [head for head in self._heads if head.name in TOPICAL]
        return [place for head in heads_ for label, place in zip(head.labels, self._places[head.name], strict=True) if label in absent]

    def _evidence(self, request: AnnotationRequest, vectors: dict[str, Sparse], chosen: dict[str, list[str]]) -> list[str]:
        """The words of the text, as it writes them, that spoke most for its first topic and for its stance."""
        text = canonical(f"{request.title or ''}\n{request.text}")
        labels = [f"topics:{topic}" for topic in chosen["topics"][:1]] + [f"sentiment:{chosen['sentiment'][0]}"]
        words = [word for label in labels for word in self._weightiest(vectors["w"], label) if word in text]
        return list(dict.fromkeys(words))[:EVIDENCE]

    def _weightiest(self, vector: Sparse, label: str) -> list[str]:
        """Syllables and pairs of them by how much they weigh for a label, heaviest first."""
        all_weights, column = self._columns[label]
        weights = vector.values * all_weights[vector.ids, column]
        order = [place for place in np.argsort(-weights)[: 2 * EVIDENCE] if weights[place] > 0]
        return [self._vocabulary.names[vector.ids[place]][1:] for place in order]

    def _probabilities(self, scores: Floats) -> dict[str, Floats]:
        each = logistic(scores)
        places = self._places
        return {head.name: each[places[head.name]] if head.choice == "any" else softmax(scores[places[head.name]]) for head in self._heads}


def _side_by_side(models: list[Linear]) -> Linear:
    labels = [label for model in models for label in model.labels]
    return Linear(labels, np.concatenate([m.weights for m in models], axis=1), np.concatenate([m.bias for m in models]))
