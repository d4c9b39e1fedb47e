"""What learning takes of memory, said before it starts instead of by the system that would end it in the middle."""

from collections.abc import Sequence

from langnghe.capacity import memory_available
from langnghe.errors import Unavailable
from nlp.labelled import Labelled

PER_TEXT = 120_000
"""Bytes of the features of a text and of its copy, as words and as numbers: 41,672 texts took 4.2 GB, of which this says 5.0."""
GIGABYTE = 1_000_000_000


def memory_needed(rows: Sequence[Labelled]) -> int:
    """Bytes, somewhat above what was measured. Limits that are set for the program itself (a container, a unit) are not seen."""
    return PER_TEXT * len(rows)


def require_memory(rows: Sequence[Labelled]) -> None:
    """Refuse to start what cannot be finished.

    Raises:
        Unavailable: the machine has less free than learning from these texts takes.
    """
    needed, free = memory_needed(rows), memory_available()
    if free is not None and free < needed:
        raise Unavailable(
            f"learning from {len(rows):,} texts takes {needed / GIGABYTE:.1f} GB of memory, {free / GIGABYTE:.1f} are free",
            "Stop what else runs, or train on a larger machine and copy the model files.",
        )
