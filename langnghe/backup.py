"""Backups: one archive that holds the record, the configuration, models and the embedded index, and says what it holds."""

import hashlib
import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from langnghe import __version__
from langnghe.actor import Actor, Role
from langnghe.author_keys import NAME as KEY_NAME
from langnghe.author_keys import earlier_keys
from langnghe.clock import as_utc
from langnghe.errors import ConfigurationError, LangngheError, Unavailable
from langnghe.installation import Installation
from langnghe.record.audit import audit
from langnghe.record.dump import revision_of, write_tables

PREFIX, SUFFIX = "langnghe-", ".tar.gz"
MANIFEST = "manifest.json"
SECRET = re.compile(r"password|secret|api_key|record_url")
"""Settings that no backup holds."""
CHUNK = 1 << 20


class Manifest(BaseModel):
    """What an archive says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    program: str
    revision: str
    made: datetime
    rows: dict[str, int]
    files: dict[str, tuple[int, str]]
    """Size and SHA-256 of each."""
    index: bool
    snapshot: str | None = None
    """Of Elasticsearch."""
    models: str | None = None
    """Where the models were that the settings named."""


def _digest(path: Path) -> tuple[int, str]:
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return size, hashed.hexdigest()


def _without_secrets(values: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in values.items():
        if isinstance(value, dict):
            kept[name] = _without_secrets(value)
        elif not SECRET.search(name):
            kept[name] = value
    return kept


def _gather(installation: Installation, folder: Path, advance: Callable[[str], object], writer: AbstractContextManager[object]) -> Manifest:
    settings, record = installation.settings, installation.record
    rows = write_tables(record, folder / "record", advance)
    shutil.copytree(settings.config_dir, folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    shown = json.dumps(_without_secrets(settings.model_dump(mode="json")), ensure_ascii=False, indent=1)
    (folder / "settings.json").write_text(shown, encoding="utf-8")
    own = Path(settings.nlp.backend)
    if own.is_dir():
        shutil.copytree(own, folder / "models")
    with_index = settings.index.backend == "embedded" and settings.index_dir.exists()
    if with_index:
        with writer:
            shutil.copytree(settings.index_dir, folder / "index", ignore=shutil.ignore_patterns("*.lock"))
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    revision = revision_of(record.engine)
    made = as_utc(installation.clock.now())
    return Manifest(
        program=__version__, revision=revision or "", made=made, rows=rows, files=files, index=with_index,
        models=settings.nlp.backend if own.is_dir() else None,
    )  # fmt: skip


def make_backup(
    installation: Installation,
    folder: Path,
    actor: Actor,
    *,
    advance: Callable[[str], object] = lambda _: None,
    writer: AbstractContextManager[object] | None = None,
    snapshot: str | None = None,
) -> Path:
    """Write a backup into ``folder``; it appears there when it is whole. Authors' keys and secrets are not in it.

    Args:
        installation: what is backed up; it serves meanwhile.
        folder: where to.
        actor: an administrator.
        advance: is called for each table.
        writer: held while the embedded index is copied, so that nobody writes it.
        snapshot: the name of Elasticsearch's snapshot that belongs to it.

    Raises:
        Unavailable: the folder can't be written.
    """
    actor.require(Role.administrator, None, "make a backup")
    name = f"{PREFIX}{as_utc(installation.clock.now()):%Y%m%dT%H%M%SZ}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as making:
            content = Path(making) / "content"
            content.mkdir()
            manifest = _gather(installation, content, advance, writer or nullcontext()).model_copy(update={"snapshot": snapshot})
            (content / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
            packed = Path(making) / name
            with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
                for path in [content / MANIFEST, *(content / file for file in manifest.files)]:
                    archive.add(path, path.relative_to(content).as_posix(), recursive=False)
            packed.chmod(0o600)
            packed.replace(folder / name)
    except OSError as error:
        raise Unavailable(f"the backup can't be written into {folder}: {error.strerror or error}", "Correct backup.folder.") from None
    with installation.record.session() as session:
        audit(session, actor, "backup", name, installation.clock.now(), rows=sum(manifest.rows.values()))
    return folder / name


def back_up_keys(installation: Installation, folder: Path) -> list[Path]:
    """Copy the keys that hash authors, which belong to another place than the backups; gives the copies."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = installation.settings.data_dir / KEY_NAME
    copies = []
    for path in [present, *earlier_keys(installation.settings.data_dir)]:
        if path.exists():
            copies.append(folder / path.name)
            shutil.copyfile(path, copies[-1])
            copies[-1].chmod(0o600)
    for old in [*folder.glob(f"{KEY_NAME}.2*")]:
        if old not in copies:  # destroyed here, so it may not live on there
            old.unlink()
    return copies


def list_backups(folder: Path) -> list[Path]:
    """Backups of a folder, the latest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"), reverse=True)


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the latest backups; gives those that went."""
    old = list_backups(folder)[keep:]
    for path in old:
        path.unlink()
    return old


def _broken(path: Path, why: str) -> LangngheError:
    return LangngheError(f"{path} is no whole backup: {why}", "Use another one.")


def _unpack(path: Path, folder: Path) -> None:
    """Unpack an archive: plain files in known places, no more of them than the disk has room for."""
    room = int(shutil.disk_usage(folder).free * 0.9)
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            top = member.name.split("/")[0]
            if not member.isfile() or top not in {MANIFEST, "record", "config", "settings.json", "models", "index"}:
                raise _broken(path, f"it holds {member.name!r}")
            room -= member.size
            if room < 0:
                raise LangngheError(f"there is no room to unpack {path}", "Free some, or set TMPDIR to a larger disk.")
            archive.extract(member, folder, filter="data")


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, Manifest]]:
    """A backup unpacked and verified, file by file, for as long as it is looked at.

    Raises:
        LangngheError: it is broken, or no backup.
    """
    if not path.is_file():
        raise LangngheError(f"{path} does not exist", "Name a file that 'langnghe backup' wrote.")
    with tempfile.TemporaryDirectory(prefix="langnghe-restore-") as made:
        folder = Path(made)
        try:
            _unpack(path, folder)
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, EOFError, tarfile.TarError, ValidationError, UnicodeDecodeError) as error:
            raise _broken(path, str(error).splitlines()[0]) from None
        for name, expected in manifest.files.items():
            file = folder / name
            if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file() or _digest(file) != tuple(expected):
                raise _broken(path, f"{name} is missing or damaged")
        yield folder, manifest


def verify(path: Path) -> Manifest:
    """Read a backup through and compare every file with what its manifest says.

    Raises:
        LangngheError: it is broken.
    """
    with unpacked(path) as (_, manifest):
        return manifest


def require_vacant(data_dir: Path) -> None:
    """Raise unless a data folder holds nothing that a restore would overwrite.

    Raises:
        ConfigurationError: it does.
    """
    there = [name for name in ("record.sqlite", "index") if (data_dir / name).exists()]
    if there:
        raise ConfigurationError(
            f"{data_dir} holds {' and '.join(there)} already", "Move it away, or point LANGNGHE_DATA_DIR at a new folder."
        )
