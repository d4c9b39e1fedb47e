"""A model's files: a folder of this machine, or a snapshot of the hub, fetched once."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from langnghe.errors import ConfigurationError, Unavailable
from nlp.backends.manifest import Manifest

_SAMPLE = 1_000_000
_NEEDED = ["*.json", "*.txt", "*.codes", "*.model", "*.onnx", "*.onnx_data"]
_TORCH_FILES = ["*.safetensors", "*.bin"]


def files_of(manifest: Manifest, beside: Path, kept_in: Path) -> Path:
    """The folder of a model's files; ``beside``: the manifest's folder, ``kept_in``: where snapshots of the hub are kept.

    Raises:
        ConfigurationError: the folder does not exist.
        Unavailable: the hub does not answer, or a package is missing.
    """
    local = (beside / Path(manifest.source).expanduser()).resolve()
    if local.is_dir():
        return local
    if manifest.source.startswith((".", "/", "~")) or manifest.source.count("/") != 1:
        raise ConfigurationError(f"{manifest.name}: {local} does not exist", "Put the model's files there, or correct 'source'.")
    return _snapshot(manifest, kept_in)


def _snapshot(manifest: Manifest, kept_in: Path) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise Unavailable("huggingface_hub is not installed", "Install it with: pip install 'langnghe[transformers]'.") from None
    wanted = _NEEDED + (_TORCH_FILES if manifest.runtime == "torch" else [])
    try:
        return Path(snapshot_download(manifest.source, revision=manifest.revision, cache_dir=kept_in, allow_patterns=wanted))
    except Exception as error:  # noqa: BLE001 - a dozen classes of four libraries, all of which mean that it did not arrive
        reason = str(error).split("\n")[0]
        raise Unavailable(
            f"{manifest.source} could not be fetched: {reason}",
            "Connect this machine to the hub, or copy the model's files here and name their folder as 'source'.",
        ) from None


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model's folder.

    Raises:
        Unavailable: the library is missing.
        ConfigurationError: the tokenizer's files are missing or damaged.
    """
    try:
        from transformers import AutoTokenizer
    except ImportError:
        raise Unavailable("transformers is not installed", "Install it with: pip install 'langnghe[transformers]'.") from None
    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes the library raise
        reason = " ".join(str(error).split())[:200]
        raise ConfigurationError(
            f"{folder}: no tokenizer: {reason}", "Copy the tokenizer's files (tokenizer.json, vocab.txt ...) there."
        ) from None


def digest(paths: list[Path]) -> str:
    """Eight digits that change with the files; of large ones the size and three samples, for weights differ everywhere."""
    content = hashlib.sha256()
    for path in paths:
        size = path.stat().st_size
        content.update(str(size).encode())
        with path.open("rb") as file:
            for start in (0, size // 2, max(size - _SAMPLE, 0)):
                file.seek(start)
                content.update(file.read(_SAMPLE))
    return content.hexdigest()[:8]
