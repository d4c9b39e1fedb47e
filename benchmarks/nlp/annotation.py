"""``python -m benchmarks.nlp.annotation``: speed, memory and start of ``langnghe annotate`` on articles and posts of the project."""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from nlp.labelled import Labelled, load_labelled

ARTICLE, POST = 400, 40
"""Syllables."""


@dataclass(frozen=True)
class Measured:
    """A run of the command: texts, seconds, CPU seconds of all its processes, and their memory in the middle and at the end (MB)."""

    texts: int
    seconds: float
    cpu: float
    middle: float
    end: float


def _of_length(rows: list[Labelled], syllables: int) -> Iterator[dict[str, Any]]:
    """The rows' words, in requests of so many syllables."""
    words: list[str] = []
    for number, row in enumerate(rows):
        words += row.text.split()
        while len(words) >= syllables:
            day = f"{row.published}T08:00:00+07:00"
            yield {
                "id": number,
                "kind": row.kind,
                "title": row.title,
                "context": row.context,
                "published": day,
                "text": " ".join(words[:syllables]),
            }
            words = words[syllables:]


def _write(path: Path, kinds: set[str], syllables: int, texts: int) -> None:
    rows = [row for row in load_labelled() if row.kind in kinds]
    lines = [json.dumps(request, ensure_ascii=False) for request in _of_length(rows, syllables)]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in itertools.islice(itertools.cycle(lines), texts))


def _family(parent: int) -> list[int]:
    """A process and all that it started."""
    found = [parent]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) in found:
            found.append(int(status.parent.name))
    return found


def _resident(process: int) -> float:
    """Memory of a process and of all that it started, in MB."""
    total = 0
    for member in _family(process):
        try:
            total += int(Path(f"/proc/{member}/statm").read_text().split()[1])
        except OSError:
            continue
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6


def _run(source: Path, texts: int) -> Measured:
    started, before = time.perf_counter(), os.times()
    memory: list[float] = []
    over = Event()
    with subprocess.Popen([sys.executable, "-m", "langnghe", "annotate", str(source), os.devnull]) as process:  # noqa: S603

        def watch() -> None:
            while not over.wait(0.5):
                memory.append(_resident(process.pid))

        watcher = Thread(target=watch)
        watcher.start()
        status = process.wait()
        over.set()
        watcher.join()
    seconds, after = time.perf_counter() - started, os.times()
    if status:
        sys.exit(f"langnghe annotate ended with {status}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    quarter = max(len(memory) // 4, 1)
    return Measured(texts, seconds, cpu, max(memory[quarter : 2 * quarter] or [0]), max(memory[-quarter:] or [0]))


def _rate(small: Measured, large: Measured) -> tuple[float, float]:
    """Texts a second, and a CPU second, without the start: by the difference of two runs."""
    texts = large.texts - small.texts
    return texts / (large.seconds - small.seconds), texts / (large.cpu - small.cpu)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=10_000)
    given = parser.parse_args()
    print("| texts | a second | a CPU second | memory, second quarter (MB) | at the end (MB) |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LANGNGHE_DATA_DIR"] = folder
        for name, kinds, syllables, texts in (
            ("posts", {"comment", "forum", "social"}, POST, given.posts),
            ("articles", {"news"}, ARTICLE, given.articles),
        ):
            runs = []
            for count in (texts // 10, texts):
                source = Path(folder) / f"{name}.jsonl"
                _write(source, kinds, syllables, count)
                runs.append(_run(source, count))
            rate, by_cpu = _rate(runs[0], runs[1])
            print(
                f"| {texts} {name} of {syllables} syllables | {rate:.0f} | {by_cpu:.0f} | {runs[1].middle:.0f} | {runs[1].end:.0f} |",
                flush=True,
            )
        source = Path(folder) / "one.jsonl"
        _write(source, {"comment"}, POST, 1)
        print(f"\nOne text, started anew: {min(_run(source, 1).seconds for _ in range(3)):.1f} s")


if __name__ == "__main__":
    main()
