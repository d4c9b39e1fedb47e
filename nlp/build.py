"""``langnghe train``: from labelled texts to the shipped model files."""

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.labels import Labels
from nlp.agreement import TOGETHER, learn_table, reconcile
from nlp.card import write_card
from nlp.deciding import Learned, decide
from nlp.excerpt import Presence
from nlp.features import FeatureReader, Reading
from nlp.heads import Head, heads
from nlp.labelled import Labelled, split
from nlp.linear import Floats, Linear, Sparse, Vocabulary, joint, logistic, logit, save_linear, save_vocabulary, softmax
from nlp.presence import UNWEIGHED, weighed
from nlp.training import (
    Bools,
    Group,
    Recipe,
    gold_labels,
    joined,
    learn_presence,
    learn_vocabulary,
    to_matrix,
)
from nlp.training_copies import without_marks

SHIPPED = Path(__file__).parent / "models" / "shipped"
RECIPES = {
    "stance": Recipe({"w": 1.4, "f": 1.0, "c": 0.2, "x": 0.4, "s": 0.5, "l": 0.2, "b": 0.12, "y": 0.1}, penalty=3.0),
    "topics": Recipe({"w": 1.0, "f": 1.5, "f<x": 0.9, "c": 0.2, "x": 0.5, "s": 0.2, "l": 0.5, "l<y": 0.5, "b": 0.1, "y": 0.1}, penalty=1.2),
}
"""Chosen on the folds."""


def _readings(rows: Sequence[Labelled], read: FeatureReader) -> list[Reading]:
    """What is read of the texts and, after them, of their copies without marks."""
    requests = [row.request() for row in rows]
    return [read(request) for request in [*requests, *map(without_marks, requests)]]


def _learn(known: Sequence[Labelled], vocabulary: Vocabulary, vectors: list[dict[str, Sparse]], heads_: list[Head]) -> list[Learned]:
    """Learn heads that share recipe and texts."""
    recipe = RECIPES[heads_[0].recipe]
    teaches = np.array([row.relevant or not heads_[0].relevant_only for row in known])
    group = Group(to_matrix([joint(vector, recipe.lengths) for vector in vectors], len(vocabulary.names)), known, recipe.penalty, teaches)
    learned = []
    for head in heads_:
        gold = gold_labels(head, known)
        weights, bias, scores = group.learn(gold, together=head.choice != "any")
        probabilities = logistic(scores) if head.choice == "any" else softmax(scores)
        model = Linear(list(head.labels), weights, bias)
        learned.append(Learned(head, model, probabilities, np.tile(gold, (2, 1))))
    return learned


def _weigh_long(relevant: Learned, presences: Sequence[Presence | None]) -> list[float]:
    """Weigh the relevance of long texts anew, in place, by how present the insurances are in them; the weights."""
    long = [place for place, presence in enumerate(presences) if presence]
    found = [presence for presence in presences if presence]
    if not found:
        return list(UNWEIGHED)
    logits = logit(relevant.probabilities[long, 0])
    weights = learn_presence(logits, found, relevant.gold[long, 0])
    relevant.probabilities[long, 0] = logistic(weighed(logits, found, weights))
    return weights


def _agree(learned: list[Learned], relevant: Bools) -> Floats:
    """Reconcile the heads that are decided together, in place, and return their table."""
    together = [next(one for one in learned if one.head.name == name) for name in TOGETHER]
    table = learn_table([one.classes[relevant] for one in together], [len(one.head.labels) for one in together])
    reconciled = reconcile([one.probabilities[relevant] for one in together], table)
    for one, probabilities in zip(together, reconciled, strict=True):
        one.probabilities[relevant] = probabilities
    return table


def build(
    rows: Sequence[Labelled], labels: Labels, read: FeatureReader, folder: Path = SHIPPED, step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Train on all rows that are not of a test and write the model files to ``folder``.

    Returns:
        F1 (any), quadratic kappa (grade) or macro-F1 (one) of each head on the folds.
    """
    known, frozen, fresh = split(rows)
    readings = _readings(known, read)
    vocabulary = learn_vocabulary([reading.features for reading in readings])
    vectors = [vocabulary.vectors(reading.features) for reading in readings]
    learned: list[Learned] = []
    for _, members in groupby(heads(labels), key=lambda head: (head.recipe, head.relevant_only)):
        learned += _learn(known, vocabulary, vectors, list(members))
        step()
    long = _weigh_long(learned[0], [reading.presence for reading in readings])
    table = _agree(learned, np.tile(np.array([row.relevant for row in known]), 2))
    decided = decide(learned, labels.parent_of)
    figures = {name: decision.figure for name, decision in decided.items()}
    decisions = {
        "lengths": {name: recipe.lengths for name, recipe in RECIPES.items()},
        "long": long,
        "together": np.round(table.astype(float), 3).tolist(),
        **{name: decision.numbers for name, decision in decided.items()},
    }
    _write(folder, vocabulary, learned, decisions)
    write_card(folder / "CARD.md", known, len(frozen) + len(fresh), figures, vocabulary)
    return figures


def _write(folder: Path, vocabulary: Vocabulary, learned: list[Learned], decisions: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", vocabulary)
    for name in dict.fromkeys(one.head.file for one in learned):
        save_linear(folder / f"{name}.npz", joined([(one.head, one.model) for one in learned if one.head.file == name]))
    (folder / "decisions.json").write_text(json.dumps(decisions, indent=1, sort_keys=True) + "\n", encoding="utf-8")
