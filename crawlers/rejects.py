"""Rows that an import did not take, in a file of their own with the reason: corrected there, it is imported again."""

import csv
import json
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from crawlers.columns import NOTES
from crawlers.imports import Row


def rejects_path(file: Path) -> Path:
    """Where the rejected rows of a file go: beside it, as JSON Lines or CSV."""
    return file.with_name(f"{file.stem}.rejected{'.csv' if file.suffix.lower() in {'.csv', '.xlsx'} else '.jsonl'}")


class Rejects:
    """Writes rejected rows; the file is made with the first of them, over one of an earlier import."""

    def __init__(self, path: Path, header: list[str] | None) -> None:
        self.path, self.header, self.number = path, header, 0
        self.problem: str | None = None
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> IO[str]:
        if self._file is None:
            # With the mark by which spreadsheet programs know UTF-8.
            encoding = "utf-8-sig" if self.path.suffix == ".csv" else "utf-8"
            self._file = self.path.open("w", encoding=encoding, newline="")
            if self.path.suffix == ".csv":
                csv.writer(self._file).writerow([*NOTES, *(self.header or [])])
        return self._file

    def add(self, row: Row, reason: str) -> None:
        """Write a row with the reason; where the file can't be written, that is kept in ``problem`` and the import goes on."""
        self.number += 1
        try:
            file = self._opened()
            if self.path.suffix == ".csv":
                cells = row.original if isinstance(row.original, list) else []
                csv.writer(file).writerow([row.number, reason, *("" if cell is None else cell for cell in cells)])
            else:
                kept: dict[str, Any] = row.original if isinstance(row.original, dict) else {"line": row.original}
                file.write(json.dumps({NOTES[0]: row.number, NOTES[1]: reason, **kept}, ensure_ascii=False, default=str) + "\n")
        except OSError as error:
            self.problem = f"{self.path} can't be written: {error.strerror}"
