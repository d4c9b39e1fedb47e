"""Thresholds, factors and cuts of a transformer's heads, chosen on the texts that are kept for it."""

import numpy as np

from nlp.backends.choosing import plain_decision
from nlp.best_numbers import best_cuts, best_multipliers, f1
from nlp.finetuning.examples import Example, Slice
from nlp.heads import Head
from nlp.linear import Floats, logistic, softmax

_THRESHOLDS = np.arange(0.1, 0.9, 0.05)
_FEW = 20
"""Texts below which nothing is chosen."""


def decision(head: Head, scores: Floats, targets: Floats) -> dict[str, float]:
    """What decides a head whose numbers on some texts are ``scores``."""
    if len(targets) < _FEW:
        return plain_decision(head)
    if head.choice == "any":
        probabilities, gold = logistic(scores), targets > 0.5
        best = max(_THRESHOLDS, key=lambda threshold: f1(gold, probabilities >= threshold))
        return dict.fromkeys(head.labels, round(float(best), 3))
    probabilities, classes = softmax(scores), targets.argmax(axis=1)
    if head.choice == "grade":
        cuts = best_cuts((probabilities @ np.arange(len(head.labels))).astype(np.float32), classes)
        return dict(zip(head.labels[1:], cuts, strict=True))
    return {label: round(float(f), 3) for label, f in zip(head.labels, best_multipliers(probabilities, classes), strict=True)}


def decisions(slices: list[Slice], examples: list[Example], scores: Floats) -> dict[str, dict[str, float]]:
    """What decides each head, by the texts that would teach it."""
    found = {}
    for part in slices:
        taught = np.array([example.taught[part.start] for example in examples], dtype=bool)
        targets = np.array([example.targets[part.start : part.end] for example in examples])
        found[part.head.name] = (
            decision(part.head, scores[taught, part.start : part.end], targets[taught]) if taught.any() else plain_decision(part.head)
        )
    return found
