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
from nlp.presence import weighed
from nlp.training import (
    Bools,
    Group,
    Recipe,
    gold_labels,
    inner_products,
    joined,
    learn_presence,
    learn_vocabulary,
    to_matrix,
)
from nlp.training_copies import without_marks

SHIPPED = Path(__file__).parent / "models" / "shipped"
RECIPES = {
    "stance": Recipe({"w": 1.4, "f": 1.0, "f<t": 0.4, "c": 0.2, "x": 0.4, "s": 0.5, "l": 0.2, "b": 0.12, "y": 0.1}, penalty=1.0),
    "topics": Recipe(
        {"w": 1.0, "f": 1.5, "f<x": 0.9, "f<t": 0.5, "c": 0.2, "x": 0.5, "s": 0.2, "l": 0.5, "l<y": 0.5, "l<t": 0.3, "b": 0.1, "y": 0.1},
        penalty=0.45,
    ),
}
"""Chosen on the folds."""


def _readings(rows: Sequence[Labelled], read: FeatureReader) -> list[Reading]:
    """What is read of the texts and, after them, of their copies without marks."""
    requests = [row.request() for row in rows]
    return [read(request) for request in [*requests, *map(without_marks, requests)]]


def _learn(
    known: Sequence[Labelled], vocabulary: Vocabulary, vectors: list[dict[str, Sparse]], heads_: list[Head], step: Callable[[], None]
) -> list[Learned]:
    """Learn heads that share a recipe."""
    recipe = RECIPES[heads_[0].recipe]
    matrix = to_matrix([joint(vector, recipe.lengths) for vector in vectors], len(vocabulary.names))
    products = inner_products(matrix)
    learned = []
    for relevant_only, members in groupby(heads_, key=lambda head: head.relevant_only):
        teaches = np.array([row.relevant or not relevant_only for row in known])
        group = Group(matrix, products, known, recipe.penalty, teaches)
        together = list(members)
        golds = [gold_labels(head, known) for head in together]
        lessons = group.learn(golds, [head.choice != "any" for head in together])
        for head, gold, (weights, bias, scores) in zip(together, golds, lessons, strict=True):
            probabilities = logistic(scores) if head.choice == "any" else softmax(scores)
            learned.append(Learned(head, Linear(list(head.labels), weights, bias), probabilities, np.tile(gold, (2, 1))))
            step()
    return learned


def _weigh(relevant: Learned, readings: Sequence[Reading]) -> dict[str, list[float]]:
    """Weigh the relevance of texts anew, in place, by how present the insurances are in them; the weights for each length."""
    weights: dict[str, list[float]] = {}
    for length in sorted({reading.length for reading in readings}):
        places = [place for place, reading in enumerate(readings) if reading.length == length]
        found: list[Presence] = [readings[place].presence for place in places]
        logits = logit(relevant.probabilities[places, 0])
        weights[length] = learn_presence(logits, found, relevant.gold[places, 0])
        relevant.probabilities[places, 0] = logistic(weighed(logits, found, weights[length]))
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
    known, tests = split(rows)
    readings = _readings(known, read)
    vocabulary = learn_vocabulary([reading.features for reading in readings])
    vectors = [vocabulary.vectors(reading.features) for reading in readings]
    learned: list[Learned] = []
    for _, members in groupby(heads(labels), key=lambda head: head.recipe):
        learned += _learn(known, vocabulary, vectors, list(members), step)
    presence = _weigh(learned[0], readings)
    table = _agree(learned, np.tile(np.array([row.relevant for row in known]), 2))
    decided = decide(learned, labels.parent_of)
    figures = {name: decision.figure for name, decision in decided.items()}
    decisions = {
        "lengths": {name: recipe.lengths for name, recipe in RECIPES.items()},
        "presence": presence,
        "together": np.round(table.astype(float), 3).tolist(),
        **{name: decision.numbers for name, decision in decided.items()},
    }
    _write(folder, vocabulary, learned, decisions)
    write_card(folder / "CARD.md", known, sum(map(len, tests.values())), figures, vocabulary)
    return figures


def _write(folder: Path, vocabulary: Vocabulary, learned: list[Learned], decisions: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", vocabulary)
    for name in dict.fromkeys(one.head.file for one in learned):
        save_linear(folder / f"{name}.npz", joined([(one.head, one.model) for one in learned if one.head.file == name]))
    (folder / "decisions.json").write_text(json.dumps(decisions, indent=1, sort_keys=True) + "\n", encoding="utf-8")
