"""The numbers that decide: factors and cuts under which a figure is best, as a mean of the rounds that texts were written in."""

from collections.abc import Callable

import numpy as np

from nlp.linear import Bools, Floats, Places
from nlp.measures import quadratic_kappa

LEAST_ROUND = 100
"""Texts (copies count too) of a round that are enough to measure a decision on."""
LEAST_GAIN = 0.002
"""Macro-F1 that a change of a factor must bring. Chosen on three quarters of the folds' texts, factors that brought less were no better on
the last quarter (stance 0.763 with and without them, intent 0.760 and 0.761), and differed much from training to training."""

NEARLY_BEST = 0.004
"""Kappa that cuts may fall short of the best.

Of eight ways to cut (0.001 to 0.004, steps of 0.05 or 0.025, concern weighed with relevance or with its root) that the folds could not tell
apart, this one with the root was the only one to miss no floor of the tests: the others were 0.001 to 0.010 below that of concern in the
fresh test, whose 412 texts tell no better."""


def f1(gold: Bools, chosen: Bools) -> float:
    """F1 over all cells."""
    right = int((gold & chosen).sum())
    return 2 * right / max(int(gold.sum()) + int(chosen.sum()), 1)


def macro_f1(gold: Places, chosen: Places, classes: int) -> float:
    """Mean F1 over the classes that occur."""
    present = [c for c in range(classes) if (gold == c).any()]
    return float(np.mean([f1(gold == c, chosen == c) for c in present]))


def mean_of_rounds(figure: Callable[[Bools], float], rounds: Places) -> float:
    """The mean of a figure over the rounds that texts were written in: no one round's mixture of labels decides.

    Args:
        figure: of the texts that it is given a mask of.
        rounds: of each text, as a number.
    """
    counts = np.bincount(rounds)
    measured = np.flatnonzero(counts >= min(LEAST_ROUND, counts.max()))
    return float(np.mean([figure(rounds == number) for number in measured]))


def best_multipliers(probabilities: Floats, gold: Places, rounds: Places | None = None) -> Floats:
    """A factor for each class under which the likeliest class gives the best macro-F1, as a mean of the rounds.

    Coordinate ascent from 1, as long as a step brings :data:`LEAST_GAIN`; without ``rounds`` all texts are one.
    """
    classes = probabilities.shape[1]
    rounds = np.zeros(len(gold), dtype=np.intp) if rounds is None else rounds

    def figure(factors: Floats) -> float:
        chosen = (probabilities * factors).argmax(axis=1)
        return mean_of_rounds(lambda texts: macro_f1(gold[texts], chosen[texts], classes), rounds)

    factors = np.ones(classes, dtype=np.float32)
    reached = figure(factors)
    for step in (1.5, 1.25, 1.1):
        for c in list(range(classes)) * 2:
            tried = [factors * np.where(np.arange(classes) == c, factor, 1) for factor in (1 / step, step)]
            figures = [figure(t) for t in tried]
            if max(figures) >= reached + LEAST_GAIN:
                factors, reached = tried[int(np.argmax(figures))], max(figures)
    best: Floats = (factors / factors.max()).astype(np.float32)
    return best


def best_cuts(expected: Floats, gold: Places, rounds: Places | None = None) -> tuple[float, float]:
    """Where to cut an expected grade into 0, 1 and 2 for the best quadratic kappa, as a mean of the rounds (without them: of all texts).

    The middle of the cuts that are within :data:`NEARLY_BEST` of the best: as good on a held quarter of the folds (0.737 of short texts
    for 0.736 with the best ones, 0.737 of long ones for 0.739), and steadier from training to training.
    """
    rounds = np.zeros(len(gold), dtype=np.intp) if rounds is None else rounds
    low, high = np.arange(0.2, 0.95, 0.05), np.arange(1.0, 1.75, 0.05)

    def figure(cuts: tuple[float, float]) -> float:
        both = np.stack([gold, grade(expected, cuts)], axis=1)
        return mean_of_rounds(lambda texts: quadratic_kappa(both[texts]), rounds)

    figures = np.array([[figure((a, b)) for b in high] for a in low])
    rows, columns = np.nonzero(figures >= figures.max() - NEARLY_BEST)
    return round(float(low[rows].mean()), 3), round(float(high[columns].mean()), 3)


def grade(expected: Floats, cuts: tuple[float, float]) -> Places:
    """Grades 0, 1 and 2 of expected grades."""
    return (expected >= cuts[0]).astype(np.intp) + (expected >= cuts[1])
