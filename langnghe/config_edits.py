"""What an administrator edits of ``config/``: an overlay in the data folder over the files, which stay the base.

``config-edits/topics.yaml`` adds topics and renames or describes those of ``taxonomy/labels.yaml``, with words for
``lexicon/concepts.yaml``; ``sources.yaml`` changes single fields of source files; ``sources/`` holds new source files. Both together are
laid out as a folder of configuration like any other, under a name of its own for each state, so that nothing that reads configuration
has to know of edits and what was read of an earlier state is never taken for the present one.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from langnghe.config_files import load, read_yaml
from langnghe.errors import ConfigurationError

FOLDER, TOPICS, SOURCES, NEW_SOURCES, MERGED = "config-edits", "topics.yaml", "sources.yaml", "sources", "merged"
STATES_KEPT = 5
LABELS, CONCEPTS = Path("taxonomy") / "labels.yaml", Path("lexicon") / "concepts.yaml"


class TopicEdit(BaseModel):
    """A topic that is added, or what is changed of one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    vi: str = Field(min_length=2, max_length=80)
    en: str = Field(min_length=2, max_length=80)
    parent: str | None = None
    """Topic that it is a part of; None: a topic itself. Of a topic of the file it stays as it is there."""
    about: str = Field("", max_length=600)
    about_en: str = Field("", max_length=600)
    words: str = ""
    """Phrases that say it, parted by commas, beside those of the file; read as ``lexicon/concepts.yaml`` is."""


class TopicEdits(BaseModel):
    """``topics.yaml``."""

    model_config = ConfigDict(extra="forbid")

    topics: list[TopicEdit] = []


class SourceEdit(BaseModel):
    """What is changed of a source; a field that is left out stays as the source's file has it."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool | Literal["unverified"] | None = None
    delay: float | None = Field(None, ge=0, le=3600)
    weight: float | None = Field(None, gt=0, le=10)
    home_province: str | None = Field(None, pattern=r"^((34|63)-\d\d)?$")
    """Empty text: national."""

    def fields(self) -> dict[str, Any]:
        """The changed fields as the source's file has them."""
        changed = {name: value for name, value in self.model_dump().items() if value is not None}
        return changed | ({"home_province": None} if self.home_province == "" else {})


class SourceEdits(BaseModel):
    """``sources.yaml``."""

    model_config = ConfigDict(extra="forbid")

    sources: dict[str, SourceEdit] = {}


def edits_folder(data_dir: Path) -> Path:
    """Where the edits of an installation stand."""
    return data_dir / FOLDER


def read_topics(folder: Path) -> TopicEdits:
    """The edited topics of an overlay; none where there is no file."""
    return load(folder / TOPICS, TopicEdits) if (folder / TOPICS).exists() else TopicEdits()


def read_sources(folder: Path) -> SourceEdits:
    """The edited sources of an overlay; none where there is no file."""
    return load(folder / SOURCES, SourceEdits) if (folder / SOURCES).exists() else SourceEdits()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _edit_files(folder: Path) -> list[Path]:
    kept = [folder / TOPICS, folder / SOURCES, *sorted((folder / NEW_SOURCES).glob("*.yaml"))]
    return [path for path in kept if path.exists()]


def _state(base: Path, folder: Path) -> str:
    """A name that tells two states of base and overlay apart."""
    told = hashlib.sha256(str(base.resolve()).encode())
    for path in _files(base):
        known = path.stat()
        told.update(f"{path.relative_to(base)} {known.st_mtime_ns} {known.st_size}\n".encode())
    for path in _edit_files(folder):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _write(path: Path, content: Any) -> None:
    path.unlink(missing_ok=True)  # never through the link into the base
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=150), encoding="utf-8")


def _lay_topics(target: Path, edits: TopicEdits) -> None:
    labels, _ = read_yaml(target / LABELS)
    concepts, _ = read_yaml(target / CONCEPTS)
    for edit in edits.topics:
        known = next((one for group in ("topics", "subtopics") for one in labels[group] if one["id"] == edit.id), None)
        changed = edit.model_dump(include={"vi", "en", "about", "about_en"})
        if known is not None:
            known.update(changed)
        else:
            where = "subtopics" if edit.parent else "topics"
            labels[where].append({"id": edit.id, **changed} | ({"parent": edit.parent} if edit.parent else {}))
        if edit.words:
            words = [concepts["concepts"].get(edit.id, ""), edit.words]
            concepts["concepts"][edit.id] = ", ".join(part.strip(" ,\n") for part in words if part.strip(" ,\n"))
    _write(target / LABELS, labels)
    _write(target / CONCEPTS, concepts)


def _lay_sources(target: Path, edits: Mapping[str, SourceEdit], folder: Path) -> None:
    for path in sorted((folder / NEW_SOURCES).glob("*.yaml")):
        shutil.copy(path, target / "sources" / path.name)
    structures = target / "sources" / "structures"
    by_id = {path.stem: path for path in (target / "sources").rglob("*.yaml") if structures not in path.parents}
    for name, edit in edits.items():
        if name not in by_id:
            raise ConfigurationError(f"{folder / SOURCES}: there is no source {name}", "Take it out there, or restore its file.")
        content, _ = read_yaml(by_id[name])
        _write(by_id[name], content | edit.fields())


def lay_out(base: Path, folder: Path, target: Path) -> None:
    """Lay base and overlay out as one folder of configuration.

    Raises:
        ConfigurationError: the overlay is wrong; names file, line and remedy.
    """
    for path in _files(base):
        place = target / path.relative_to(base)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path.resolve())
    _lay_topics(target, read_topics(folder))
    _lay_sources(target, read_sources(folder).sources, folder)


def effective_config_dir(base: Path, data_dir: Path) -> Path:
    """The folder that configuration is read from: the base itself, or where there are edits, both laid out together.

    Raises:
        ConfigurationError: see :func:`lay_out`.
    """
    folder = edits_folder(data_dir)
    if not _edit_files(folder):
        return base
    merged = folder / MERGED
    target = merged / _state(base, folder)
    if not target.exists():
        passing = merged / f".{target.name}-{os.getpid()}"
        shutil.rmtree(passing, ignore_errors=True)
        lay_out(base, folder, passing)
        try:
            passing.rename(target)
        except OSError:
            # Another process was first.
            shutil.rmtree(passing, ignore_errors=True)
        _forget_old(merged)
    return target


def _forget_old(merged: Path) -> None:
    states = sorted((path for path in merged.iterdir() if not path.name.startswith(".")), key=lambda path: path.stat().st_mtime)
    for path in states[:-STATES_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
