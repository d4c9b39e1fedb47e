"""A disk that is small enough to be filled: of its own where this machine allows that (root), else a limit on PostgreSQL's files."""

import errno
import subprocess
from pathlib import Path

from tests.servers.postgresql import PostgreSQL

SIZE = "400m"
PIECE = b"\0" * 65_536


class Disk:
    """The disk of PostgreSQL, Redis and the data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "langnghe-soak", str(folder)]
        try:
            self.is_own = subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
        except FileNotFoundError:
            self.is_own = False

    def fill(self, postgresql: PostgreSQL) -> None:
        """Leave no room."""
        if not self.is_own:
            postgresql.limit_files(0)
            return
        try:
            with self._ballast.open("wb", buffering=0) as ballast:
                while ballast.write(PIECE):
                    pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def free(self, postgresql: PostgreSQL) -> None:
        """Make room again."""
        if self.is_own:
            self._ballast.unlink(missing_ok=True)
        elif postgresql.is_running:
            postgresql.limit_files(None)

    def give_back(self) -> None:
        """Take the disk out."""
        if self.is_own:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)  # noqa: S603, S607
