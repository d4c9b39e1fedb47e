"""Archives that others give us, such as XLSX: looked at before anything is unpacked."""

import zipfile
from pathlib import Path

from langnghe.errors import WrongCall

LARGEST = 500_000_000
"""Bytes that a file may unpack to, all its parts together."""
MOST_PARTS = 5_000


def require_modest_zip(path: Path) -> None:
    """Raise where a zip file says that it unpacks to more than a table can be; what says less than it is, zipfile cuts there.

    Raises:
        WrongCall: it does, or is no zip file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    # RuntimeError: what zipfile has no code for, such as a newer version of the format.
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise WrongCall(f"{path} can't be read: {error}", "Open it in the program that made it and save it again.") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise WrongCall(f"{path} unpacks to more than {LARGEST // 1_000_000} MB", "Save its rows as several files, or as CSV.")
