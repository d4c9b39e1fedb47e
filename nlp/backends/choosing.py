"""From the probabilities of a head to the labels that hold."""

from collections.abc import Callable, Mapping

import numpy as np

from nlp.heads import Head
from nlp.linear import Floats

Choice = Callable[[Floats], list[str]]
"""The labels that hold, likeliest first."""


def chooser(head: Head, decision: Mapping[str, float]) -> Choice:
    """What chooses the labels of a head; ``decision``: thresholds, factors or cuts by label, as the head has it."""
    labels = head.labels
    if head.choice == "grade":
        cuts, grades = np.array(list(decision.values())), np.arange(len(labels))
        return lambda probabilities: [labels[int((float(probabilities @ grades) >= cuts).sum())]]
    numbers = np.array([decision[label] for label in labels])
    if head.choice == "one":
        return lambda probabilities: [labels[int((probabilities * numbers).argmax())]]

    def several(probabilities: Floats) -> list[str]:
        held = np.flatnonzero(probabilities >= numbers)
        return [labels[place] for place in held[np.argsort(-probabilities[held], kind="stable")]]

    return several


def plain_decision(head: Head) -> dict[str, float]:
    """What decides where nothing was chosen on texts: the likelier side, the likeliest label, the nearest grade."""
    if head.choice == "grade":
        return {label: place + 0.5 for place, label in enumerate(head.labels[1:])}
    return dict.fromkeys(head.labels, 1.0 if head.choice == "one" else 0.5)
