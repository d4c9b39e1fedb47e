"""``langnghe train``: from labelled texts to the shipped model files."""

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.labels import Labels
from nlp.card import write_card
from nlp.features import FeatureReader
from nlp.heads import Head, heads
from nlp.labelled import Labelled, split
from nlp.linear import Floats, Linear, Sparse, Vocabulary, joint, logistic, save_linear, save_vocabulary
from nlp.training import (
    Bools,
    Group,
    Recipe,
    best_multipliers,
    best_threshold,
    f1,
    gold_labels,
    joined,
    learn_vocabulary,
    macro_f1,
    to_matrix,
)
from nlp.training_copies import without_marks

SHIPPED = Path(__file__).parent / "models" / "shipped"
RECIPES = {
    "stance": Recipe({"w": 1.4, "f": 1.0, "c": 0.2, "x": 0.4, "s": 0.5, "b": 0.12, "y": 0.08}, penalty=3.0),
    "topics": Recipe({"w": 1.0, "f": 1.5, "f<x": 0.6, "c": 0.2, "x": 0.5, "s": 0.2, "l": 0.5, "l<y": 0.3, "b": 0.1, "y": 0.1}, penalty=1.0),
}
"""Chosen on the folds."""


def _vectors(rows: Sequence[Labelled], read: FeatureReader) -> tuple[Vocabulary, list[dict[str, Sparse]]]:
    """Features of the texts and, after them, of their copies without marks."""
    requests = [row.request() for row in rows]
    texts = [read(request) for request in [*requests, *map(without_marks, requests)]]
    vocabulary = learn_vocabulary(texts)
    return vocabulary, [vocabulary.vectors(text) for text in texts]


def _decision(head: Head, scores: Floats, gold: Bools, teaches: Bools) -> tuple[dict[str, float], float]:
    """Thresholds (any) or multipliers (one) of a head, and its figure on the folds."""
    probabilities, gold = logistic(scores[np.tile(teaches, 2)]), np.tile(gold[teaches], (2, 1))
    if head.choice == "any":
        threshold = best_threshold(probabilities, gold)
        return dict.fromkeys(head.labels, round(threshold, 3)), f1(gold, probabilities >= threshold)
    factors = best_multipliers(probabilities, gold.argmax(axis=1))
    figure = macro_f1(gold.argmax(axis=1), (probabilities * factors).argmax(axis=1), len(head.labels))
    return {label: round(float(factor), 3) for label, factor in zip(head.labels, factors, strict=True)}, figure


def build(
    rows: Sequence[Labelled], labels: Labels, read: FeatureReader, folder: Path = SHIPPED, step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Train on all rows that are not of the frozen test and write the model files to ``folder``.

    Returns:
        F1 (any) or macro-F1 (one) of each head on the folds.
    """
    known, test = split(rows)
    vocabulary, vectors = _vectors(known, read)
    models: list[tuple[Head, Linear]] = []
    decisions: dict[str, dict[str, float]] = {}
    figures: dict[str, float] = {}
    for (recipe, relevant_only), members in groupby(heads(labels), key=lambda head: (head.recipe, head.relevant_only)):
        teaches = np.array([row.relevant or not relevant_only for row in known])
        matrix = to_matrix([joint(vector, RECIPES[recipe].lengths) for vector in vectors], len(vocabulary.names))
        group = Group(matrix, known, RECIPES[recipe].penalty, teaches)
        for head in members:
            gold = gold_labels(head, known)
            weights, bias, scores = group.learn(gold)
            models.append((head, Linear(list(head.labels), weights, bias)))
            decisions[head.name], figures[head.name] = _decision(head, scores, gold, teaches)
            step()
    _write(folder, vocabulary, models, {"lengths": {name: recipe.lengths for name, recipe in RECIPES.items()}, **decisions})
    write_card(folder / "CARD.md", known, test, figures, vocabulary)
    return figures


def _write(folder: Path, vocabulary: Vocabulary, models: list[tuple[Head, Linear]], decisions: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", vocabulary)
    for name in dict.fromkeys(head.file for head, _ in models):
        save_linear(folder / f"{name}.npz", joined([(head, model) for head, model in models if head.file == name]))
    (folder / "decisions.json").write_text(json.dumps(decisions, indent=1, sort_keys=True) + "\n", encoding="utf-8")
