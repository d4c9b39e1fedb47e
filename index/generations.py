"""The embedded index on disk: one folder a generation and a pointer to the one that serves, swapped atomically."""

import shutil
import uuid
from pathlib import Path

from index.interface import NeedsRebuild

FORMAT = "4"
"""Grows whenever analysis or fields change: an index of another format has to be built again."""


class Generations:
    """The generations of one installation's index; ``CURRENT`` names the one that serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "CURRENT"

    def current(self) -> Path:
        """Folder of the generation that serves.

        Raises:
            NeedsRebuild: there is none, or another version of the program made it.
        """
        try:
            name = self._pointer.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise NeedsRebuild(f"{self.folder} holds no search index") from None
        if not name.startswith(f"{FORMAT}-"):
            raise NeedsRebuild(f"the search index in {self.folder} was made by another version of the program")
        return self.folder / name

    def begun(self, name: str | None) -> Path | None:
        """The folder of a generation that was begun under that name, if it is still there and of this format."""
        path = self.folder / name if name and name.startswith(f"{FORMAT}-") else None
        return path if path and (path / "meta.json").exists() else None

    def create(self) -> Path:
        """An empty folder for a new generation, beside the one that serves."""
        path = self.folder / f"{FORMAT}-{uuid.uuid4().hex[:12]}"
        path.mkdir(parents=True)
        return path

    def publish(self, path: Path) -> None:
        """Let ``path`` serve from now on, and remove every other generation."""
        new = self._pointer.with_suffix(".new")
        new.write_text(path.name, encoding="utf-8")
        new.replace(self._pointer)
        for other in self.folder.iterdir():
            if other.is_dir() and other != path:
                # Readers keep the files that they have open; whoever opens now reads the pointer again.
                shutil.rmtree(other, ignore_errors=True)
