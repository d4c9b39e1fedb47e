"""Topics and sources as an administrator edits them: checked as on load, written over the files' own words, kept in every version."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from crawlers.drafting import Draft, draft_source
from crawlers.probe import fetch_pages
from crawlers.sources import Source, load_sources
from crawlers.structures import load_structures
from langnghe.actor import NATIONAL, Actor, Role
from langnghe.config_edits import (
    CONCEPTS,
    LABELS,
    NEW_SOURCES,
    SOURCES,
    TOPICS,
    SourceEdit,
    SourceEdits,
    TopicEdit,
    TopicEdits,
    edits_folder,
    effective_config_dir,
    lay_out,
    read_sources,
    read_topics,
)
from langnghe.config_files import load
from langnghe.errors import Conflict, LangngheError
from langnghe.labels import Labels
from langnghe.record.audit import audit
from langnghe.record.database import Record
from langnghe.settings import Settings
from nlp.concepts import Concepts

HISTORY = "history"
"""Folder that keeps every version of an edited file, by the time at which the next one took its place."""


def may_edit(actor: Actor) -> bool:
    """Whether somebody edits topics and sources, which are everybody's."""
    return actor.is_national and actor.may(Role.administrator)


def _checked(base: Path, folder: Path) -> None:
    """Read what the edits would make of the configuration, exactly as every program will."""
    with tempfile.TemporaryDirectory() as passing:
        target = Path(passing) / "config"
        try:
            lay_out(base, folder, target)
            load(target / LABELS, Labels)
            load(target / CONCEPTS, Concepts)
            load_sources(target)
        except LangngheError as error:
            said = error.problem.replace(str(target), "config").replace(str(folder), folder.name)
            raise LangngheError(said, error.remedy) from None


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=150)
    path.write_text(text, encoding="utf-8")


def _change(record: Record, settings: Settings, name: str, content: Any) -> None:
    """Put a file of the edits in place if all of them hold together; the version before is kept."""
    folder = edits_folder(settings.data_dir)
    with tempfile.TemporaryDirectory() as passing:
        tried = Path(passing) / folder.name
        shutil.copytree(folder, tried, ignore=shutil.ignore_patterns("merged", HISTORY), dirs_exist_ok=True) if folder.exists() else None
        _write(tried / name, content)
        _checked(settings.base_config_dir, tried)
    present = folder / name
    if present.exists():
        kept = folder / HISTORY / f"{record.clock.now():%Y%m%dT%H%M%S%f}-{Path(name).name}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(present, kept)
    passing_file = present.with_name(f".{present.name}")
    _write(passing_file, content)
    passing_file.replace(present)


@contextmanager
def _editing(record: Record, actor: Actor, action: str, target: str, detail: dict[str, Any]) -> Iterator[None]:
    """One edit: allowed, done, and in the audit trail; one after the other, for the record's writer is one."""
    actor.require(Role.administrator, NATIONAL, action)
    with record.session() as session:
        audit(session, actor, action, target, record.clock.now(), **detail)
        yield


def _present(settings: Settings) -> Path:
    """The configuration as it stands now, whatever these settings were loaded with."""
    return effective_config_dir(settings.base_config_dir, settings.data_dir)


def _valid(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise LangngheError(f"{where}: {first['msg']}", f"Correct {where}.") from None


def save_topic(record: Record, actor: Actor, settings: Settings, **fields: Any) -> None:
    """Add a topic, or rename, describe or give words to one; works from the next piece that is annotated.

    Raises:
        NotAllowed: the actor is no administrator of the national desk.
        LangngheError: the topic would not load; says what is wrong.
    """
    actor.require(Role.administrator, NATIONAL, "change topic")
    edit: TopicEdit = _valid(lambda: TopicEdit(**fields))
    known = read_topics(edits_folder(settings.data_dir)).topics
    before = next((one for one in known if one.id == edit.id), None)
    edits = TopicEdits(topics=[*(one for one in known if one.id != edit.id), edit])
    detail = {"before": before.model_dump() if before else None, "after": edit.model_dump()}
    with _editing(record, actor, "change topic", edit.id, detail):
        _change(record, settings, TOPICS, edits.model_dump(exclude_defaults=True))


def save_source(record: Record, actor: Actor, settings: Settings, source: str, **fields: Any) -> None:
    """Change what a source is crawled by; what is None stands as its file has it.

    Raises:
        NotAllowed: the actor is no administrator of the national desk.
        LangngheError: there is no such source, or it would not load.
    """
    actor.require(Role.administrator, NATIONAL, "change source")
    if source not in load_sources(_present(settings)):
        raise LangngheError(f"there is no source {source}", "Choose one of the list.")
    edit: SourceEdit = _valid(lambda: SourceEdit(**fields))
    known = read_sources(edits_folder(settings.data_dir)).sources
    before = known.get(source)
    edits = SourceEdits(sources=known | {source: edit})
    detail = {"before": before.model_dump(exclude_none=True) if before else None, "after": edit.model_dump(exclude_none=True)}
    with _editing(record, actor, "change source", source, detail):
        _change(record, settings, SOURCES, edits.model_dump(exclude_none=True))


def draft(actor: Actor, settings: Settings, url: str) -> Draft:
    """A file for a new source, from what its site says of itself; fetched by the rules of every crawl."""
    actor.require(Role.administrator, NATIONAL, "draft a source")
    if not url.startswith(("http://", "https://")):
        raise LangngheError(f"{url!r} is no address", "Begin it with https://.")
    return draft_source(url, lambda urls: fetch_pages(settings, urls), load_structures(settings.config_dir))


def add_source(record: Record, actor: Actor, settings: Settings, text: str) -> str:
    """Take a source file in; gives its id.

    Raises:
        NotAllowed: the actor is no administrator of the national desk.
        Conflict: there is a source of that id.
        LangngheError: the file would not load.
    """
    actor.require(Role.administrator, NATIONAL, "add source")
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LangngheError(str(error).splitlines()[0], "Mend the YAML.") from None
    source: Source = _valid(lambda: Source.model_validate(content))
    if source.id in load_sources(_present(settings)):
        raise Conflict(f"there is a source {source.id} already", "Give the new one another id.")
    with _editing(record, actor, "add source", source.id, {"homepage": source.homepage}):
        _change(record, settings, str(Path(NEW_SOURCES) / f"{source.id}.yaml"), text)
    return source.id
