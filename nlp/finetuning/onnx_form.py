"""The export of a transformer to ONNX, after which it runs without torch."""

from pathlib import Path
from typing import Any

from langnghe.errors import Unavailable
from nlp.backends.hub import open_tokenizer
from nlp.backends.manifest import Manifest
from nlp.backends.windows import Encoder


def load_torch() -> Any:
    """The package torch, with what its export to ONNX needs.

    Raises:
        Unavailable: it is not installed.
    """
    try:
        import onnxscript  # noqa: F401 - the export needs it, and hours of teaching must not end without it
        import torch
    except ImportError as error:
        raise Unavailable(
            f"fine-tuning needs {error.name}, which is not installed",
            "Install it with: pip install 'langnghe[torch,transformers,train]' (5 GB); a GPU makes it a matter of minutes.",
        ) from None
    return torch


def load_model(files: Path, numbers: int) -> Any:
    """The model in ``files`` with so many numbers as its output; a model that has others, or none, begins with random ones."""
    load_torch()
    from transformers import AutoModelForSequenceClassification

    return AutoModelForSequenceClassification.from_pretrained(files, num_labels=numbers, ignore_mismatched_sizes=True)


def save_model(folder: Path, model: Any, tokenizer: Any, encode: Encoder) -> None:
    """Tokenizer, configuration and the model as ONNX."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    model.config.save_pretrained(folder)
    _write_onnx(folder / "model.onnx", model, encode)


def _write_onnx(path: Path, model: Any, encode: Encoder) -> None:
    torch = load_torch()

    class Numbers(torch.nn.Module):  # type: ignore[misc,name-defined]
        """The model with its numbers as the only output."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            """Input ids and their mask to numbers."""
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    ids, mask = (torch.from_numpy(given) for given in encode.padded([encode("bảo hiểm")[0], encode("bảo")[0]]))
    size = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    torch.onnx.export(
        Numbers().cpu().eval(),
        (ids, mask),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_shapes=(size, size),
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def export(files: Path, manifest: Manifest, folder: Path) -> None:
    """A model as it is, in ONNX."""
    tokenizer = open_tokenizer(files)
    save_model(folder, load_model(files, len(manifest.labels)), tokenizer, Encoder(tokenizer, manifest.max_length))
