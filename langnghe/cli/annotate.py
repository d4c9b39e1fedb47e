"""``langnghe annotate``: texts as JSON Lines in, their annotations out."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from langnghe.errors import LangngheError, WrongCall


@contextmanager
def _opened(name: str, mode: str, standard: BinaryIO) -> Iterator[BinaryIO]:
    if name == "-":
        yield standard
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open(mode))
        except OSError as error:
            raise WrongCall(f"{name}: {error.strerror}", "Name a file of JSON Lines, or - for standard input or output.") from None
        yield file  # type: ignore[misc]


def annotate(
    source: Annotated[str, typer.Argument(metavar="[IN]", help="JSON Lines with id and text; - for standard input.")] = "-",
    target: Annotated[str, typer.Argument(metavar="[OUT]", help="Where the answers go; - for standard output.")] = "-",
    processes: Annotated[int | None, typer.Option(min=1, help="Processes that annotate; none given: one for each core.")] = None,
) -> None:
    """Annotate texts: one line of output for each line of input, in order."""
    from langnghe.progress import progress_bar
    from langnghe.settings import load_settings
    from nlp.lines import annotate_lines

    settings = load_settings()
    processes = processes or max(settings.nlp.processes, len(os.sched_getaffinity(0)))
    errors = 0
    with (
        _opened(source, "rb", sys.stdin.buffer) as lines,
        _opened(target, "wb", sys.stdout.buffer) as out,
        progress_bar("annotate") as advance,
    ):
        for answers in annotate_lines(lines, settings, processes):
            out.write(answers.lines)
            out.flush()
            errors += answers.errors
            advance(answers.lines.count(b"\n"))
    if errors:
        raise LangngheError(f"{errors} lines could not be annotated", "See their error in the output.")
