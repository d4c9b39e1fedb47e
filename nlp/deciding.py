"""From probabilities to decisions: thresholds, cuts and factors, chosen on the folds as the annotator will apply them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from nlp.best_numbers import LEAST_ROUND, best_cuts, best_multipliers, f1, grade, macro_f1, mean_of_rounds
from nlp.heads import INTENT_ELSEWHERE, Head
from nlp.labelled import ROUNDS
from nlp.linear import Bools, Floats, Linear, Places
from nlp.measures import quadratic_kappa

ENOUGH = 40
"""Relevant texts, and others, below which nothing is chosen on some texts alone."""
CANDIDATES = np.arange(0.1, 0.9, 0.01)
"""Thresholds that are tried. In steps of 0.02, which the folds could not tell from these, two floors were missed by 0.001 (concern of the
fresh test, stance of the everyday one): relevance fell between two steps."""
OF_THEIR_OWN = ("responsible",)
"""Heads whose labels have each a threshold of its own: 0.003 to 0.01 better than one for all where it is chosen, on a held quarter no
better (short texts 0.681 and 0.681, long ones 0.782 and 0.810). For ``audience`` one for all was as good there (short texts 0.734 and
0.736, long ones 0.770 and 0.769), and is steadier."""
DECIDED_ON = {"responsible": "natural"}
"""Heads that are decided on one round, that of texts as one meets them: the rounds' writers gave a ``responsible`` to 54 to 81 of 100
relevant texts."""
NEARLY = 0.002
"""F1 that is given up for fewer wrong labels: near its best the F1 hardly changes with the threshold, and elsewhere than on the folds
(the sample sources, printed articles) the higher threshold was the better one."""


@dataclass
class Learned:
    """A head with its model, and what its models on the folds say of every text (and of its copy)."""

    head: Head
    model: Linear
    probabilities: Floats
    gold: Bools
    rounds: Places
    """In which round of writing each text came, as a number."""

    @property
    def classes(self) -> Places:
        """The label of each text, as its place in the head's labels."""
        places: Places = self.gold.argmax(axis=1)
        return places


def by_name(learned: Sequence[Learned]) -> dict[str, Learned]:
    """The heads by their names."""
    return {one.head.name: one for one in learned}


def only(learned: Sequence[Learned], texts: Bools) -> list[Learned]:
    """The heads with what their models say of some of the texts; of all, where these are too few to choose anything on."""
    relevant = int(by_name(learned)["relevant"].gold[texts].sum())
    if not ENOUGH <= relevant <= int(texts.sum()) - ENOUGH:
        return list(learned)
    return [replace(one, probabilities=one.probabilities[texts], gold=one.gold[texts], rounds=one.rounds[texts]) for one in learned]


class Decision(NamedTuple):
    """What decides (a number for each label), and its figure on the folds: F1 (any), kappa (grade) or macro-F1 (one), of all texts."""

    numbers: dict[str, float]
    figure: float


def _threshold(learned: Learned, choose: Callable[[float], Bools]) -> Decision:
    """The highest threshold under which ``choose`` gives nearly the best F1 over all labels, as a mean of the rounds."""
    gold = learned.gold
    chosen = [choose(float(threshold)) for threshold in CANDIDATES]
    figures = [mean_of_rounds(partial(_f1_of, gold, one), learned.rounds) for one in chosen]
    best = max(place for place, figure in enumerate(figures) if figure >= max(figures) - NEARLY)
    return Decision(dict.fromkeys(learned.head.labels, round(float(CANDIDATES[best]), 3)), f1(gold, chosen[best]))


def _thresholds(learned: Learned, taken: Bools) -> Decision:
    """A threshold of its own for each label, where there are few labels that many texts teach: coordinate ascent from the best for all."""
    decide_on = _decided_on(learned)
    gold, probabilities = learned.gold[decide_on], np.where(taken[:, None], learned.probabilities, 0)[decide_on]
    labels = learned.head.labels

    def figure(thresholds: Floats) -> float:
        return f1(gold, probabilities >= thresholds)

    thresholds = max((np.full(len(labels), candidate, dtype=np.float32) for candidate in CANDIDATES), key=figure)
    for place in list(range(len(labels))) * 2:
        tried = [np.where(np.arange(len(labels)) == place, candidate, thresholds).astype(np.float32) for candidate in CANDIDATES]
        thresholds = max(tried, key=figure)
    numbers = {label: round(float(threshold), 3) for label, threshold in zip(labels, thresholds, strict=True)}
    return Decision(numbers, f1(gold, probabilities >= thresholds))


