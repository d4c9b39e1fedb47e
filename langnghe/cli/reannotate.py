"""``langnghe reannotate``: everything anew with the present model, while the system serves."""

import os
import sys
import time
from typing import Annotated

import typer

from langnghe.errors import LangngheError
from langnghe.installation import Installation

LOOK_SECONDS = 2.0
STILL_SECONDS = 300.0
"""Without a document annotated by a worker, after which somebody has to look."""


def _counts(installation: Installation, model: str) -> tuple[int, int]:
    """Documents that the present model has annotated, and those that wait for it."""
    from langnghe.record.reannotation import count_by_model, count_stale

    with installation.record.reading() as session:
        return count_by_model(session).get(model, 0), count_stale(session, model)


def _watch(installation: Installation, model: str) -> int:
    """Show how the workers get on until nothing is left; they go on when this is stopped."""
    from langnghe.progress import progress_bar
    from langnghe.wording import load_wording

    said = load_wording(installation.settings.language, installation.settings.config_dir)
    done, left = _counts(installation, model)
    first = left
    with progress_bar(said("annotation.again"), done + left, said("index.documents")) as advance:
        advance(done)
        moved = time.monotonic()
        while left:
            began = time.monotonic()
            time.sleep(LOOK_SECONDS)
            before, (_, left) = left, _counts(installation, model)
            if left < before:
                advance(before - left)
                moved = time.monotonic()
            elif time.monotonic() - moved > STILL_SECONDS:
                raise LangngheError(
                    f"no worker has annotated anything with {model} for {STILL_SECONDS:.0f} s, {left} documents are left",
                    "Start 'langnghe worker', and start those again that have another model.",
                )
            time.sleep(min(10 * (time.monotonic() - began - LOOK_SECONDS), 30))  # counting a large record takes a while: not all the time
    return first


def reannotate(
    processes: Annotated[int | None, typer.Option(min=1, help="Processes that annotate; none given: one for each core.")] = None,
) -> None:
    """Annotate everything anew with the present model; what officers corrected stays. Stopped or killed, call it again: it goes on.

    With workers they do it, and this shows how far they are.
    """
    from langnghe.cli.reannotation import annotate_again
    from langnghe.installation import open_installation
    from langnghe.progress import progress_bar
    from langnghe.wording import load_wording
    from nlp.annotator import load_annotator

    installation = open_installation()
    said = load_wording(installation.settings.language, installation.settings.config_dir)
    model = load_annotator(installation.settings).model
    if installation.settings.workers.broker:
        total = _watch(installation, model)
    else:
        done, left = _counts(installation, model)
        with progress_bar(said("annotation.again"), done + left, said("index.documents")) as advance:
            advance(done)
            total = annotate_again(installation, processes=processes or len(os.sched_getaffinity(0)), advance=advance)
    print(said("annotation.again_done", n=said.number(total), model=model), file=sys.stderr)
