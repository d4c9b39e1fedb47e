"""``langnghe train``: from labelled texts to the shipped model files."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.labels import Labels
from nlp.agreement import TOGETHER, learn_table, reconcile, with_relevance
from nlp.card import write_card
from nlp.deciding import Learned, by_name, decide, only
from nlp.features import FeatureReader, Features, Reading
from nlp.heads import Head, heads
from nlp.labelled import DECIDED_WITH, ROUNDS, Labelled, split
from nlp.linear import Bools, Floats, Linear, Places, Sparse, Vocabulary, joint, logistic, save_linear, save_vocabulary, softmax
from nlp.model_files import write_decisions
from nlp.stack_training import PASSES, PASSES_FOR_RELEVANCE, learn_network
from nlp.stacking import FILES, Network, corrected, is_stacked, label_names, save_network
from nlp.training import (
    Group,
    Lesson,
    Parts,
    Recipe,
    gold_labels,
    joined,
    learn_vocabulary,
    to_matrix,
)
from nlp.training_copies import without_marks
from nlp.training_memory import require_memory
from nlp.view_weights import learn_each, learn_relevance, learn_together
from nlp.views import IN_PRINT, VIEWS, of_relevance, views, weighed

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


Vectors = list[dict[str, Sparse]]
"""Of texts, by source."""


def vectors(readings: Sequence[Reading], vocabulary: Vocabulary) -> Vectors:
    """The vectors of texts and, in the second half, of their copies without marks; what reads alike in both has one vector in both.

    Raises:
        ValueError: the readings are no texts with as many copies.
    """
    features = [reading.features for reading in readings]
    texts, copies = features[: len(features) // 2], features[len(features) // 2 :]
    of_texts = [vocabulary.vectors(text) for text in texts]
    of_copies = [
        {source: known[source] if names == text.get(source) else vocabulary.vector(source, names) for source, names in copy.items()}
        for text, copy, known in zip(texts, copies, of_texts, strict=True)
    ]
    return of_texts + of_copies


class LongTexts:
    """The long ones among texts and copies, with their parts: lead, then passages, text after text."""

    def __init__(self, readings: Sequence[Reading], rows: Sequence[Labelled]) -> None:
        self.long = np.array([reading.parts is not None for reading in readings])
        found = [(place, reading.parts) for place, reading in enumerate(readings) if reading.parts]
        self.places = np.array([place for place, _ in found], dtype=np.intp)
        self.kinds = [rows[place % len(rows)].kind for place, _ in found]
        self.presences = [parts.presence for _, parts in found]
        self.features: list[Features] = [features for _, parts in found for features in (parts.lead, *parts.passages)]
        counts = [1 + len(parts.passages) for _, parts in found]
        self.owners = np.repeat(self.places, counts)
        self._starts = np.cumsum([0, *counts])

    def views(self, lesson: Lesson) -> Floats:
        """Scores of a head by text, view and label."""
        stacked = [
            views(lesson.scores[place], lesson.of_parts[start], lesson.of_parts[start + 1 : end])
            for place, start, end in zip(self.places, self._starts, self._starts[1:], strict=False)
        ]
        return np.array(stacked, dtype=np.float32).reshape(len(stacked), len(VIEWS), lesson.scores.shape[1])


def _lessons(
    known: Sequence[Labelled], width: int, texts: Vectors, of_parts: Vectors, owners: Places, heads_: list[Head]
) -> Iterator[tuple[Head, Lesson]]:
    """Learn heads that share a recipe; ``width``: of the vocabulary."""
    recipe = RECIPES[heads_[0].recipe]
    matrix, parts = (to_matrix([joint(vector, recipe.lengths) for vector in vectors], width) for vectors in (texts, of_parts))
    relevant, rounds = np.array([row.relevant for row in known]), np.array([row.round for row in known])
    for (relevant_only, left_out), members in groupby(heads_, key=lambda head: (head.relevant_only, head.left_out)):
        together = list(members)
        teaches = (relevant | (not relevant_only)) & ~np.isin(rounds, left_out)
        group = Group(matrix, known, recipe.penalty, teaches, Parts(parts, owners))
        lessons = group.learn([gold_labels(head, known) for head in together], [head.choice != "any" for head in together])
        yield from zip(together, lessons, strict=True)


def _learned(
    head: Head, lesson: Lesson, gold: Bools, long: LongTexts, relevant: Bools, rounds: Places
) -> tuple[Learned, dict[str, dict[str, list[float]]]]:
    """A head whose scores of long texts are weighed anew from their views, and those weights by their names."""
    scores = long.views(lesson)
    taught = relevant[long.places] if head.relevant_only else np.ones(len(long.places), dtype=bool)
    wanted = gold[long.places]
    if head.name == "relevant":
        learned = learn_relevance(scores, long.presences, wanted)
        weights = {"relevant": learned, "relevant in print": IN_PRINT}
        names = [of_relevance(kind) for kind in long.kinds]
    else:
        weights = {head.name: (learn_each if head.choice == "any" else learn_together)(scores[taught], wanted[taught])}
        names = [head.name] * len(long.places)
    all_scores = lesson.scores.copy()
    for place, of_views, presence, name in zip(long.places, scores, long.presences, names, strict=True):
        all_scores[place] = weighed(of_views, weights[name], presence)
    probabilities = logistic(all_scores) if head.choice == "any" else softmax(all_scores)
    return Learned(head, Linear(list(head.labels), lesson.weights, lesson.bias), probabilities, gold, rounds), weights


def _agree(learned: list[Learned], relevant: Bools) -> Floats:
    """Reconcile the heads that are decided together, in place, and return their table, which the relevant texts teach."""
    together = [by_name(learned)[name] for name in TOGETHER]
    table = learn_table([one.classes[relevant] for one in together], [len(one.head.labels) for one in together])
    for one, probabilities in zip(together, reconcile([one.probabilities for one in together], table), strict=True):
        one.probabilities = probabilities
    return table


def _correct(learned: list[Learned], relevant: Bools, stories: Sequence[str]) -> tuple[Floats, dict[str, Network]]:
    """Let the heads correct each other, in place; the table by which some were reconciled before, and the networks.

    ``stories``: of each text, and of each copy.
    """
    probabilities = np.concatenate([one.probabilities for one in learned], axis=1)
    of_relevance, about = [by_name(learned)["relevant"]], [one for one in learned if is_stacked(one.head)]

    def network_of(some: list[Learned], teaches: Bools, passes: int) -> tuple[Network, Floats]:
        inputs, outputs = (label_names([one.head for one in heads_]) for heads_ in (learned, some))
        gold = np.concatenate([one.gold for one in some], axis=1)
        return learn_network(inputs, outputs, probabilities, gold, teaches, stories, passes)

    first, relevance = network_of(of_relevance, np.ones_like(relevant), PASSES_FOR_RELEVANCE)
    second, scores = network_of(about, relevant, PASSES)
    table = _agree(learned, relevant)
    corrections = np.concatenate([relevance, scores], axis=1)
    ends = np.cumsum([len(one.head.labels) for one in of_relevance + about])[:-1]
    for one, of_head in zip(of_relevance + about, np.split(corrections, ends, axis=1), strict=True):
        one.probabilities = corrected(one.head, one.probabilities, of_head)
    concern = by_name(learned)["concern"]
    concern.probabilities = with_relevance(concern.probabilities, by_name(learned)["relevant"].probabilities[:, 0])
    return table, {"relevance": first, "about": second}


def build(
    rows: Sequence[Labelled], labels: Labels, read: FeatureReader, folder: Path = SHIPPED, step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Train on all rows that are not of a test and write the model files to ``folder``.

    Raises:
        Unavailable: the machine has too little memory for so many texts.

    Returns:
        F1 (any), quadratic kappa (grade) or macro-F1 (one) of each head on the folds, of short texts and of long ones.
    """
    known, tests = split(rows)
    require_memory(known)
    readings = _readings(known, read)
    vocabulary = learn_vocabulary([reading.features for reading in readings])
    texts = vectors(readings, vocabulary)
    long, relevant = LongTexts(readings, known), np.tile(np.array([row.relevant for row in known]), 2)
    rounds = np.tile(np.array([list(ROUNDS).index(DECIDED_WITH.get(row.round, row.round)) for row in known]), 2)
    of_parts = [vocabulary.vectors(features) for features in long.features]
    readings.clear()  # gigabytes of words, of which the vectors say all
    long.features.clear()
    learned: list[Learned] = []
    of_views: dict[str, dict[str, list[float]]] = {}
    for _, members in groupby(heads(labels), key=lambda head: head.recipe):
        for head, lesson in _lessons(known, len(vocabulary.names), texts, of_parts, long.owners, list(members)):
            one, weights = _learned(head, lesson, np.tile(gold_labels(head, known), (2, 1)), long, relevant, rounds)
            learned.append(one)
            of_views |= weights
            step()
    table, networks = _correct(learned, relevant, [row.story for row in known] * 2)
    decided = {length: decide(only(learned, chosen), labels.parent_of) for length, chosen in (("short", ~long.long), ("long", long.long))}
    decisions = {
        "lengths": {name: recipe.lengths for name, recipe in RECIPES.items()},
        "views": of_views,
        "together": np.round(table.astype(float), 3).tolist(),
        **{length: {name: decision.numbers for name, decision in found.items()} for length, found in decided.items()},
    }
    figures = {name: (short.figure, decided["long"][name].figure) for name, short in decided["short"].items()}
    _write(folder, vocabulary, learned, networks, decisions)
    write_card(folder / "CARD.md", known, sum(map(len, tests.values())), figures, vocabulary)
    return {f"{name} ({length})": figure for name, both in figures.items() for length, figure in zip(decided, both, strict=True)}


def _write(folder: Path, vocabulary: Vocabulary, learned: list[Learned], networks: dict[str, Network], decisions: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_vocabulary(folder / "vocabulary.npz", vocabulary)
    for name in dict.fromkeys(one.head.file for one in learned):
        save_linear(folder / f"{name}.npz", joined([(one.head, one.model) for one in learned if one.head.file == name]))
    for name, network in networks.items():
        save_network(folder / FILES[name], network)
    write_decisions(folder, decisions)
