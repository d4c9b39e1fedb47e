"""The backend of transformers: a model of the hub or of the office's own decides some heads, the shipped models the rest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from langnghe.settings import Settings
from nlp.backends import Backend, Prediction
from nlp.backends.choosing import chooser, plain_decision
from nlp.backends.hub import digest, files_of, open_tokenizer
from nlp.backends.manifest import Manifest, check_licence, find_manifest, load_manifest
from nlp.backends.runtimes import Runtime, check_label_order, open_runtime
from nlp.backends.windows import Encoder, model_text
from nlp.heads import Head, heads
from nlp.linear import Floats, logistic, softmax

BATCH = 16
"""Windows that are computed together."""


class TransformersBackend:
    """A transformer over another backend, which decides what the transformer does not."""

    def __init__(
        self, manifest: Manifest, encode: Encoder, runtime: Runtime, rest: Backend, version: str, config_dir: Path | None = None
    ) -> None:
        self._manifest, self._encode, self._runtime, self._rest = manifest, encode, runtime, rest
        known = {head.name: head for head in heads(load_labels(config_dir))}
        self._heads = [known[part.head] for part in manifest.decides]
        decisions = {part.head: part.decision or plain_decision(known[part.head]) for part in manifest.decides}
        self._choose = {name: chooser(known[name], decision) for name, decision in decisions.items()}
        places = {pair: place for place, pair in enumerate(manifest.labels)}
        self._places = {head.name: [places[head.name, label] for label in head.labels] for head in self._heads}
        self._relevant_only = all(head.relevant_only for head in self._heads)
        self.model = f"{manifest.name}-{version}+{rest.model}"

    def predict(self, requests: list[AnnotationRequest]) -> list[Prediction]:
        """A prediction for each text, in order."""
        predictions = self._rest.predict(requests)
        # What holds of relevant texts only need not be asked of the others: a transformer costs a hundred times what the rest does.
        asked = [place for place, found in enumerate(predictions) if found.chosen["relevant"] or not self._relevant_only]
        for place, scores in zip(asked, self._scores([requests[place] for place in asked]), strict=True):
            predictions[place] = self._laid_over(predictions[place], scores)
        return predictions

    def _laid_over(self, prediction: Prediction, scores: Floats) -> Prediction:
        """A prediction with the transformer's heads in place of its own; ``scores``: one row a window."""
        found = {head.name: self._probabilities(head, scores) for head in self._heads}
        chosen = {name: choose(found[name]) for name, choose in self._choose.items()}
        named = {head.name: dict(zip(head.labels, found[head.name].tolist(), strict=True)) for head in self._heads}
        return Prediction(prediction.probabilities | named, prediction.chosen | chosen, prediction.evidence)

    def _probabilities(self, head: Head, scores: Floats) -> Floats:
        """Of all windows: what may hold beside others holds if a window says it; of what excludes each other the mean."""
        of_head = scores[:, self._places[head.name]]
        result: Floats = logistic(of_head).max(axis=0) if head.choice == "any" else softmax(of_head).mean(axis=0)
        return result

    def _scores(self, requests: Sequence[AnnotationRequest]) -> list[Floats]:
        """The model's numbers for each window of each text."""
        texts = [self._encode(model_text(request, self._manifest)) for request in requests]
        rows = [window for text in texts for window in text]
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        scores = np.zeros((len(rows), len(self._manifest.labels)), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            scores[places] = self._computed([rows[place] for place in places])
        return np.split(scores, np.cumsum([len(text) for text in texts])[:-1]) if texts else []

    def _computed(self, rows: Sequence[Sequence[int]]) -> Floats:
        scores = self._runtime(*self._encode.padded(rows))
        wanted = len(self._manifest.labels)
        if scores.shape != (len(rows), wanted):
            raise ConfigurationError(
                f"{self._manifest.name}: the model gives {scores.shape[-1]} numbers for a text, its manifest names {wanted} labels",
                "Correct 'decides' in the manifest.",
            )
        return scores


def open_transformers(settings: Settings, rest: Backend) -> TransformersBackend:
    """The backend of the model that the settings name, over ``rest``.

    Raises:
        ConfigurationError: no model is named, its manifest or files are wrong, its licence has not been accepted, or it decides nothing.
        Unavailable: a package is missing, or the hub does not answer.
    """
    if not settings.nlp.model:
        raise ConfigurationError(
            "nlp.model: the backend transformers needs a model", "Name one of config/models, or a folder of model files."
        )
    path = find_manifest(settings.nlp.model, settings.config_dir)
    manifest = load_manifest(path, settings.config_dir)
    if not manifest.decides:
        raise ConfigurationError(
            f"{manifest.name} knows the language but decides nothing yet",
            f"Fine-tune it with: langnghe train --backend transformers --model {manifest.name}",
        )
    check_licence(manifest, settings.nlp.accept_licence)
    folder = files_of(manifest, path.parent, settings.data_dir / "models" / "hub")
    check_label_order(manifest, folder)
    runtime = open_runtime(manifest, folder)
    encode = Encoder(open_tokenizer(folder), manifest.max_length)
    weights = (
        [folder / manifest.file] if manifest.runtime == "onnx" else [*sorted(folder.glob("*.safetensors")), *sorted(folder.glob("*.bin"))]
    )
    return TransformersBackend(manifest, encode, runtime, rest, digest([path, *weights]), settings.config_dir)
