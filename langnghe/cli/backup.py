"""``langnghe backup``: the record, configuration, models and index as one archive."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from langnghe.installation import Installation


def _snapshot(installation: Installation) -> str | None:
    """Elasticsearch's own snapshot of the index, where a repository is named for it."""
    settings = installation.settings
    repository = settings.backup.snapshot_repository
    if settings.index.backend != "elasticsearch" or repository is None:
        return None
    from index.elasticsearch import answering, connect
    from langnghe.clock import as_utc

    name = f"langnghe-{as_utc(installation.clock.now()):%Y%m%dt%H%M%Sz}"
    with answering(settings.index.elasticsearch_url), connect(settings.index) as client:
        client.snapshot.create(
            repository=repository, snapshot=name, indices=f"{settings.index.prefix}-*", include_global_state=False, wait_for_completion=True
        )
    return name


def back_up(installation: Installation, folder: Path, keys: Path | None = None) -> Path:
    """Make a backup and read it through again; gives the archive.

    Raises:
        LangngheError: it could not be written, or is broken.
    """
    from index.synchronise import lease
    from langnghe.actor import SYSTEM
    from langnghe.backup import back_up_keys, make_backup, verify
    from langnghe.progress import progress_bar

    embedded = installation.settings.index.backend == "embedded"
    writer: AbstractContextManager[object] = lease(installation.record) if embedded else nullcontext()
    with progress_bar("Backing up", unit="tables") as advance:
        path = make_backup(installation, folder, SYSTEM, advance=lambda _: advance(1), writer=writer, snapshot=_snapshot(installation))
    verify(path)
    if keys is not None:
        back_up_keys(installation, keys)
    return path


def nightly_backup(installation: Installation) -> Path:
    """The backup of the schedule: made, read through, and older ones removed once it stands."""
    from langnghe.backup import prune

    settings = installation.settings
    path = back_up(installation, settings.backup_dir, settings.backup.keys_folder)
    prune(settings.backup_dir, settings.backup.keep)
    return path


def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where to; none: backup.folder of the settings.", file_okay=False)] = None,
    keys: Annotated[Path | None, typer.Option(help="Copy the keys that hash authors there.", file_okay=False)] = None,
    check: Annotated[Path | None, typer.Option("--check", help="Make none, read this one through.", dir_okay=False)] = None,
) -> None:
    """Back up everything but secrets into one archive, and read it through."""
    from langnghe.backup import verify
    from langnghe.installation import open_installation

    if check is not None:
        manifest = verify(check)
        print(f"{check} is whole: {sum(manifest.rows.values())} rows of {manifest.made:%Y-%m-%d %H:%M} UTC, schema {manifest.revision}")
        return
    installation = open_installation()
    path = back_up(installation, folder or installation.settings.backup_dir, keys or installation.settings.backup.keys_folder)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, read through")
    installation.record.close()
