"""From the probabilities of a head to the labels that hold."""

from collections.abc import Mapping

import numpy as np

from nlp.heads import Head
from nlp.linear import Floats


def choose(head: Head, probabilities: Floats, decision: Mapping[str, float]) -> list[str]:
    """The labels that hold, likeliest first; ``decision``: thresholds, factors or cuts by label, as the head has it."""
    if head.choice == "grade":
        expected = float(probabilities @ np.arange(len(head.labels)))
        return [head.labels[sum(expected >= cut for cut in decision.values())]]
    found = dict(zip(head.labels, probabilities.tolist(), strict=True))
    if head.choice == "one":
        return [max(found, key=lambda label: found[label] * decision[label])]
    return sorted((label for label, p in found.items() if p >= decision[label]), key=lambda label: -found[label])


def plain_decision(head: Head) -> dict[str, float]:
    """What decides where nothing was chosen on texts: the likelier side, the likeliest label, the nearest grade."""
    if head.choice == "grade":
        return {label: place + 0.5 for place, label in enumerate(head.labels[1:])}
    return dict.fromkeys(head.labels, 1.0 if head.choice == "one" else 0.5)
