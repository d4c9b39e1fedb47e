"""What computes a transformer: onnxruntime, or torch where a model has no ONNX form."""

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from langnghe.errors import ConfigurationError, Unavailable
from nlp.backends.manifest import Manifest
from nlp.backends.windows import Ids
from nlp.linear import Floats


class Runtime(Protocol):
    """Computes a model's numbers, one row a window."""

    def __call__(self, ids: Ids, mask: Ids) -> Floats:
        """The model's numbers (logits)."""


def _threads() -> int:
    """A worker has one core, for each core has its worker; the main process has them all."""
    return 1 if multiprocessing.parent_process() else len(os.sched_getaffinity(0))


class OnnxModel:
    """A model in an ONNX file."""

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise Unavailable("onnxruntime is not installed", "Install it with: pip install 'langnghe[transformers]'.") from None
        if not path.is_file():
            raise ConfigurationError(
                f"{path} does not exist", "Put the model's ONNX file there; nlp/backends/README.md says how to make it."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = _threads(), 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - the library has no class of its own for what is no model
            raise ConfigurationError(f"{path} is no ONNX model: {error}", "Copy it anew.") from None
        self._wanted = {given.name for given in self._session.get_inputs()}

    def __call__(self, ids: Ids, mask: Ids) -> Floats:
        """The first of the model's outputs."""
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        result: Floats = self._session.run(None, {name: given[name] for name in given if name in self._wanted})[0].astype(np.float32)
        return result


class TorchModel:
    """A model as torch has it."""

    def __init__(self, folder: Path) -> None:
        try:
            import torch
            from transformers import AutoModelForSequenceClassification
        except ImportError as error:
            remedy = "Install it with: pip install 'langnghe[torch]' (5 GB), or export the model to ONNX elsewhere."
            raise Unavailable(f"{error.name or 'torch'} is not installed, which this model's runtime needs", remedy) from None
        torch.set_num_threads(_threads())
        self._torch: Any = torch
        self._model = AutoModelForSequenceClassification.from_pretrained(folder).eval()

    def __call__(self, ids: Ids, mask: Ids) -> Floats:
        """The logits."""
        with self._torch.inference_mode():
            found = self._model(input_ids=self._torch.from_numpy(ids), attention_mask=self._torch.from_numpy(mask))
        result: Floats = found.logits.numpy()
        return result


def open_runtime(manifest: Manifest, folder: Path) -> Runtime:
    """What computes the model of a manifest.

    Raises:
        Unavailable: a package is missing.
        ConfigurationError: a file is missing or damaged.
    """
    return OnnxModel(folder / manifest.file) if manifest.runtime == "onnx" else TorchModel(folder)


def check_label_order(manifest: Manifest, folder: Path) -> None:
    """Raise if the model's own config.json names its labels in another order than the manifest: all stances would be swapped."""
    called = [name for part in manifest.decides for name in (part.called or [""] * len(part.labels))]
    path = folder / "config.json"
    if not any(called) or not path.is_file():
        return
    try:
        names: dict[str, str] = json.loads(path.read_text(encoding="utf-8")).get("id2label", {})
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}", "Copy the model's files anew.") from None
    own = [names[number] for number in sorted(names, key=int)]
    differ = any(name and name != its for name, its in zip(called, own, strict=False))
    if differ and not all(name.startswith("LABEL_") for name in own):
        said = ", ".join(filter(None, called))
        raise ConfigurationError(
            f"{manifest.name}: the manifest says that the labels are {said}, {path} says {', '.join(own)}",
            "Correct 'labels' and 'called' in the manifest.",
        )
