"""What the models decide: groups of labels, which texts teach them, and how probabilities become a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from langnghe.labels import Labels
from nlp.labelled import Labelled

INTENT_ELSEWHERE = "intent_elsewhere"
"""The intent of what is not relevant, learned from all texts: chatter is labelled as information for the most part, so that a head which
all texts teach finds less and less of what relevant ones want."""
UNEVENLY_GIVEN = ("broad", "recent")
"""Rounds whose ``responsible`` and ``audience`` were completed by a second, quick reader: with these texts as teachers ``responsible`` was
found 0.01 to 0.02 worse in the plain test (the broad ones: in the fresh one too). The recent ones made ``audience`` 0.006 to 0.013 better
in five of nine tests and nowhere worse than 0.002; both heads learn together, for one more group would cost a minute of training."""


@dataclass(frozen=True)
class Head:
    """One decision: ``one`` of its labels, a ``grade`` (one of them, which have an order), or ``any`` number of them.

    ``file`` is the model file it stands in, ``recipe`` how it is learned (:data:`nlp.build.RECIPES`); ``relevant_only``: texts that
    are not relevant do not teach it. ``left_out``: nor do the texts of these rounds.
    """

    name: str
    labels: tuple[str, ...]
    choice: Literal["one", "grade", "any"]
    file: str
    gold: Callable[[Labelled], frozenset[str]]
    relevant_only: bool = True
    recipe: str = "stance"
    left_out: tuple[str, ...] = ()


def _several(field: str) -> Callable[[Labelled], frozenset[str]]:
    return lambda row: frozenset(getattr(row, field))


def _single(field: str) -> Callable[[Labelled], frozenset[str]]:
    return lambda row: frozenset(["none" if getattr(row, field) is None else str(getattr(row, field))])


def _true(field: str) -> Callable[[Labelled], frozenset[str]]:
    return lambda row: frozenset(["yes"] if getattr(row, field) else [])


def heads(labels: Labels) -> list[Head]:
    """All decisions, in the order in which they stand in the files."""

    def ids(group: str) -> tuple[str, ...]:
        return tuple(item if isinstance(item, str) else item.id for item in getattr(labels, group))

    return [
        Head("relevant", ("yes",), "any", "stance", _true("relevant"), relevant_only=False),
        Head(INTENT_ELSEWHERE, ids("intent"), "one", "stance", _single("intent"), relevant_only=False),
        Head("intent", ids("intent"), "one", "stance", _single("intent")),
        Head("sentiment", ids("sentiment"), "one", "stance", _single("sentiment")),
        Head("concern", ids("concern"), "grade", "stance", _single("concern")),
        Head("formal", ("yes",), "any", "stance", _true("formal")),
        Head("veracity", (*ids("veracity"), "none"), "one", "stance", _single("veracity")),
        Head("topics", ids("topics"), "any", "topics", _several("topics"), recipe="topics"),
        Head("subtopics", ids("subtopics"), "any", "subtopics", _several("subtopics"), recipe="topics"),
        Head("responsible", ids("responsible"), "any", "people", _several("responsible"), recipe="topics", left_out=UNEVENLY_GIVEN),
        Head("audience", ids("audience"), "any", "people", _several("audience"), recipe="topics", left_out=UNEVENLY_GIVEN),
    ]
