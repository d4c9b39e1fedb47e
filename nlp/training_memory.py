"""What learning takes of memory, said before it starts instead of by the system that would end it in the middle."""

from collections.abc import Sequence

from langnghe.capacity import memory_available
from langnghe.errors import Unavailable
from nlp.labelled import Labelled
from nlp.training import COPIES, COPIES_OF_RELEVANT

PER_TEXT = 100_000
"""Bytes of the features of a text and of its copy, set so that the whole comes out above what was measured."""
NUMBER = 4
"""Bytes of an inner product."""
GIGABYTE = 1_000_000_000


def memory_needed(rows: Sequence[Labelled]) -> int:
    """Bytes at most: the inner products of all texts and copies that teach, and of those that teach one group of heads.

    32,424 texts took 16.7 GB, of which this says 18. Limits that are set for the program itself (a container, a unit) are not seen.
    """
    relevant = sum(row.relevant for row in rows)
    all_rows = len(rows) + COPIES_OF_RELEVANT * relevant + COPIES * (len(rows) - relevant)
    of_group = max(len(rows) * (1 + COPIES), relevant * (1 + COPIES_OF_RELEVANT))
    return int(NUMBER * (all_rows**2 + of_group**2) + PER_TEXT * len(rows))


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
