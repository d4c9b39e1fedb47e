"""``langnghe train``: from labelled texts to the shipped model files."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from langnghe.labels import Labels
from nlp.concepts import ConceptFinder
from nlp.heads import Head, heads
from nlp.labelled import Labelled, split
from nlp.linear import Floats, Linear, logistic, save_linear, save_vocabulary
from nlp.tokens import Tokeniser
from nlp.training import Bools, Trainer, best_multipliers, best_threshold, f1, joined, macro_f1

SHIPPED = Path(__file__).parent / "models" / "shipped"


def _decision(head: Head, scores: Floats, gold: Bools, teaches: Bools) -> tuple[dict[str, float], float]:
    """Thresholds (any) or multipliers (one) of a head, and its figure on the folds."""
    probabilities, gold = logistic(scores[np.tile(teaches, 2)]), np.tile(gold[teaches], (2, 1))
    if head.choice == "any":
        threshold = best_threshold(probabilities, gold)
        return dict.fromkeys(head.labels, round(threshold, 3)), f1(gold, probabilities >= threshold)
    factors = best_multipliers(probabilities, gold.argmax(axis=1))
    chosen = (probabilities * factors).argmax(axis=1)
    figure = macro_f1(gold.argmax(axis=1), chosen, len(head.labels))
    return {label: round(float(factor), 3) for label, factor in zip(head.labels, factors, strict=True)}, figure


def build(
    rows: Sequence[Labelled],
    labels: Labels,
    tokenise: Tokeniser,
    concepts: ConceptFinder,
    folder: Path = SHIPPED, step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Train on all rows that are not of the frozen test and write the model files to ``folder``.

    Returns:
        F1 (any) or macro-F1 (one) of each head on the folds.
    """
    known, _ = split(rows)
    trainer = Trainer(known, tokenise, concepts)
    files: dict[str, list[tuple[Head, Linear]]] = {}
    decisions: dict[str, dict[str, float]] = {}
    figures: dict[str, float] = {}
    for head in heads(labels):
        model, scores, gold = trainer.learn_head(head)
        teaches = np.array([row.relevant or not head.relevant_only for row in known])
        decisions[head.name], figures[head.name] = _decision(head, scores, gold, teaches)
        files.setdefault(head.file, []).append((head, model))
        step()
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", trainer.vocabulary)
    for name, models in files.items():
        save_linear(folder / f"{name}.npz", joined(models))
    (folder / "decisions.json").write_text(json.dumps(decisions, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return figures
