"""``python -m benchmarks.search.exporting``: time and memory of exports from what ``python -m benchmarks.search`` has built."""

import argparse
import io
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO, cast

from index.export import FORMATS, export
from index.interface import SearchRequest, open_index
from langnghe.actor import SYSTEM
from langnghe.record.database import open_record
from langnghe.settings import Settings

EARLY = 2_000
"""Rows after which everything that an export needs has been loaded."""


class Nowhere(io.RawIOBase):
    """A file that only counts its bytes."""

    def __init__(self) -> None:
        self.size = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Count."""
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """Where a ZIP archive's next member begins."""
        return self.size


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _export(data: Path, form: str) -> str:
    settings = Settings(data_dir=data)
    record, index, out, early = open_record(settings), open_index(settings), Nowhere(), 0
    written = 0

    def tell(_: int) -> None:
        nonlocal early, written
        written += 1
        if written == EARLY:
            early = _memory_mb()

    begun, processor = time.perf_counter(), time.process_time()
    rows = export(record, index, SYSTEM, SearchRequest(query="bhyt OR bhxh"), form, cast("BinaryIO", out), tell=tell)
    seconds, of_processor = time.perf_counter() - begun, time.process_time() - processor
    return f"| {form} | {rows:,} | {seconds:.0f} s | {of_processor:.0f} s | {early} MB | {_memory_mb()} MB | {out.size / 1e6:.0f} MB |"


def main() -> None:
    """Export in each format, each in a process of its own: the largest memory is that of a process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search.exporting")
    parser.add_argument("--data", type=Path, default=Path("/tmp/langnghe-benchmark"))  # noqa: S108 - the caller may name another
    parser.add_argument("--format", choices=FORMATS)
    given = parser.parse_args()
    if given.format:
        print(_export(given.data, given.format), flush=True)
        return
    print(f"| format | rows | clock | processor | memory after {EARLY:,} rows | largest memory | file |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for form in FORMATS:
        command = [sys.executable, "-m", "benchmarks.search.exporting", "--data", str(given.data), "--format", form]
        subprocess.run(command, env=os.environ, check=True)  # noqa: S603 - this program itself


if __name__ == "__main__":
    main()