def _decided_on(learned: Learned) -> Bools:
    """The texts to decide a head on: all, or those of :data:`DECIDED_ON`, if there are enough."""
    everything = np.ones(len(learned.rounds), dtype=bool)
    if learned.head.name not in DECIDED_ON:
        return everything
    chosen: Bools = learned.rounds == list(ROUNDS).index(DECIDED_ON[learned.head.name])
    return chosen if chosen.sum() >= LEAST_ROUND else everything


def _f1_of(gold: Bools, chosen: Bools, texts: Bools) -> float:
    return f1(gold[texts], chosen[texts])


def _grade(learned: Learned, taken: Bools) -> Decision:
    labels, classes = learned.head.labels, learned.classes[taken]
    expected = (learned.probabilities[taken] @ np.arange(len(labels))).astype(np.float32)
    cuts = best_cuts(expected, classes, learned.rounds[taken])
    return Decision(dict(zip(labels[1:], cuts, strict=True)), quadratic_kappa(np.stack([classes, grade(expected, cuts)], axis=1)))


def _one(learned: Learned, taken: Bools) -> Decision:
    labels, probabilities, classes = learned.head.labels, learned.probabilities[taken], learned.classes[taken]
    factors = best_multipliers(probabilities, classes, learned.rounds[taken])
    figure = macro_f1(classes, (probabilities * factors).argmax(axis=1), len(labels))
    return Decision({label: round(float(factor), 3) for label, factor in zip(labels, factors, strict=True)}, figure)


def _intents_of_all(heads: dict[str, Learned], relevant: Bools, intent: Decision) -> Learned:
    """The head of intents elsewhere with the intents of what is taken for relevant as settled: chosen so that both together are best."""
    factors = np.array([intent.numbers[label] for label in heads["intent"].head.labels])
    settled = np.eye(len(factors), dtype=np.float32)[(heads["intent"].probabilities * factors).argmax(axis=1)]
    elsewhere = heads[INTENT_ELSEWHERE]
    return replace(elsewhere, probabilities=np.where(relevant[:, None], settled, elsewhere.probabilities))


def _chosen(learned: Learned, taken: Bools) -> Callable[[float], Bools]:
    return lambda threshold: (learned.probabilities >= threshold) & taken[:, None]


def _with_parents(topics: Learned, taken: Bools, parents: Bools) -> Callable[[float], Bools]:
    """Topics as the annotator chooses them: with the subtopics' parents, at least one, and ``other`` (the last) only alone."""

    def choose(threshold: float) -> Bools:
        chosen: Bools = (topics.probabilities >= threshold) | parents
        alone = ~chosen.any(axis=1)
        chosen[alone, topics.probabilities[alone].argmax(axis=1)] = True
        chosen[:, -1] &= (chosen.sum(axis=1) == 1) | parents[:, -1]
        return chosen & taken[:, None]

    return choose


def decide(learned: Sequence[Learned], parent_of: Callable[[str], str]) -> dict[str, Decision]:
    """The decisions of all heads; what holds of relevant texts only is chosen on the texts that are taken for relevant."""
    heads = by_name(learned)
    everything = np.ones(len(heads["relevant"].gold), dtype=bool)
    decided = {"relevant": _threshold(heads["relevant"], _chosen(heads["relevant"], everything))}
    relevant: Bools = heads["relevant"].probabilities[:, 0] >= decided["relevant"].numbers["yes"]
    for one in learned:
        taken = relevant if one.head.relevant_only else everything
        if one.head.name in OF_THEIR_OWN:
            decided[one.head.name] = _thresholds(one, taken)
        elif one.head.choice == "any" and one.head.name not in ("relevant", "topics"):
            decided[one.head.name] = _threshold(one, _chosen(one, taken))
        elif one.head.choice != "any" and one.head.name != INTENT_ELSEWHERE:
            decided[one.head.name] = (_grade if one.head.choice == "grade" else _one)(one, taken)
    decided[INTENT_ELSEWHERE] = _one(_intents_of_all(heads, relevant, decided["intent"]), everything)
    topics, subtopics = heads["topics"], heads["subtopics"]
    chosen = _chosen(subtopics, relevant)(next(iter(decided["subtopics"].numbers.values())))
    parents = np.zeros_like(topics.gold)
    for place, subtopic in enumerate(subtopics.head.labels):
        parents[:, topics.head.labels.index(parent_of(subtopic))] |= chosen[:, place]
    return decided | {"topics": _threshold(topics, _with_parents(topics, relevant, parents))}
