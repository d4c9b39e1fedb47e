"""Labelled texts as a transformer is taught with them: one row of targets for all heads, and which of them the text teaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.backends.manifest import Decides, Manifest
from nlp.backends.windows import model_text
from nlp.heads import Head
from nlp.labelled import Labelled, part_of
from nlp.linear import Floats
from nlp.training_copies import without_marks

DEVELOPMENT_SHARE = 0.1
"""Share of the stories that are not taught: thresholds are chosen on them."""


@dataclass(frozen=True)
class Example:
    """A text as the model reads it, the wanted number of each label, and whether the text teaches that label's head."""

    text: str
    targets: Floats
    taught: NDArray[np.bool_]


@dataclass(frozen=True)
class Slice:
    """Where a head's labels stand among a model's numbers."""

    head: Head
    start: int
    end: int


def slices(heads: Sequence[Head]) -> list[Slice]:
    """The heads side by side."""
    ends = np.cumsum([len(head.labels) for head in heads]).tolist()
    return [Slice(head, end - len(head.labels), end) for head, end in zip(heads, ends, strict=True)]


def example(row: Labelled, heads: Sequence[Head], manifest: Manifest, marks: bool = True) -> Example:
    """A labelled text (``marks`` False: as if typed without them) as an example."""
    request = row.request() if marks else without_marks(row.request())
    targets = [float(label in head.gold(row)) for head in heads for label in head.labels]
    taught = [row.relevant or not head.relevant_only for head in heads for _ in head.labels]
    return Example(model_text(request, manifest), np.array(targets, dtype=np.float32), np.array(taught))


def is_development(row: Labelled) -> bool:
    """Whether a text's story is kept for choosing thresholds."""
    return part_of(row.story, "development") < DEVELOPMENT_SHARE


def teaching_examples(rows: Iterable[Labelled], heads: Sequence[Head], manifest: Manifest) -> tuple[list[Example], list[Example]]:
    """(examples that teach, each with its copy without marks, examples to choose thresholds on); the tests are in neither."""
    known = [row for row in rows if not row.is_test]
    teach = [example(row, heads, manifest, marks) for row in known if not is_development(row) for marks in (True, False)]
    return teach, [example(row, heads, manifest) for row in known if is_development(row)]


def decides(heads: Sequence[Head], decisions: dict[str, dict[str, float]]) -> list[Decides]:
    """What a model over these heads decides, as its manifest says it."""
    return [Decides(head=head.name, labels=list(head.labels), decision=decisions[head.name]) for head in heads]
