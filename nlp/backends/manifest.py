"""What a transformer is: where its files are, what it reads, which labels its numbers stand for, and on what terms it may be used."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from langnghe.config_files import default_config_dir, load
from langnghe.errors import ConfigurationError
from langnghe.labels import load_labels
from nlp.heads import heads

FILE_NAME = "manifest.yaml"
"""A folder of model files holds its manifest under this name."""


class Part(BaseModel):
    """A part of a manifest; an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(Part):
    """On what terms a model may be used."""

    id: str
    note: str = ""
    must_be_accepted: bool = False
    """Its terms bind an office in ways that it should know: the settings must name the licence before the model is used."""


class Decides(Part):
    """A head that a model decides; its labels in the order of the model's numbers."""

    head: str
    labels: list[str] = Field(min_length=1)
    called: list[str] = []
    """What the model's own config.json calls them, in the same order; where given, the two are compared."""
    decision: dict[str, float] = {}
    """Thresholds, factors or cuts by label; none: 0.5, 1, and halfway between the grades."""

    @model_validator(mode="after")
    def _as_many_names(self) -> "Decides":
        if self.called and len(self.called) != len(self.labels):
            raise ValueError(f"{len(self.labels)} labels but {len(self.called)} names in 'called'")
        return self


class Manifest(Part):
    """``config/models/NAME.yaml``, or ``manifest.yaml`` beside a model's files."""

    name: str = Field(pattern=r"^[\w.-]+$")
    source: str
    """Folder (relative to the manifest's own) or id on the hub."""
    revision: str | None = None
    """Commit on the hub; None: the newest."""
    runtime: Literal["onnx", "torch"]
    file: str = "model.onnx"
    """ONNX file within the source."""
    input_form: Literal["raw", "segmented"]
    """``segmented``: words of several syllables joined with "_", as PhoBERT was taught."""
    max_length: int = Field(ge=8)
    """Tokens that the model reads at once, the marks of beginning and end included."""
    licence: Licence
    decides: list[Decides] = []
    """Empty: a model that knows the language and decides nothing until it has been fine-tuned."""

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Head and label of each of the model's numbers."""
        return [(part.head, label) for part in self.decides for label in part.labels]


def find_manifest(model: str, config_dir: Path | None = None) -> Path:
    """The manifest that a setting names: a name of ``config/models``, a folder that holds a manifest, or a manifest's path.

    Raises:
        ConfigurationError: there is none.
    """
    folder = (config_dir or default_config_dir()) / "models"
    tried = [folder / f"{model}.yaml", Path(model) / FILE_NAME, Path(model)]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        raise ConfigurationError(f"nlp.model: there is no model {model!r}", f"Use one of {known}, or a folder that holds {FILE_NAME}.")
    return found


def load_manifest(path: Path, config_dir: Path | None = None) -> Manifest:
    """A manifest, its labels checked against the project's.

    Raises:
        ConfigurationError: naming the file and what is wrong.
    """
    manifest = load(path, Manifest)
    known = {head.name: head.labels for head in heads(load_labels(config_dir))}
    for part in manifest.decides:
        if part.head not in known:
            raise ConfigurationError(f"{path}: there is no decision {part.head!r}", f"Use one of: {', '.join(known)}.")
        if sorted(part.labels) != sorted(known[part.head]):
            expected = ", ".join(known[part.head])
            raise ConfigurationError(f"{path}: {part.head}: the labels are not those of the project", f"Order these: {expected}.")
    if len({part.head for part in manifest.decides}) < len(manifest.decides):
        raise ConfigurationError(f"{path}: a decision stands twice", "Name each once.")
    return manifest


def check_licence(manifest: Manifest, accepted: str | None) -> None:
    """Raise unless the terms of a model that must be accepted have been."""
    licence = manifest.licence
    if licence.must_be_accepted and accepted != licence.id:
        raise ConfigurationError(
            f"{manifest.name} is under {licence.id}: {licence.note}",
            f"Choose another model, or set nlp.accept_licence: {licence.id} once your office has agreed to its terms.",
        )
