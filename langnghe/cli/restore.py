"""``langnghe restore``: an archive of ``langnghe backup`` back into an empty place, on either engine."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from langnghe.backup import Manifest
from langnghe.errors import LangngheError
from langnghe.installation import Installation
from langnghe.settings import Settings


def _restore_record(settings: Settings, folder: Path, manifest: Manifest) -> None:
    from langnghe.progress import progress_bar
    from langnghe.record.database import make_engine
    from langnghe.record.dump import read_tables

    engine = make_engine(settings.database_url)
    try:
        with progress_bar("Restoring", unit="tables") as advance:
            rows = read_tables(engine, settings.database_url, folder / "record", manifest.revision, lambda _: advance(1))
    finally:
        engine.dispose()
    wrong = {name: (rows.get(name, 0), count) for name, count in manifest.rows.items() if rows.get(name, 0) != count}
    if wrong:
        raise LangngheError(f"rows are missing after the restore: {wrong}", "Use another backup, into an empty place.")


def _restore_keys(settings: Settings, keys: Path | None) -> None:
    from langnghe.author_keys import NAME, load_privacy

    if keys is None:
        return
    found = sorted(keys.glob(f"{NAME}*"))
    if not found:
        raise LangngheError(f"{keys} holds no keys", "Name the folder that 'langnghe backup --keys' wrote.")
    for path in found:
        shutil.copyfile(path, settings.data_dir / path.name)
        (settings.data_dir / path.name).chmod(0o600)
    load_privacy(settings.data_dir)


def _restore_snapshot(settings: Settings, snapshot: str) -> None:
    from index.elasticsearch import answering, connect

    repository = settings.backup.snapshot_repository
    if repository is None:
        return
    with answering(settings.index.elasticsearch_url), connect(settings.index) as client:
        client.snapshot.restore(
            repository=repository, snapshot=snapshot, indices=f"{settings.index.prefix}-*", include_aliases=True, wait_for_completion=True
        )


def _restore_index(installation: Installation, folder: Path, manifest: Manifest) -> str:
    """The index of the backup where it fits, else one built anew from the record."""
    from index.interface import open_index
    from index.synchronise import compare_counts, drain_outbox, reindex

    settings = installation.settings
    if settings.index.backend == "embedded" and manifest.index:
        shutil.copytree(folder / "index", settings.index_dir)
    elif settings.index.backend == "elasticsearch" and manifest.snapshot:
        _restore_snapshot(settings, manifest.snapshot)
    try:
        index = open_index(settings)
        try:
            drain_outbox(installation.record, index, places=installation.places)
            counts = compare_counts(installation.record, index)
        finally:
            index.close()
        if counts.record == counts.index:
            return "from the backup"
    except LangngheError:
        pass
    reindex(installation.record, settings)
    return "built anew"


def restore(
    archive: Annotated[Path, typer.Argument(help="A file that 'langnghe backup' wrote.", dir_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="Folder with the keys that hash authors.", file_okay=False)] = None,
    config: Annotated[Path | None, typer.Option(help="Write the backup's configuration there.", file_okay=False)] = None,
) -> None:
    """Restore a backup into the empty data folder and record that the settings name, and compare it with what it says of itself."""
    from langnghe.actor import SYSTEM
    from langnghe.backup import require_vacant, unpacked
    from langnghe.installation import open_installation
    from langnghe.record.audit import audit
    from langnghe.settings import load_settings

    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    require_vacant(settings.data_dir)
    if config is not None and config.exists() and any(config.iterdir()):
        raise LangngheError(f"{config} is not empty", "Name a new folder for the configuration.")
    with unpacked(archive) as (folder, manifest):
        _restore_record(settings, folder, manifest)
        _restore_keys(settings, keys)
        if (folder / "models").exists():
            shutil.copytree(folder / "models", settings.data_dir / "models")
            print(f"The models of {manifest.models} are in {settings.data_dir / 'models'}: name that folder in nlp.backend")
        if config is not None:
            shutil.copytree(folder / "config", config, dirs_exist_ok=True)
        installation = open_installation(settings)
        built = _restore_index(installation, folder, manifest)
    with installation.record.session() as session:
        audit(session, SYSTEM, "restore", archive.name, installation.clock.now(), made=manifest.made.isoformat())
    installation.record.close()
    print(f"Restored {sum(manifest.rows.values())} rows of {manifest.made:%Y-%m-%d %H:%M} UTC; the search index is {built}")
