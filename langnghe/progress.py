"""Progress bars on standard error, for whatever takes long."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Item = TypeVar("Item")


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(file=sys.stderr), refresh_per_second=4)


@contextmanager
def progress_bar(what: str, total: int | None = None, unit: str = "") -> Iterator[Callable[..., None]]:
    """A bar; the function it gives moves it: ``advance()``, ``advance(5)``, ``advance(0, total=200)``."""
    with _bar() as bar:
        task = bar.add_task(what, total=total, unit=unit)

        def advance(by: int = 1, *, total: int | None = None) -> None:
            if total is not None:
                bar.update(task, total=total)
            bar.advance(task, by)

        yield advance


def progress(items: Iterable[Item], what: str, total: int | None = None, unit: str = "") -> Iterator[Item]:
    """The items, with a bar that moves as they are taken."""
    length = len(items) if total is None and isinstance(items, Sized) else total
    with progress_bar(what, length, unit) as advance:
        for item in items:
            yield item
            advance()
